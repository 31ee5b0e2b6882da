"""`ridgeway import` and `ridgeway export`: the same steps as the pages, for a file on this machine."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from service.cli.transfer import telling
from service.cli.transfer.acting import actor_for, organisation_coded, run, sessions_for
from service.cli.transfer.work import Work
from service.kit.db import transaction
from service.settings import Settings
from service.transfer import actions, writers
from service.transfer.rules import FileKind
from service.transfer.workforce.exporting import workforce

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

_DONE = "with --apply, import its good rows. Exits with 2 when there are problem rows."
HELP = {
    FileKind.MOVES: f"Check a file of career breaks, returns and rotations and, {_DONE}",
    FileKind.OFFERS: f"Check a file of development offers and, {_DONE} They come in as drafts.",
    FileKind.APPLICATIONS: f"Check a file of past applications for your own offers and, {_DONE}",
}


def add_to(app: typer.Typer) -> None:
    importing = typer.Typer(no_args_is_help=True, help="Import a file, or undo an import.")
    importing.command("workforce")(import_workforce)
    importing.command("conversations")(import_conversations)
    for kind in (FileKind.MOVES, FileKind.OFFERS, FileKind.APPLICATIONS):
        importing.command(kind.value, help=HELP[kind])(_importing(kind))
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
    raise typer.Exit(run(Work(FileKind.WORKFORCE, file, organisation, mapping, apply, problems).do))


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
    work = Work(FileKind.CONVERSATIONS, file, organisation, mapping, apply, problems, recorded_by)
    raise typer.Exit(run(work.do))


def _importing(kind: FileKind) -> Callable[..., None]:
    def import_file(
        file: File, organisation: Code, mapping: MappingFile = None, apply: Apply = False, problems: Problems = None
    ) -> None:
        raise typer.Exit(run(Work(kind, file, organisation, mapping, apply, problems).do))

    return import_file


def undo(import_id: Annotated[UUID, typer.Argument(help="As the import printed it.")]) -> None:
    """Put back what was there before an import, within 24 hours."""

    async def work(settings: Settings) -> int:
        async with sessions_for(settings) as sessions:
            actor = await actor_for(sessions, import_id)
            async with transaction(sessions, actor) as session:
                undone = await actions.undo_import(session, actor, import_id)
        telling.say_what_was_undone(undone)
        return 0

    raise typer.Exit(run(work))


def export_workforce(
    organisation: Code, file: Annotated[Path, typer.Argument(dir_okay=False, help="Where to write: .csv or .xlsx.")]
) -> None:
    """Write an organisation's workforce to a file, in the columns of the template and without equality answers."""
    file_format = "xlsx" if file.suffix.lower() == ".xlsx" else "csv"

    async def work(settings: Settings) -> int:
        async with sessions_for(settings) as sessions:
            organisation_id, actor = await organisation_coded(sessions, organisation)
            async with transaction(sessions, actor) as session:
                rows = workforce(await actions.export_workforce(session, actor, organisation_id, file_format))
        with file.open("wb") as out:
            out.writelines([writers.xlsx_of(rows)] if file_format == "xlsx" else writers.csv_of(rows))
        file.chmod(0o600)
        telling.console.print(f"{rows.height:,} rows are in {file}. Only your account can read it.")
        return 0

    raise typer.Exit(run(work))
