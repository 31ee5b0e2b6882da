"""Your pathway: where you are, what was agreed with you, and everything that is held about you."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from msgspec import json, to_builtins
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.conversations.queries.plan import list_plan
from service.conversations.queries.record import list_about
from service.home.everything import everything_about
from service.home.presenters.me import EqualityPage, Going, HeldPage, MePage
from service.kit.actor import Actor
from service.kit.errors import Invalid, NotFound
from service.kit.vault import Vault
from service.offers.queries.applications import list_mine
from service.opportunities.queries.interests import list_interests_of, list_referrals
from service.pathways.myself import myself, pathway_of
from service.pathways.presenters.pathway import PathwayView
from service.pathways.queries.aspirations import get_aspiration
from service.pathways.queries.evidence import list_shown
from service.pathways.queries.transitions import has_transition
from service.people.actions import answer_equality
from service.people.queries import get_me, list_equality, list_readers
from service.people.rules import Characteristic
from service.people.schemas import EqualityIn
from service.posts.queries import list_assignments
from service.prompts.presenters import for_me
from service.prompts.queries import list_mine as list_reasons
from service.talent.queries.mine import list_to_answer
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
READERS = 100
TALKS = 5


@get("/me", include_in_schema=False)
async def pathway(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    post: FromQuery[UUID | None] = None,
) -> Response[str]:
    """From the main post, or from another that is named."""
    me = myself(actor)
    found, posts = await get_me(session, me), (await list_assignments(session, me)).items
    talks, plan = await list_about(session, me, size=TALKS), await list_plan(session, me)
    around = await pathway_of(session, me, post, posts)
    view = PathwayView(around, await get_aspiration(session, me))
    evidence, readers = await list_shown(session, me), await list_readers(session, me, actor.account_id, 3)
    going = Going(
        await list_mine(session, me),
        await list_interests_of(session, me),
        await list_referrals(session, me),
        await list_to_answer(session, me),
    )
    helping, is_new = for_me(await list_reasons(session)), await has_transition(session, me)
    page = MePage(found, posts, talks.items, view, plan, evidence, readers, going, helping, is_new)
    return shown(request, "home/me.html", page)


@get("/me/held", include_in_schema=False)
async def held(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    answered: FromQuery[bool] = False,
) -> Response[str]:
    me = myself(actor)
    found, posts = await get_me(session, me), await list_assignments(session, me)
    readers = await list_readers(session, me, actor.account_id, READERS)
    return shown(request, "home/held.html", HeldPage(found, posts.items, readers, answered))


@get("/me/data", include_in_schema=False)
async def download(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], vault: NamedDependency[Vault]
) -> Response[bytes]:
    """Everything that is held about the reader, in one file; of what others keep to themselves, nothing."""
    me = myself(actor)
    everything = await everything_about(session, vault, me)
    await record(session, actor, "people.downloaded", subject=me)
    headers = {"Content-Disposition": 'attachment; filename="my-ridgeway-data.json"', "Cache-Control": "no-store"}
    return Response(
        json.format(json.encode(to_builtins(everything)), indent=1), media_type="application/json", headers=headers
    )


@get("/me/equality/{characteristic:str}", include_in_schema=False)
async def ask_equality(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    characteristic: FromPath[str],
) -> Response[str]:
    what = _named(characteristic)
    given = {answer.characteristic: answer.code for answer in await list_equality(session, myself(actor))}
    return shown(request, "home/equality.html", EqualityPage(what, Form({"code": given.get(what, "")})))


@post("/me/equality/{characteristic:str}", include_in_schema=False, status_code=303)
async def answer(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    characteristic: FromPath[str],
) -> Response[str] | Redirect:
    what, form = _named(characteristic), await posted(request)
    try:
        async with attempt(session):
            await answer_equality(session, actor, what, read(EqualityIn, form))
    except Invalid as refusal:
        return shown(request, "home/equality.html", EqualityPage(what, form.refused(refusal)), status=422)
    return Redirect("/me/held?answered=true#equality", status_code=303)


def _named(characteristic: str) -> Characteristic:
    try:
        return Characteristic(characteristic)
    except ValueError:
        raise NotFound("question") from None


routes: list[ControllerRouterHandler] = [pathway, held, download, ask_equality, answer]
