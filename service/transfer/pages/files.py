"""Files to keep: the templates, and the problem rows with what to fix."""

from typing import Annotated
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.transfer import writers
from service.transfer.door import Asked, download, mine, must_import, staging_of
from service.transfer.rules import FileKind
from service.web.files import CSV


@get("/imports/template.csv", include_in_schema=False, media_type=CSV)
async def template(
    actor: NamedDependency[Actor],
    kind: Annotated[FileKind, QueryParameter(description="What the file is about.")] = FileKind.WORKFORCE,
) -> Response[bytes]:
    must_import(actor)
    return Response(writers.template(kind), media_type=CSV, headers=download(f"{kind}-template.csv"))


@get("/imports/{import_id:uuid}/problems.csv", include_in_schema=False, media_type=CSV)
async def problem_rows(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], import_id: FromPath[UUID]
) -> Stream:
    found = await mine(session, actor, import_id)
    staging = staging_of(request)
    rows = writers.problem_rows(found.headers, staging.read(import_id, "texts"), staging.read(import_id, "problems"))
    return Stream(rows, media_type=CSV, headers=download("rows-to-put-right.csv"))


routes: list[ControllerRouterHandler] = [template, problem_rows]
