"""One file's way in, from the disk to the receipt."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import polars as pl
from sqlalchemy.ext.asyncio import AsyncSession

from service.cli.transfer import telling
from service.cli.transfer.acting import as_recorder, organisation_coded, sessions_for
from service.kit.actor import Actor
from service.kit.db import transaction
from service.settings import Settings
from service.transfer import actions, queries, writers
from service.transfer.plans import Tell
from service.transfer.presenters.words import WORDS
from service.transfer.rules import FileKind
from service.transfer.schemas import Applied, ImportOut, read_mapping
from service.transfer.staging import Staging

PROBLEMS_FOUND = 2


@dataclass(frozen=True)
class Work:
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
        async with sessions_for(settings) as sessions:
            organisation_id, actor = await organisation_coded(sessions, self.code)
            if self.recorded_by:
                actor = await as_recorder(sessions, actor, organisation_id, self.recorded_by)
            with telling.progress() as begin:
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
        telling.say(summary, problems)
        telling.say_what_was_done(WORDS[self.kind], applied, import_id)
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
