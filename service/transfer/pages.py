"""Importing on pages: give a file, see what it would do, import it, undo it. Every step works without JavaScript."""

import asyncio
import logging
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.background_tasks import BackgroundTask
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Stream
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.db import Sessions, transaction
from service.kit.errors import Conflict, Invalid, Refusal
from service.kit.paging import Cursor, page_of
from service.transfer import actions, presenters, queries, writers
from service.transfer.columns import FIELDS
from service.transfer.door import Asked, download, sessions_of, staging_of, uploaded
from service.transfer.rules import State
from service.transfer.schemas import ImportOut, Mapping, MappingName
from service.transfer.staging import Staging
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

log = logging.getLogger(__name__)
# A file of fewer rows is checked before the next page is shown; a larger one while the person waits on a page of its own.
CHECKED_AT_ONCE = 5_000


@get("/imports", include_in_schema=False)
async def start(request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Response[str]:
    _must(actor)
    return await _start_page(request, session, actor, Form())


@post("/imports", include_in_schema=False)
async def upload(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[Any]:
    _must(actor)
    staging = staging_of(request)
    try:
        given = await uploaded(request)
        places = [place for place in actor.where(actions.IMPORT)]
        organisation_id = places[0] if len(places) == 1 else given.organisation_id()
        async with attempt(session):
            import_id = await actions.upload(session, actor, organisation_id, given.name, given.content, staging)
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
    """After the answer has gone out. If this fails the import stays as it was, and its page offers to check it again."""
    try:
        async with transaction(sessions, actor) as session:
            await actions.check_import(session, actor, import_id, staging)
    except Refusal as refusal:
        log.info("an import was not checked: %s", type(refusal).__name__)
    except Exception as error:
        log.error("the check of an import failed: %s", type(error).__name__)


@get("/imports/template.csv", include_in_schema=False, media_type=writers.CSV)
async def template(actor: NamedDependency[Actor]) -> Response[bytes]:
    _must(actor)
    return Response(writers.template(), media_type=writers.CSV, headers=download("workforce-template.csv"))


@get("/imports/{import_id:uuid}", include_in_schema=False)
async def one(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], import_id: FromPath[UUID]
) -> Response[Any]:
    found = await _mine(session, actor, import_id)
    if found.missing_columns:
        return Redirect(f"/imports/{import_id}/columns", status_code=303)
    return await _import_page(request, session, found)


@post("/imports/{import_id:uuid}/check", include_in_schema=False)
async def check(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], import_id: FromPath[UUID]
) -> Redirect:
    await actions.check_import(session, actor, import_id, staging_of(request))
    return _to(import_id)


@post("/imports/{import_id:uuid}/apply", include_in_schema=False)
async def apply(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], import_id: FromPath[UUID]
) -> Response[Any]:
    staging = staging_of(request)
    try:
        async with attempt(session):
            await actions.apply_import(session, actor, import_id, staging, without_problem_rows=True)
    except Conflict as refusal:
        found = await _mine(session, actor, import_id)
        if found.state is not State.CHECKED:
            raise
        await actions.check_import(session, actor, import_id, staging)
        return await _import_page(request, session, await queries.get_import(session, import_id), refusal.message, 409)
    return _to(import_id)


@post("/imports/{import_id:uuid}/undo", include_in_schema=False)
async def undo(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], import_id: FromPath[UUID]
) -> Redirect:
    await actions.undo_import(session, actor, import_id)
    return _to(import_id)


@post("/imports/{import_id:uuid}/discard", include_in_schema=False)
async def discard(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], import_id: FromPath[UUID]
) -> Redirect:
    await actions.discard_import(session, actor, import_id, staging_of(request))
    return Redirect("/imports", status_code=303)


@get("/imports/{import_id:uuid}/problems.csv", include_in_schema=False, media_type=writers.CSV)
async def problem_rows(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], import_id: FromPath[UUID]
) -> Stream:
    found = await _mine(session, actor, import_id)
    staging = staging_of(request)
    texts, problems = staging.read(import_id, "texts"), staging.read(import_id, "problems")
    return Stream(
        writers.problem_rows(found.headers, texts, problems),
        media_type=writers.CSV,
        headers=download("rows-to-put-right.csv"),
    )


@get("/imports/{import_id:uuid}/columns", include_in_schema=False)
async def columns(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], import_id: FromPath[UUID]
) -> Response[str]:
    return await _columns_page(request, session, await _mine(session, actor, import_id), Form())


@post("/imports/{import_id:uuid}/columns", include_in_schema=False)
async def choose_columns(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], import_id: FromPath[UUID]
) -> Response[Any]:
    found = await _mine(session, actor, import_id)
    form = await posted(request)
    try:
        async with attempt(session):
            before = await queries.mapping_of(session, import_id) or Mapping()
            mapping = read(Mapping, Form({"date_order": form.value("date_order")})).model_copy(
                update=_chosen(form, before)
            )
            await actions.map_columns(session, actor, import_id, mapping, staging_of(request))
            await actions.check_import(session, actor, import_id, staging_of(request))
            if form.value("name").strip():
                named = read(MappingName, form).name
                await actions.save_mapping(session, actor, found.organisation_id, named, mapping)
    except Invalid as refusal:
        return await _columns_page(request, session, found, form.refused(refusal), 422)
    return _to(import_id)


def _chosen(form: Form, before: Mapping) -> dict[str, Any]:
    columns = {name: form.value(name) for name in FIELDS if form.value(name)}
    scheme = form.value("grade_scheme_for_all").strip()
    constants = {
        name: value for name, value in before.constants.items() if name not in columns and name != "grade_scheme"
    }
    if scheme and "grade_scheme" not in columns:
        constants["grade_scheme"] = scheme[:40]
    return {"columns": columns, "constants": constants, "codes": before.codes, "dates": before.dates}


@get("/imports/{import_id:uuid}/codes", include_in_schema=False)
async def codes(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], import_id: FromPath[UUID]
) -> Response[str]:
    found = await _mine(session, actor, import_id)
    return shown(request, "transfer/codes.html", await _unknown_codes(request, session, found), found=found)


@post("/imports/{import_id:uuid}/codes", include_in_schema=False)
async def match_codes(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], import_id: FromPath[UUID]
) -> Redirect:
    found = await _mine(session, actor, import_id)
    form = await posted(request)
    before = await queries.mapping_of(session, import_id) or Mapping()
    matched = {name: dict(values) for name, values in before.codes.items()}
    for unknown in await _unknown_codes(request, session, found):
        code = form.value(f"code-{unknown.number}")
        if code in {item["value"] for item in unknown.items if item["value"]}:
            matched.setdefault(unknown.field, {})[unknown.value] = code
    await actions.map_columns(
        session, actor, import_id, before.model_copy(update={"codes": matched}), staging_of(request)
    )
    await actions.check_import(session, actor, import_id, staging_of(request))
    return _to(import_id)


def _must(actor: Actor) -> None:
    if not actor.where(actions.IMPORT):
        actor.must(actions.IMPORT)


def _to(import_id: UUID) -> Redirect:
    return Redirect(f"/imports/{import_id}", status_code=303)


async def _mine(session: AsyncSession, actor: Actor, import_id: UUID) -> ImportOut:
    found = await queries.get_import(session, import_id)
    actor.must(actions.IMPORT, found.organisation_id)
    return found


async def _start_page(
    request: Asked, session: AsyncSession, actor: Actor, form: Form, status: int = 200
) -> Response[str]:
    organisations = await queries.organisations_for(session, actor.where(actions.IMPORT))
    page = page_of(
        await queries.list_imports(session, 20, Cursor.read(request.query_params.get("cursor"))),
        20,
        ("file_name", "id"),
    )
    past = [presenters.past(found, organisations) for found in page.items]
    megabytes = request.app.state.settings.upload_megabytes
    return shown(
        request,
        "transfer/start.html",
        presenters.StartPage(form, organisations, past, megabytes, page.next_cursor),
        status,
    )


async def _import_page(
    request: Asked, session: AsyncSession, found: ImportOut, problem: str = "", status: int = 200
) -> Response[str]:
    names = await queries.organisations_for(session, frozenset({found.organisation_id}))
    more: dict[str, Any] = {}
    if found.state is State.CHECKED:
        more = await asyncio.to_thread(
            _preview, staging_of(request), found, await queries.mapping_of(session, found.id)
        )
    if found.undone and found.undone.left:
        more["left"] = await queries.names_of(session, found.organisation_id, found.undone.left[:100])
    page = presenters.ImportPage(found, names.get(found.organisation_id, ""), problem=problem, **more)
    return shown(request, "transfer/import.html", page, status)


def _preview(staging: Staging, found: ImportOut, mapping: Mapping | None) -> dict[str, Any]:
    problems, changes = staging.read(found.id, "problems"), staging.read(found.id, "changes")
    return {
        "groups": presenters.groups_of(problems),
        "problems": presenters.shown_problems(problems),
        "changes": changes.head(presenters.SHOWN).to_dicts(),
        "unknown_codes": len(presenters.unknown_codes(problems, found, mapping)),
    }


async def _columns_page(
    request: Asked, session: AsyncSession, found: ImportOut, form: Form, status: int = 200
) -> Response[str]:
    mapping = await queries.mapping_of(session, found.id)
    texts = staging_of(request).read(found.id, "texts")
    saved = list(await queries.saved_mappings(session, found.organisation_id))
    return shown(request, "transfer/columns.html", presenters.columns_page(found, mapping, texts, form, saved), status)


async def _unknown_codes(request: Asked, session: AsyncSession, found: ImportOut) -> list[presenters.UnknownCode]:
    problems = staging_of(request).read(found.id, "problems")
    return presenters.unknown_codes(problems, found, await queries.mapping_of(session, found.id))


routes: list[ControllerRouterHandler] = [
    start, upload, template, one, check, apply, undo, discard, problem_rows, columns, choose_columns, codes, match_codes,
]  # fmt: skip
