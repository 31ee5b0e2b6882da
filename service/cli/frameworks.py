"""`ridgeway frameworks import`: a capability framework from a file, as on the page; or the skills of ESCO."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console

from migrations.roles import APP
from service.capabilities.actions import publish_content
from service.capabilities.checking import compare_framework, in_words
from service.capabilities.files import esco, frameworks
from service.capabilities.files.sheets import RowProblem, text_of
from service.capabilities.rules import Content, FrameworkKind
from service.capabilities.schemas import FrameworkCheck, FrameworkHead
from service.cli.access import COMMAND
from service.cli.database import database
from service.kit.clock import today
from service.kit.db import engine_for, sessions_on, transaction
from service.kit.errors import Refusal
from service.settings import Settings
from service.web.forms import problems_of

NOT_DONE = 1
PROBLEMS_FOUND = 2
SHOWN = 20
LARGEST = 100_000_000
console = Console()


class Format(StrEnum):
    RIDGEWAY = "ridgeway"
    ESCO = "esco"


READERS: Mapping[Format, Callable[[str], tuple[Content, list[RowProblem]]]] = {
    Format.RIDGEWAY: frameworks.read_framework,
    Format.ESCO: esco.read_esco,
}
# What is known of a file of this format without being told; attribution is what its licence asks for.
ESCO: Mapping[str, Any] = {
    "code": "esco",
    "name": "ESCO skills",
    "kind": FrameworkKind.SKILLS,
    "source_note": esco.SOURCE,
    "licence_note": esco.LICENCE,
}


def add_to(app: typer.Typer) -> None:
    here = typer.Typer(no_args_is_help=True, help="Import a capability framework.")
    here.callback()(_nothing)
    here.command("import")(import_framework)
    app.add_typer(here, name="frameworks")


def import_framework(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A CSV file in UTF-8.")],
    file_format: Annotated[
        Format, typer.Option("--format", help="Our own columns, or the skills file as ESCO offers it.")
    ] = Format.RIDGEWAY,
    code: Annotated[str, typer.Option(help="Its short code, such as leadership.")] = "",
    name: Annotated[str, typer.Option(help="Its name.")] = "",
    kind: Annotated[FrameworkKind, typer.Option(help="What kind it is.")] = FrameworkKind.SKILLS,
    approved_by: Annotated[str, typer.Option(help="Who approved it.")] = "nobody yet (imported by a command)",
    approved_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="When; today unless given.")
    ] = None,
    apply: Annotated[bool, typer.Option("--apply/--check", help="Publish it, or only say what it would do.")] = False,
) -> None:
    """Check a framework's file and, with --apply, publish it as the next version. Exits with 2 when there are problem
    rows.
    """
    known = dict(ESCO) if file_format is Format.ESCO else {"kind": kind}
    told = {"code": code, "name": name, "approved_by": approved_by}
    day = approved_on.date() if approved_on else today()
    work = _Work(file, file_format, known | {key: value for key, value in told.items() if value}, day, apply)
    try:
        with database(Settings()) as settings:
            code_of_exit = asyncio.run(work.do(settings))
    except ValidationError as error:
        for problem in problems_of(error.errors(), FrameworkHead):
            console.print(f"--{problem.field.replace('_', '-')}: {problem.message}", markup=False)
        code_of_exit = NOT_DONE
    except Refusal as refusal:
        console.print(refusal.message, style="bold", markup=False)
        code_of_exit = NOT_DONE
    raise typer.Exit(code_of_exit)


@dataclass(frozen=True)
class _Work:
    file: Path
    file_format: Format
    told: Mapping[str, Any]
    approved_on: date
    apply: bool

    async def do(self, settings: Settings) -> int:
        content, problems = READERS[self.file_format](text_of(self.file.read_bytes(), LARGEST))
        engine = engine_for(settings.database_url, APP, pool_size=1)
        try:
            async with transaction(sessions_on(engine), COMMAND) as session:
                found = await compare_framework(session, str(self.told.get("code", ""))[:40], content, problems)
                head = FrameworkHead(**self.told, approved_on=self.approved_on, based_on=found.version - 1)
                published = self.apply and not problems
                if published:
                    await publish_content(session, COMMAND, head, content)
        finally:
            await engine.dispose()
        _say(head, found, published)
        return PROBLEMS_FOUND if problems else 0


def _say(head: FrameworkHead, found: FrameworkCheck, published: bool) -> None:
    console.print(f"{found.dimensions:,} dimensions, {found.behaviours:,} behaviours, {found.levels:,} levels.")
    changes = f"{len(found.added):,} new, {len(found.changed):,} changed, {len(found.removed):,} no longer there"
    console.print(f"Against the version before: {changes}, {found.unchanged:,} as they were.")
    for problem in found.problems[:SHOWN]:
        console.print(f"  {in_words(problem)}", markup=False)
    if found.problem_count:
        console.print(f"{found.problem_count:,} problems. Nothing was published.")
    elif published:
        console.print(f"{head.name} is published as version {found.version}.", markup=False)
    else:
        console.print("Nothing was published. Add --apply to publish it.")


def _nothing() -> None:
    """Keeps `import` a word of its own while it is the only thing that can be done."""
