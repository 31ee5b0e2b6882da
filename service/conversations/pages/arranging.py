"""Arranging one conversation or several: whom, when, check, planned."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.actions.arranging import ARRANGE, LOG, NOBODY, arrange, check_arrangement
from service.conversations.choosing import Choice, by_form, key_of
from service.conversations.presenters.arranging import ArrangeCheckPage, ArrangePage
from service.conversations.rules.arranging import MOST_AT_ONCE, moment_of, time_of
from service.conversations.schemas.arranging import ArrangeForm, ArrangeIn
from service.kit.actor import Actor
from service.kit.errors import Invalid, NotAllowed, NotFound, Problem
from service.kit.ids import new_id
from service.people.names import same_name
from service.people.queries import employed_in, list_organisations
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
PICK = "pick-"
FIELDS = (
    "id",
    "organisation_id",
    "first_on-day",
    "first_on-month",
    "first_on-year",
    "first_at",
    "minutes",
    "gap",
    "kind",
    "mode",
    "facilitator",
    "facilitator_id",
)


@get("/conversations/arrange", include_in_schema=False)
async def ask_one(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    person: FromQuery[UUID],
    organisation: FromQuery[UUID],
    holder: FromQuery[UUID | None] = None,
) -> Response[str]:
    """For one person; `holder` is whom they asked for, where somebody arranges it for them."""
    form = Form({"organisation_id": str(organisation), f"{PICK}{person}": "on", **_fresh(actor)})
    held_by = Choice("facilitator")
    if holder and holder != actor.person_id and actor.may(ARRANGE, organisation):
        form = Form({**form.values, "facilitator": "", "facilitator_id": f"{holder}.{organisation}"})
        # Whoever has left in the meantime is nobody to be asked about: another is named.
        held_by = replace(await _held_by(session, actor, form), problem=None)
    return shown(request, "conversations/arrange.html", await _form_page(session, actor, form, held_by))


@post("/conversations/arrange", include_in_schema=False, status_code=200)
async def ask(request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Response[str]:
    """The form for the people ticked in a list, or again with everything that was typed."""
    form = await posted(request)
    form = Form({**_fresh(actor), **form.values})
    held_by = await _held_by(session, actor, form) if form.value("facilitator_id") else Choice("facilitator")
    return shown(request, "conversations/arrange.html", await _form_page(session, actor, form, held_by))


@post("/conversations/arrange/check", include_in_schema=False, status_code=200)
async def check(request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Response[str]:
    form = await posted(request)
    held_by = await _held_by(session, actor, form)
    try:
        given = _given(form, held_by)
        planned = await check_arrangement(session, actor, given)
    except Invalid as refusal:
        return await _again(request, session, actor, form.refused(refusal), held_by)
    form = _settled(form, held_by)
    place = (await list_organisations(session, [given.organisation_id]))[given.organisation_id]
    who = held_by.one.name if held_by.one else "You"
    page = ArrangeCheckPage(form, place, planned, who, given.mode, _hidden(form))
    return shown(request, "conversations/arrange_check.html", page)


@post("/conversations/arranged", include_in_schema=False, status_code=303)
async def plan(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str] | Redirect:
    form = await posted(request)
    held_by = await _held_by(session, actor, form)
    try:
        async with attempt(session):
            planned = await arrange(session, actor, _given(form, held_by))
    except Invalid as refusal:
        return await _again(request, session, actor, form.refused(refusal), held_by)
    return Redirect(f"/work?arranged={len(planned)}", status_code=303)


def _fresh(actor: Actor) -> dict[str, str]:
    return {"id": str(new_id()), "facilitator": actor.name, "gap": "10"}


async def _form_page(session: AsyncSession, actor: Actor, form: Form, held_by: Choice) -> ArrangePage:
    """Raises NotFound for an organisation out of sight and for somebody whom it does not employ."""
    place = _place(form)
    actor.must(LOG, place)
    if actor.person_id is None:
        raise NotAllowed(NOBODY)
    people = _picked(form)
    names = await employed_in(session, place, people)
    if not set(people) <= set(names):
        raise NotFound("person")
    if not people and not form.problems:
        form = form.refused(Invalid(Problem("people", "Go back and choose at least one person.")))
    organisations = await list_organisations(session, [place])
    chosen = {person: names[person] for person in people}
    return ArrangePage(form, place, organisations[place], chosen, held_by, actor.may(ARRANGE, place))


async def _held_by(session: AsyncSession, actor: Actor, form: Form) -> Choice:
    """Who will hold them: nobody named means the actor."""
    typed = form.value("facilitator")
    if not (typed.strip() or form.value("facilitator_id")) or (
        same_name(typed, actor.name) and not form.value("facilitator_id")
    ):
        return Choice("facilitator")
    place = _place(form)
    actor.must(LOG, place)
    return await by_form(session, form, "facilitator", [place])


def _given(form: Form, held_by: Choice) -> ArrangeIn:
    """Raises Invalid with every problem of the form at once."""
    problems, people = [*held_by.problems], _picked(form)
    if not 0 < len(people) <= MOST_AT_ONCE:
        problems.append(Problem("people", f"Choose at least one person, and at most {MOST_AT_ONCE} at a time."))
    try:
        said = read(ArrangeForm, form)
    except Invalid as refusal:
        raise Invalid(*problems, *refusal.problems) from None
    at = time_of(said.first_at)
    first = moment_of(said.first_on, at) if at else None
    if at is None:
        problems.append(Problem("first_at", "Enter a time, such as 9:30 or 2pm."))
    elif first is None:
        problems.append(Problem("first_at", "The clocks go forward at that time. Choose an hour later."))
    if problems:
        raise Invalid(*problems)
    holder = held_by.one.person_id if held_by.one else None
    more = {"people": people, "first_at": first, "facilitator_id": holder}
    return ArrangeIn.model_validate(said.model_dump(exclude={"first_on", "first_at"}) | more)


async def _again(request: Asked, session: AsyncSession, actor: Actor, form: Form, held_by: Choice) -> Response[str]:
    # A problem with who holds them is told where their name is typed.
    told = tuple(
        Problem("facilitator", p.message) if p.field == "facilitator_id" and not held_by.several else p
        for p in form.problems
    )
    page = await _form_page(session, actor, _settled(Form(form.values, told), held_by), held_by)
    return shown(request, "conversations/arrange.html", page, status=422)


def _settled(form: Form, held_by: Choice) -> Form:
    """The form with whoever it is clear about by their key, so that nobody is asked twice."""
    return Form({**form.values, "facilitator_id": key_of(held_by.one)} if held_by.one else form.values, form.problems)


def _hidden(form: Form) -> list[tuple[str, str]]:
    """What was typed and ticked, to be carried unseen to the next page."""
    picked = [(f"{PICK}{person}", "on") for person in _picked(form)]
    return [*picked, *((name, form.value(name)) for name in FIELDS if form.value(name))]


def _place(form: Form) -> UUID:
    found = _uuid(form.value("organisation_id"))
    if found is None:
        raise NotFound("organisation")
    return found


def _picked(form: Form) -> list[UUID]:
    """The people ticked, in the order of the list; nothing that is not one of ours."""
    found = (_uuid(name.removeprefix(PICK)) for name in form.values if name.startswith(PICK))
    return list(dict.fromkeys(person for person in found if person))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


routes: list[ControllerRouterHandler] = [ask_one, ask, check, plan]
