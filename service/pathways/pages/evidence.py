"""My evidence: the list, writing, correcting, sharing, deleting."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.errors import Conflict, Invalid, NotFound, Problem
from service.organisations.queries import organisation_names
from service.pathways.actions.evidence import (
    add_evidence,
    change_evidence,
    delete_evidence,
    share_evidence,
    stop_sharing,
)
from service.pathways.asked import Chosen
from service.pathways.myself import myself
from service.pathways.presenters.evidence import FormPage, ListPage, OnePage, form_of
from service.pathways.queries.evidence import get_evidence, list_dimensions, list_evidence, list_shown
from service.pathways.rules.evidence import EvidenceReader
from service.pathways.schemas.evidence import EvidenceIn, EvidenceOut
from service.web.asked import CursorText
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]


@get("/me/evidence", include_in_schema=False)
async def mine(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    cursor: CursorText = None,
    deleted: FromQuery[bool] = False,
) -> Response[str]:
    me = myself(actor)
    page = await list_evidence(session, me, cursor)
    dimensions, counts = await list_dimensions(session), await list_shown(session, me)
    done = "The piece of evidence is deleted." if deleted else ""
    return shown(
        request, "pathways/evidence.html", ListPage(page.items, page.next_cursor, dimensions, counts, done=done)
    )


@get("/me/evidence/new", include_in_schema=False)
async def new(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    dimension: Chosen = "",
    role: FromQuery[UUID | None] = None,
) -> Response[str]:
    myself(actor)
    form = Form({"dimension": dimension, "profile_id": str(role or "")})
    return await _form(request, session, form)


@post("/me/evidence", include_in_schema=False, status_code=303)
async def add(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str] | Redirect:
    form = await posted(request)
    try:
        async with attempt(session):
            made = await add_evidence(session, actor, read(EvidenceIn, form))
    except Invalid as refusal:
        return await _form(request, session, form.refused(refusal), status=422)
    return Redirect(f"/me/evidence/{made.id}", status_code=303)


@get("/me/evidence/{evidence_id:uuid}", include_in_schema=False)
async def one(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], evidence_id: FromPath[UUID]
) -> Response[str]:
    piece = await get_evidence(session, myself(actor), evidence_id)
    return shown(request, "pathways/piece.html", OnePage(piece, await organisation_names(session)))


@get("/me/evidence/{evidence_id:uuid}/change", include_in_schema=False)
async def correct(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], evidence_id: FromPath[UUID]
) -> Response[str]:
    piece = await get_evidence(session, myself(actor), evidence_id)
    return await _form(request, session, form_of(piece), evidence_id)


@post("/me/evidence/{evidence_id:uuid}", include_in_schema=False, status_code=303)
async def change(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], evidence_id: FromPath[UUID]
) -> Response[str] | Redirect:
    """When it was changed in another window meanwhile, both texts are shown and nothing typed is lost."""
    form = await posted(request)
    stands = await get_evidence(session, myself(actor), evidence_id)
    try:
        async with attempt(session):
            await change_evidence(session, actor, evidence_id, read(EvidenceIn, form), form.version)
    except Invalid as refusal:
        return await _form(request, session, form.refused(refusal), evidence_id, status=422)
    except Conflict as refusal:
        kept = Form({**form.values, "version": str(stands.version)}, (Problem("what_happened", refusal.message),))
        return await _form(request, session, kept, evidence_id, stands, status=409)
    return Redirect(f"/me/evidence/{evidence_id}", status_code=303)


@post("/me/evidence/{evidence_id:uuid}/share", include_in_schema=False, status_code=303)
async def share(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], evidence_id: FromPath[UUID]
) -> Redirect:
    await share_evidence(session, actor, evidence_id, await _reader(request))
    return Redirect(f"/me/evidence/{evidence_id}#readers", status_code=303)


@post("/me/evidence/{evidence_id:uuid}/stop", include_in_schema=False, status_code=303)
async def stop(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], evidence_id: FromPath[UUID]
) -> Redirect:
    await stop_sharing(session, actor, evidence_id, await _reader(request))
    return Redirect(f"/me/evidence/{evidence_id}#readers", status_code=303)


@get("/me/evidence/{evidence_id:uuid}/delete", include_in_schema=False)
async def ask_to_delete(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], evidence_id: FromPath[UUID]
) -> Response[str]:
    piece = await get_evidence(session, myself(actor), evidence_id)
    return shown(request, "pathways/delete.html", OnePage(piece, {}))


@post("/me/evidence/{evidence_id:uuid}/delete", include_in_schema=False, status_code=303)
async def remove(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], evidence_id: FromPath[UUID]
) -> Redirect:
    await delete_evidence(session, actor, evidence_id)
    return Redirect("/me/evidence?deleted=true", status_code=303)


async def _reader(request: Asked) -> EvidenceReader:
    try:
        return EvidenceReader((await posted(request)).value("reader"))
    except ValueError:
        raise NotFound("choice") from None


async def _form(
    request: Asked,
    session: AsyncSession,
    form: Form,
    evidence_id: UUID | None = None,
    stands: EvidenceOut | None = None,
    status: int = 200,
) -> Response[str]:
    page = FormPage(form, await list_dimensions(session), await organisation_names(session), evidence_id, stands=stands)
    return shown(request, "pathways/evidence_form.html", page, status=status)


routes: list[ControllerRouterHandler] = [
    mine,
    new,
    add,
    one,
    correct,
    change,
    share,
    stop,
    ask_to_delete,
    remove,
]
