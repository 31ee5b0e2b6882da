"""What the pages and the JSON of this room share: taking a file out of a request, and who may be here at all."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.db import Sessions
from service.kit.errors import Invalid, Problem
from service.transfer import queries
from service.transfer.actions import IMPORT
from service.transfer.rules import FileKind
from service.transfer.schemas import ImportOut
from service.transfer.staging import Staging

Asked = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file and the words that came with it."""

    name: str
    content: bytes
    fields: dict[str, str]

    def organisation_id(self) -> UUID:
        """Raises Invalid when none, or nothing like one, was named."""
        try:
            return UUID(self.fields.get("organisation_id", ""))
        except ValueError:
            raise Invalid(Problem("organisation_id", "Choose the organisation that the file is about.")) from None

    def kind(self) -> FileKind:
        """Raises Invalid for a word that is no kind of file."""
        said = self.fields.get("kind") or FileKind.WORKFORCE
        if said not in {*FileKind}:
            raise Invalid(Problem("kind", f"Say what the file is about: {' or '.join(FileKind)}."))
        return FileKind(said)


def staging_of(request: Asked) -> Staging:
    return Staging(request.app.state.settings.folder / "uploads")


def sessions_of(request: Asked) -> Sessions:
    return request.app.state.sessions


async def uploaded(request: Asked, **said: object) -> Uploaded:
    """From a form (multipart, field `file`), or the body itself; `said` is what came beside it. Raises Invalid."""
    fields = {name: str(value) for name, value in said.items() if value is not None}
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return Uploaded(fields.get("file_name", "file"), await request.body(), fields)
    form = await request.form()
    fields |= {name: value for name, value in form.multi_items() if isinstance(value, str)}
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise Invalid(Problem("file", "Choose a file to upload."))
    return Uploaded(file.filename, await file.read(), fields)


def download(name: str) -> dict[str, str]:
    """Headers that make an answer a file to keep, and that no browser keeps by itself."""
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


def must_import(actor: Actor) -> None:
    """Raises NotAllowed for somebody who imports nowhere."""
    if not actor.where(IMPORT):
        actor.must(IMPORT)


async def mine(session: AsyncSession, actor: Actor, import_id: UUID) -> ImportOut:
    """Raises NotFound for an import that is not there or out of sight."""
    found = await queries.get_import(session, import_id)
    actor.must(IMPORT, found.organisation_id)
    return found


def to_import(import_id: UUID) -> Redirect:
    return Redirect(f"/imports/{import_id}", status_code=303)
