"""What an operator at a terminal is told: how far it is, what would happen, what was done."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from uuid import UUID

import polars as pl
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from service.transfer.plans import Tell
from service.transfer.presenters.words import KindWords
from service.transfer.schemas import Applied, Summary, Undone

SHOWN = 20
console = Console()


@contextmanager
def progress() -> Generator[Callable[[str], Tell]]:
    """Call what this gives with each new step: the one before it is then done. What comes back takes the share of the
    step that is."""
    with Progress(
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.description}"),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=console,
    ) as bar:

        def done() -> None:
            for task in bar.task_ids:
                bar.update(task, total=1, completed=1)

        def begin(words: str) -> Tell:
            done()
            task = bar.add_task(words, total=None)
            return lambda share: bar.update(task, total=1, completed=share)

        yield begin
        done()


def say(summary: Summary, problems: pl.DataFrame) -> None:
    would = f"{summary.new:,} new, {summary.changed:,} changed, {summary.unchanged:,} unchanged"
    console.print(f"\n{summary.rows:,} rows: {would}, {summary.problems:,} with problems.")
    for note in summary.notes:
        console.print(note, markup=False)
    if summary.equality:
        console.print("Equality answers in the file are recorded; they cannot be compared with what is held.")
    if summary.unmapped_grades:
        grades = ", ".join(f"{g.scheme} {g.grade} ({g.rows:,} rows)" for g in summary.unmapped_grades[:10])
        console.print(f"Grades with no agreed system level: {grades}.", markup=False)
    if summary.problems:
        _table(problems)


def say_what_was_done(words: KindWords, applied: Applied | None, import_id: UUID) -> None:
    for line in words.to_know:
        console.print(line)
    if not applied:
        console.print("Nothing was changed. Add --apply to import the good rows.")
        return
    counts = [(getattr(applied, name), one, many) for name, one, many in words.receipt]
    console.print(f"Imported: {', '.join(f'{count:,} {one if count == 1 else many}' for count, one, many in counts)}.")
    console.print(f"To undo within 24 hours: ridgeway import undo {import_id}")


def say_what_was_undone(undone: Undone) -> None:
    console.print(f"{undone.restored:,} records are as before the import.")
    if undone.left:
        console.print(f"{len(undone.left):,} were left as they are: something was recorded about them since.")
        console.print("\n".join(f"  {person}" for person in undone.left[:SHOWN]))


def _table(problems: pl.DataFrame) -> None:
    table = Table(
        "Row",
        "Column",
        "Value",
        "What to fix",
        title=f"The first {min(SHOWN, problems.height)} of {problems.height:,} problems",
    )
    for row in problems.head(SHOWN).to_dicts():
        # As Text: what a file says is never read as markup.
        table.add_row(*(Text(str(row[name])) for name in ("row", "column", "value", "fix")))
    console.print(table)
