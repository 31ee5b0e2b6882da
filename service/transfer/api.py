"""Import and export over JSON: the same steps as the pages."""

import asyncio
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIFormat
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import Stream
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.errors import Conflict, NotFound
from service.kit.paging import Cursor, page_of
from service.transfer import actions, queries, writers
from service.transfer.door import Asked, download, mine, must_import, staging_of, uploaded
from service.transfer.rules import FileKind, State
from service.transfer.schemas import (
    ApplyIn,
    CheckIn,
    Format,
    ImportOut,
    ImportPage,
    ProblemOut,
    ProblemPage,
    read_mapping,
)
from service.transfer.sheets import ROW
from service.transfer.workforce.exporting import workforce
from service.web.files import CSV, XLSX

TAGS = ["Import and export"]
Size = Annotated[int, QueryParameter(ge=1, le=100, description="How many on a page.")]
After = Annotated[str | None, QueryParameter(max_length=2000, description="The next_cursor of the page before.")]
_TEXT = Schema(type=OpenAPIType.STRING)
_ID = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.UUID)
_FILE = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
_KIND = Schema(type=OpenAPIType.STRING, enum=[*FileKind], description="What the file is about: workforce if left out.")
_FORM = Schema(
    type=OpenAPIType.OBJECT,
    properties={"file": _FILE, "organisation_id": _ID, "kind": _KIND, "mapping": _TEXT},
    required=["file", "organisation_id"],
)


@dataclass
class FileOperation(Operation):
    """Says in the API's description that the body is a form with a file, or the file itself."""

    def __post_init__(self) -> None:
        self.request_body = RequestBody(
            required=True,
            content={
                "multipart/form-data": OpenAPIMediaType(schema=_FORM),
                "text/csv": OpenAPIMediaType(schema=_FILE),
                XLSX: OpenAPIMediaType(schema=_FILE),
            },
        )


@post("/api/imports", tags=TAGS, summary="Upload a file and check it", operation_class=FileOperation)
async def upload(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    organisation_id: Annotated[
        UUID | None, QueryParameter(description="The organisation the file is about; may be in the form instead.")
    ] = None,
    kind: Annotated[
        FileKind | None,
        QueryParameter(description="What the file is about: workforce if left out. May be in the form."),
    ] = None,
    file_name: Annotated[
        str, QueryParameter(max_length=200, description="What to call a file that is sent as the body itself.")
    ] = "file",
    mapping: Annotated[
        str | None,
        QueryParameter(
            max_length=20_000, description="Columns, codes and dates as YAML or TOML; may be in the form instead."
        ),
    ] = None,
) -> ImportOut:
    """CSV or XLSX, of one of the kinds that `kind` names. Nothing is changed yet: the answer says what importing
    would do.

    A file whose columns are not understood stays `uploaded` and names the missing columns; send a mapping to `/check`.
    """
    said = {"organisation_id": organisation_id, "kind": kind, "file_name": file_name, "mapping": mapping}
    given = await uploaded(request, **said)
    words = given.fields.get("mapping", "")
    staging = staging_of(request)
    import_id = await actions.upload(
        session,
        actor,
        given.organisation_id(),
        given.name,
        given.content,
        staging,
        read_mapping(words) if words.strip() else None,
        given.kind(),
    )
    if not (await queries.get_import(session, import_id)).missing_columns:
        await actions.check_import(session, actor, import_id, staging)
    return await queries.get_import(session, import_id)


@get("/api/imports", tags=TAGS, summary="List imports, newest first")
async def list_imports(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], size: Size = 50, cursor: After = None
) -> ImportPage:
    """Those of the organisations whose workforce you import."""
    must_import(actor)
    found = await queries.list_imports(session, size, Cursor.read(cursor))
    page = page_of(found, size, ("file_name", "id"))
    return ImportPage(items=list(page.items), next_cursor=page.next_cursor)


@get("/api/imports/{import_id:uuid}", tags=TAGS, summary="Read one import")
async def get_import(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], import_id: FromPath[UUID]
) -> ImportOut:
    return await mine(session, actor, import_id)


@post(
    "/api/imports/{import_id:uuid}/check",
    tags=TAGS,
    summary="Check again, with other columns if need be",
    status_code=200,
)
async def check(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    import_id: FromPath[UUID],
    data: JSONBody[CheckIn],
) -> ImportOut:
    """With `mapping` and `mapping_name`, the mapping is saved for the next file; with the name alone, the saved one is
    used."""
    found = await mine(session, actor, import_id)
    mapping = data.mapping
    if data.mapping_name and mapping:
        await actions.save_mapping(session, actor, found.organisation_id, found.kind, data.mapping_name, mapping)
    elif data.mapping_name:
        mapping = (await queries.saved_mappings(session, found.organisation_id, found.kind)).get(data.mapping_name)
        if mapping is None:
            raise NotFound("saved mapping")
    if mapping:
        await actions.map_columns(session, actor, import_id, mapping, staging_of(request))
    await actions.check_import(session, actor, import_id, staging_of(request))
    return await queries.get_import(session, import_id)


@get("/api/imports/{import_id:uuid}/problems", tags=TAGS, summary="What is wrong with which row, and what to fix")
async def problems(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    import_id: FromPath[UUID],
    size: Size = 50,
    cursor: After = None,
) -> ProblemPage:
    """In the order of the file. Kept for a day after the check."""
    found = await mine(session, actor, import_id)
    if found.state is State.UPLOADED:
        raise Conflict("This file has not been checked yet. Check it first.")
    place = _place(cursor)
    rows = await asyncio.to_thread(staging_of(request).read, import_id, "problems")
    here = rows.slice(place, size)
    following = str(Cursor(str(place + size), import_id)) if place + size < rows.height else None
    return ProblemPage(
        items=[ProblemOut(**row) for row in here.select(ROW, "column", "value", "fix").to_dicts()],
        next_cursor=following,
    )


def _place(cursor: str | None) -> int:
    given = Cursor.read(cursor)
    return int(given.text) if given and given.text.isdecimal() and len(given.text) < 10 else 0


@post("/api/imports/{import_id:uuid}/apply", tags=TAGS, summary="Import a checked file", status_code=200)
async def apply(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    import_id: FromPath[UUID],
    data: JSONBody[ApplyIn],
) -> ImportOut:
    """Whole or not at all. Refused with 409 when what is held has changed, so that it would not do what was shown."""
    await actions.apply_import(
        session, actor, import_id, staging_of(request), without_problem_rows=data.without_problem_rows
    )
    return await queries.get_import(session, import_id)


@post(
    "/api/imports/{import_id:uuid}/undo", tags=TAGS, summary="Put back what was there before an import", status_code=200
)
async def undo(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], import_id: FromPath[UUID]
) -> ImportOut:
    """For 24 hours. Records that somebody has changed since are left as they are and named."""
    await actions.undo_import(session, actor, import_id)
    return await queries.get_import(session, import_id)


@post("/api/imports/{import_id:uuid}/discard", tags=TAGS, summary="Discard an uploaded file", status_code=200)
async def discard(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], import_id: FromPath[UUID]
) -> ImportOut:
    await actions.discard_import(session, actor, import_id, staging_of(request))
    return await queries.get_import(session, import_id)


@get("/api/exports/workforce", tags=TAGS, summary="Download an organisation's workforce", media_type="text/csv")
async def export_workforce(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    organisation_id: Annotated[UUID, QueryParameter(description="The organisation.")],
    file_format: Annotated[Format, QueryParameter(name="format", description="csv or xlsx.")] = "csv",
) -> Response[bytes] | Stream:
    """In the template's columns, without equality answers. Imported again, it changes nothing.

    Each person can see that they were in it.
    """
    held = await actions.export_workforce(session, actor, organisation_id, file_format)
    rows = await asyncio.to_thread(workforce, held)
    if file_format == "xlsx":
        return Response(
            await asyncio.to_thread(writers.xlsx_of, rows), media_type=XLSX, headers=download("workforce.xlsx")
        )
    return Stream(writers.csv_of(rows), media_type=CSV, headers=download("workforce.csv"))


routes: list[ControllerRouterHandler] = [
    upload,
    list_imports,
    get_import,
    check,
    problems,
    apply,
    undo,
    discard,
    export_workforce,
]
