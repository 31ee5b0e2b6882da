"""What the pages and the JSON of this room share: taking a file out of a request, and what belongs to the running application."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.datastructures import UploadFile

from service.kit.db import Sessions
from service.kit.errors import Invalid, Problem
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


def staging_of(request: Asked) -> Staging:
    return Staging(request.app.state.settings.folder / "uploads")


def sessions_of(request: Asked) -> Sessions:
    return request.app.state.sessions


async def uploaded(request: Asked) -> Uploaded:
    """From a form (multipart, field `file`) or from the body itself, with the other words in the query. Raises Invalid without a file."""
    fields = dict(request.query_params)
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
