"""Adding a person, and correcting a name or an email address. The list and a person's own page are front doors."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.errors import Conflict, Invalid
from service.people.actions import add_person, correct_person
from service.people.places import places_for
from service.people.presenters import AddPage, CorrectPage
from service.people.queries import get_person, list_organisations
from service.people.schemas import PersonChange, PersonIn, PersonOut
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
PERMISSION = "people.edit"


@get("/people/new", include_in_schema=False)
async def new(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    organisation: FromQuery[UUID | None] = None,
) -> Response[str]:
    form = Form({"organisation_id": str(organisation or "")})
    return shown(request, "people/new.html", await _add_page(session, actor, form))


@post("/people", include_in_schema=False, status_code=303)
async def add(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str] | Redirect:
    form = await posted(request)
    try:
        async with attempt(session):
            person_id = await add_person(session, actor, read(PersonIn, form))
    except Invalid as refusal:
        page = await _add_page(session, actor, form.refused(refusal))
        return shown(request, "people/new.html", page, status=422)
    return Redirect(f"/people/{person_id}", status_code=303)


@get("/people/{person_id:uuid}/correct", include_in_schema=False)
async def correct(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], person_id: FromPath[UUID]
) -> Response[str]:
    person = await get_person(session, person_id, places_for(actor, PERMISSION))
    return shown(request, "people/correct.html", CorrectPage(person, _form_of(person)))


@post("/people/{person_id:uuid}/correct", include_in_schema=False, status_code=303)
async def save(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], person_id: FromPath[UUID]
) -> Response[str] | Redirect:
    form = await posted(request)
    try:
        async with attempt(session):
            # An emptied field takes the address away; a name that is empty is told as missing.
            given = read(PersonChange, form).model_dump(exclude_unset=True)
            await correct_person(session, actor, person_id, PersonChange(**_ALL | given))
    except Invalid as refusal:
        person = await get_person(session, person_id, places_for(actor, PERMISSION))
        return shown(request, "people/correct.html", CorrectPage(person, form.refused(refusal)), status=422)
    except Conflict:
        person = await get_person(session, person_id, places_for(actor, PERMISSION))
        page = CorrectPage(person, Form({**form.values, "version": str(person.version)}), theirs=person)
        return shown(request, "people/correct.html", page, status=409)
    return Redirect(f"/people/{person_id}", status_code=303)


_ALL: dict[str, Any] = {"given_name": None, "family_name": None, "email": None}


def _form_of(person: PersonOut) -> Form:
    names = {"given_name": person.given_name, "family_name": person.family_name, "email": person.email or ""}
    return Form(names | {"version": str(person.version)})


async def _add_page(session: AsyncSession, actor: Actor, form: Form) -> AddPage:
    return AddPage(form, await list_organisations(session, places_for(actor, PERMISSION)))


routes: list[ControllerRouterHandler] = [new, add, correct, save]
