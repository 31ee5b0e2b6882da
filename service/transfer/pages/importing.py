"""One import from the file to the receipt, and back."""

import asyncio
import logging
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.background_tasks import BackgroundTask
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.db import Sessions, transaction
from service.kit.errors import Conflict, Invalid, Refusal
from service.kit.paging import Cursor, page_of
from service.transfer import actions, presenters, queries
from service.transfer.door import Asked, mine, must_import, sessions_of, staging_of, to_import, uploaded
from service.transfer.kinds import KINDS, Words
from service.transfer.plans import PREVIEWED
from service.transfer.rules import State
from service.transfer.schemas import ImportOut, Mapping
from service.transfer.staging import Staging
from service.web.forms import Form, attempt, posted
from service.web.templating import shown

log = logging.getLogger(__name__)
# A file of fewer rows is checked before the next page is shown; a larger one while a page of its own waits.
CHECKED_AT_ONCE = 5_000
PAGE = 20


@get("/imports", include_in_schema=False)
async def start(request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Response[str]:
    must_import(actor)
    return await _start_page(request, session, actor, Form())


@post("/imports", include_in_schema=False)
async def upload(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[Any]:
    must_import(actor)
    staging = staging_of(request)
    try:
        given = await uploaded(request)
        places = list(actor.where(actions.IMPORT))
        organisation_id = places[0] if len(places) == 1 else given.organisation_id()
        async with attempt(session):
            import_id = await actions.upload(
                session, actor, organisation_id, given.name, given.content, staging, kind=given.kind()
            )
    except Invalid as refusal:
        form = (await posted(request)).refused(refusal)
        return await _start_page(request, session, actor, form, 422)
    found = await queries.get_import(session, import_id)
    if found.missing_columns:
        return Redirect(f"/imports/{import_id}/columns", status_code=303)
    if staging.read(import_id, "texts").height < CHECKED_AT_ONCE:
        await actions.check_import(session, actor, import_id, staging)
        return Redirect(f"/imports/{import_id}", status_code=303)
    later = BackgroundTask(_check_later, sessions_of(request), actor, import_id, staging)
    return Redirect(f"/imports/{import_id}", status_code=303, background=later)


async def _check_later(sessions: Sessions, actor: Actor, import_id: UUID, staging: Staging) -> None:
    """After the answer has gone out. If this fails, the import stays as it was and its page offers to check again."""
    try:
        async with transaction(sessions, actor) as session:
            await actions.check_import(session, actor, import_id, staging)
    except Refusal as refusal:
        log.info("an import was not checked: %s", type(refusal).__name__)
    except Exception as error:
        log.error("the check of an import failed: %s", type(error).__name__)


@get("/imports/{import_id:uuid}", include_in_schema=False)
async def one(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], import_id: FromPath[UUID]
) -> Response[Any]:
    found = await mine(session, actor, import_id)
    if found.missing_columns:
        return Redirect(f"/imports/{import_id}/columns", status_code=303)
    return await _import_page(request, session, found)


@post("/imports/{import_id:uuid}/check", include_in_schema=False)
async def check(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], import_id: FromPath[UUID]
) -> Redirect:
    await actions.check_import(session, actor, import_id, staging_of(request))
    return to_import(import_id)


@post("/imports/{import_id:uuid}/apply", include_in_schema=False)
async def apply(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], import_id: FromPath[UUID]
) -> Response[Any]:
    staging = staging_of(request)
    try:
        async with attempt(session):
            await actions.apply_import(session, actor, import_id, staging, without_problem_rows=True)
    except Conflict as refusal:
        found = await mine(session, actor, import_id)
        if found.state is not State.CHECKED:
            raise
        await actions.check_import(session, actor, import_id, staging)
        return await _import_page(request, session, await queries.get_import(session, import_id), refusal.message, 409)
    return to_import(import_id)


@post("/imports/{import_id:uuid}/undo", include_in_schema=False)
async def undo(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], import_id: FromPath[UUID]
) -> Redirect:
    await actions.undo_import(session, actor, import_id)
    return to_import(import_id)


@post("/imports/{import_id:uuid}/discard", include_in_schema=False)
async def discard(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], import_id: FromPath[UUID]
) -> Redirect:
    await actions.discard_import(session, actor, import_id, staging_of(request))
    return Redirect("/imports", status_code=303)


async def _start_page(
    request: Asked, session: AsyncSession, actor: Actor, form: Form, status: int = 200
) -> Response[str]:
    organisations = await queries.organisations_for(session, actor.where(actions.IMPORT))
    cursor = Cursor.read(request.query_params.get("cursor"))
    page = page_of(await queries.list_imports(session, PAGE, cursor), PAGE, ("file_name", "id"))
    past = [presenters.past(found, organisations) for found in page.items]
    megabytes = request.app.state.settings.upload_megabytes
    start = presenters.StartPage(form, organisations, past, megabytes, page.next_cursor)
    return shown(request, "transfer/start.html", start, status)


async def _import_page(
    request: Asked, session: AsyncSession, found: ImportOut, problem: str = "", status: int = 200
) -> Response[str]:
    names = await queries.organisations_for(session, frozenset({found.organisation_id}))
    more: dict[str, Any] = {}
    staging = staging_of(request)
    if found.state is State.UPLOADED:
        more["progress"] = staging.progress(found.id)
    if found.state is State.CHECKED:
        mapping, words = await queries.mapping_of(session, found.id), await KINDS[found.kind].words(session)
        more = await asyncio.to_thread(_preview, staging, found, mapping, words)
    if found.undone and found.undone.left:
        more["left"] = await queries.names_of(session, found.organisation_id, found.undone.left[:100])
    page = presenters.ImportPage(found, names.get(found.organisation_id, ""), problem=problem, **more)
    return shown(request, "transfer/import.html", page, status)


def _preview(staging: Staging, found: ImportOut, mapping: Mapping | None, words: Words) -> dict[str, Any]:
    problems, changes = staging.read(found.id, "problems"), staging.read(found.id, "changes")
    return {
        "groups": presenters.groups_of(problems),
        "problems": presenters.shown_problems(problems),
        "changes": changes.head(PREVIEWED).to_dicts(),
        "unknown_codes": len(presenters.unknown_codes(problems, found, mapping, words)),
    }


routes: list[ControllerRouterHandler] = [start, upload, one, check, apply, undo, discard]
