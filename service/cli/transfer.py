"""`ridgeway import` and `ridgeway export`: the same steps as the pages, for a file on this machine."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, TypeVar
from uuid import UUID

import polars as pl
import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text
from sqlalchemy.ext.asyncio import AsyncSession

from migrations.roles import APP
from service.cli.database import database
from service.kit.actor import Actor, the_service
from service.kit.db import Sessions, engine_for, sessions_on, transaction
from service.kit.errors import Invalid, Refusal
from service.settings import Settings
from service.transfer import actions, queries, writers
from service.transfer.plans import Tell
from service.transfer.presenters.words import WORDS, KindWords
from service.transfer.rules import FileKind
from service.transfer.schemas import Applied, ImportOut, Summary, read_mapping
from service.transfer.staging import Staging
from service.transfer.workforce.exporting import workforce

SHOWN = 20
NOT_DONE = 1
PROBLEMS_FOUND = 2
console = Console()
Result = TypeVar("Result")
Code = Annotated[str, typer.Option("--organisation", help="The code of the organisation, such as STELM.")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A CSV or XLSX file.")]
MappingFile = Annotated[
    Path | None,
    typer.Option("--mapping", exists=True, dir_okay=False, help="Columns, codes and dates as YAML or TOML."),
]
Apply = Annotated[
    bool, typer.Option("--apply/--check", help="Import the good rows, or only say what importing would do.")
]
Problems = Annotated[Path | None, typer.Option("--problems", help="Write the problem rows here, with what to fix.")]


def add_to(app: typer.Typer) -> None:
    importing = typer.Typer(no_args_is_help=True, help="Import a file, or undo an import.")
    importing.command("workforce")(import_workforce)
    importing.command("conversations")(import_conversations)
    importing.command("undo")(undo)
    exporting = typer.Typer(no_args_is_help=True, help="Write what an organisation holds to a file.")
    exporting.command("workforce")(export_workforce)
    app.add_typer(importing, name="import")
    app.add_typer(exporting, name="export")


def import_workforce(
    file: File, organisation: Code, mapping: MappingFile = None, apply: Apply = False, problems: Problems = None
) -> None:
    """Check a workforce file against what is held and, with --apply, import its good rows. Exits with 2 when there are
    problem rows.
    """
    raise typer.Exit(_run(_Work(FileKind.WORKFORCE, file, organisation, mapping, apply, problems).do))


def import_conversations(
    file: File,
    organisation: Code,
    recorded_by: Annotated[
        str,
        typer.Option(help="The employee number of the HR partner whose file it is: they can see what it brings in."),
    ],
    mapping: MappingFile = None,
    apply: Apply = False,
    problems: Problems = None,
) -> None:
    """Check a file of past conversations and, with --apply, bring in its good rows. Exits with 2 when there are problem
    rows.
    """
    work = _Work(FileKind.CONVERSATIONS, file, organisation, mapping, apply, problems, recorded_by)
    raise typer.Exit(_run(work.do))


@dataclass(frozen=True)
class _Work:
    """One file's way in, with a progress bar that says where it is."""

    kind: FileKind
    file: Path
    code: str
    mapping: Path | None
    apply: bool
    problems: Path | None
    recorded_by: str | None = None

    async def do(self, settings: Settings) -> int:
        staging = Staging(settings.folder / "uploads")
        given = read_mapping(self.mapping.read_text("utf-8-sig", "replace")) if self.mapping else None
        async with _sessions(settings) as sessions:
            organisation_id, actor = await _organisation(sessions, self.code)
            if self.recorded_by:
                actor = await _as_recorder(sessions, actor, organisation_id, self.recorded_by)
            with _progress() as begin:
                begin("Reading the file")
                async with transaction(sessions, actor) as session:
                    content = self.file.read_bytes()
                    import_id = await actions.upload(
                        session, actor, organisation_id, self.file.name, content, staging, given, self.kind
                    )
                tell = begin("Checking every row and comparing it with what is held")
                async with transaction(sessions, actor) as session:
                    summary = await actions.check_import(session, actor, import_id, staging, tell)
                    found = await queries.get_import(session, import_id)
                problems = self._problems(found, staging)
                tell = begin("Importing" if self.apply else "Putting the file away")
                async with transaction(sessions, actor) as session:
                    applied = await self._finish(session, actor, import_id, staging, tell)
        _say(summary, problems)
        _say_what_was_done(WORDS[self.kind], applied, import_id)
        return PROBLEMS_FOUND if summary.problems else 0

    def _problems(self, found: ImportOut, staging: Staging) -> pl.DataFrame:
        problems = staging.read(found.id, "problems")
        if self.problems and problems.height:
            self.problems.touch(mode=0o600)
            self.problems.write_bytes(
                b"".join(writers.problem_rows(found.headers, staging.read(found.id, "texts"), problems))
            )
        return problems

    async def _finish(
        self, session: AsyncSession, actor: Actor, import_id: UUID, staging: Staging, tell: Tell
    ) -> Applied | None:
        if self.apply:
            return await actions.apply_import(session, actor, import_id, staging, without_problem_rows=True, tell=tell)
        await actions.discard_import(session, actor, import_id, staging)
        return None


def undo(import_id: Annotated[UUID, typer.Argument(help="As the import printed it.")]) -> None:
    """Put back what was there before an import, within 24 hours."""

    async def work(settings: Settings) -> int:
        async with _sessions(settings) as sessions:
            actor = await _actor_for(sessions, import_id)
            async with transaction(sessions, actor) as session:
                undone = await actions.undo_import(session, actor, import_id)
        console.print(f"{undone.restored:,} records are as before the import.")
        if undone.left:
            console.print(
                f"{len(undone.left):,} people were left as they are: something was recorded about them since."
            )
            console.print("\n".join(f"  {person}" for person in undone.left[:SHOWN]))
        return 0

    raise typer.Exit(_run(work))


def export_workforce(
    organisation: Code, file: Annotated[Path, typer.Argument(dir_okay=False, help="Where to write: .csv or .xlsx.")]
) -> None:
    """Write an organisation's workforce to a file, in the columns of the template and without equality answers."""
    file_format = "xlsx" if file.suffix.lower() == ".xlsx" else "csv"

    async def work(settings: Settings) -> int:
        async with _sessions(settings) as sessions:
            organisation_id, actor = await _organisation(sessions, organisation)
            async with transaction(sessions, actor) as session:
                rows = workforce(await actions.export_workforce(session, actor, organisation_id, file_format))
        with file.open("wb") as out:
            out.writelines([writers.xlsx_of(rows)] if file_format == "xlsx" else writers.csv_of(rows))
        file.chmod(0o600)
        console.print(f"{rows.height:,} rows are in {file}. Only your account can read it.")
        return 0

    raise typer.Exit(_run(work))


def _run(work: Callable[[Settings], Coroutine[Any, Any, int]]) -> int:
    """The exit code. A refusal is said in words, without a stack trace."""
    try:
        with database(Settings()) as settings:
            return asyncio.run(work(settings))
    except Refusal as refusal:
        problems = refusal.problems if isinstance(refusal, Invalid) else ()
        for message in [problem.message for problem in problems] or [refusal.message]:
            console.print(message, style="bold", markup=False)
        return NOT_DONE


@asynccontextmanager
async def _sessions(settings: Settings) -> AsyncGenerator[Sessions]:
    engine = engine_for(settings.database_url, APP, pool_size=2)
    try:
        yield sessions_on(engine)
    finally:
        await engine.dispose()


async def _organisation(sessions: Sessions, code: str) -> tuple[UUID, Actor]:
    async with transaction(sessions, the_service()) as session:
        found = await queries.organisation_coded(session, code)
    return found, _operator(found)


async def _as_recorder(sessions: Sessions, actor: Actor, organisation_id: UUID, number: str) -> Actor:
    """Whoever is at the keyboard, recording for this person. Raises NotFound."""
    async with transaction(sessions, actor) as session:
        return replace(actor, person_id=await queries.employed_with(session, organisation_id, number))


async def _actor_for(sessions: Sessions, import_id: UUID) -> Actor:
    """The service, in the one organisation that the import is of."""
    async with transaction(sessions, the_service()) as session:
        everywhere = await queries.all_organisations(session)
    async with transaction(sessions, _operator(*everywhere)) as session:
        return _operator((await queries.get_import(session, import_id)).organisation_id)


def _operator(*organisations: UUID) -> Actor:
    return the_service(*organisations, name="Ridgeway, from the command line")


@contextmanager
def _progress() -> Generator[Callable[[str], Tell]]:
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


def _say(summary: Summary, problems: pl.DataFrame) -> None:
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


def _say_what_was_done(words: KindWords, applied: Applied | None, import_id: UUID) -> None:
    for line in words.to_know:
        console.print(line)
    if not applied:
        console.print("Nothing was changed. Add --apply to import the good rows.")
        return
    counts = [(getattr(applied, name), one, many) for name, one, many in words.receipt]
    console.print(f"Imported: {', '.join(f'{count:,} {one if count == 1 else many}' for count, one, many in counts)}.")
    console.print(f"To undo within 24 hours: ridgeway import undo {import_id}")


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
