"""The words that conversations are coded in: what they are now, and publishing an edition."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.actions.terms import publish_edition
from service.conversations.presenters.terms import EditionPage, TermsPage, lines_of, terms_in
from service.conversations.queries.terms import get_edition, list_editions
from service.conversations.schemas.terms import EditionIn
from service.kit.actor import Actor
from service.kit.errors import Conflict, Invalid, Problem
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
PERMISSION = "frameworks.edit"


@get("/conversations/terms", include_in_schema=False)
async def terms(request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Response[str]:
    actor.must(PERMISSION)
    page = TermsPage(await get_edition(session), await list_editions(session))
    return shown(request, "conversations/terms.html", page)


@get("/conversations/terms/new", include_in_schema=False)
async def new(request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Response[str]:
    actor.must(PERMISSION)
    edition = await get_edition(session)
    form = Form({"terms": lines_of(edition), "based_on": str(edition.version)})
    return shown(request, "conversations/terms_new.html", EditionPage(edition, form))


@post("/conversations/terms", include_in_schema=False, status_code=303)
async def publish(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str] | Redirect:
    actor.must(PERMISSION)
    form = await posted(request)
    try:
        async with attempt(session):
            given = read(EditionIn, form, terms=terms_in(form.value("terms")))
            await publish_edition(session, actor, given)
    except Invalid as refusal:
        return await _again(request, session, form.refused(_at_its_line(refusal)), 422)
    except Conflict as refusal:
        return await _again(request, session, form, 409, refusal.message)
    return Redirect("/conversations/terms", status_code=303)


async def _again(request: Asked, session: AsyncSession, form: Form, status: int, conflict: str = "") -> Response[str]:
    edition = await get_edition(session)
    page = EditionPage(edition, Form({**form.values, "based_on": str(edition.version)}, form.problems), conflict)
    return shown(request, "conversations/terms_new.html", page, status=status)


def _at_its_line(refusal: Invalid) -> Invalid:
    """ "terms.3.code" is the fourth line of the text."""
    told: list[Problem] = []
    for problem in refusal.problems:
        name, _, place = problem.field.partition(".")
        line = place.partition(".")[0]
        words = f"Line {int(line) + 1}: {problem.message}" if line.isdecimal() else problem.message
        told.append(Problem(name, words))
    return Invalid(*told)


routes: list[ControllerRouterHandler] = [terms, new, publish]
