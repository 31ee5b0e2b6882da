"""Threads of potential: opening one, and following it."""

from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.talent.actions.pipelines import EDIT
from service.talent.actions.threads import answer_thread, observe, open_thread, read_thread
from service.talent.actions.work import read_threads
from service.talent.asked import Asked
from service.talent.pages.trying import Refused, tried
from service.talent.presenters.threads import ThreadPage, ThreadsPage
from service.talent.queries.names import employers_of
from service.talent.rules.codes import Condition
from service.talent.schemas.threads import ObservationIn, ThreadAnswerIn, ThreadIn
from service.web.asked import CursorText
from service.web.forms import Form, posted, read
from service.web.templating import shown

ONE = "/threads/{thread_id:uuid}"


@get("/threads", include_in_schema=False)
async def threads(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    cursor: CursorText = None,
) -> Response[str]:
    return await _list(request, session, actor, Form(), cursor=cursor)


@post("/threads", include_in_schema=False, status_code=303)
async def begin(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str] | Redirect:
    form = await posted(request)
    made = await tried(session, form, lambda: open_thread(session, actor, read(ThreadIn, form)))
    if isinstance(made, Refused):
        return await _list(request, session, actor, made.form, made.words, made.status)
    if made.id is None:
        return await _list(request, session, actor, Form(), is_sent=True)
    return Redirect(f"/threads/{made.id}", status_code=303)


@get(ONE, include_in_schema=False)
async def thread(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], thread_id: FromPath[UUID]
) -> Response[str]:
    return await _one(request, session, actor, thread_id, Form())


@post(ONE, include_in_schema=False, status_code=303)
async def add(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], thread_id: FromPath[UUID]
) -> Response[str] | Redirect:
    form = await posted(request)

    async def act() -> object:
        helped = [code for code in Condition if form.value(f"conditions.{code}")]
        return await observe(session, actor, thread_id, read(ObservationIn, form, conditions=helped))

    made = await tried(session, form, act)
    if isinstance(made, Refused):
        return await _one(request, session, actor, thread_id, made.form, made.words, made.status)
    return Redirect(f"/threads/{thread_id}", status_code=303)


@post(ONE + "/answer", include_in_schema=False, status_code=303)
async def answer(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], thread_id: FromPath[UUID]
) -> Response[str] | Redirect:
    form = await posted(request)
    made = await tried(session, form, lambda: answer_thread(session, actor, thread_id, read(ThreadAnswerIn, form)))
    if isinstance(made, Refused):
        return await _one(request, session, actor, thread_id, made.form, made.words, made.status)
    is_mine = made.person_id is not None and made.person_id == actor.person_id
    return Redirect("/me/talent" if is_mine else f"/threads/{thread_id}", status_code=303)


async def _one(
    request: Asked,
    session: AsyncSession,
    actor: Actor,
    thread_id: UUID,
    form: Form,
    refusal: str = "",
    status: int = 200,
) -> Response[str]:
    found = await read_thread(session, actor, thread_id)
    may_end = actor.may(EDIT, found.organisation_id)
    page = ThreadPage(found, actor.person_id, may_end, form, refusal)
    return shown(request, "talent/thread.html", page, status=status)


async def _list(
    request: Asked,
    session: AsyncSession,
    actor: Actor,
    form: Form,
    refusal: str = "",
    status: int = 200,
    cursor: str | None = None,
    is_sent: bool = False,
) -> Response[str]:
    found = await read_threads(session, actor, cursor)
    employers = await employers_of(session, actor.person_id) if actor.person_id else {}
    page = ThreadsPage(found, employers, form, refusal, is_sent)
    return shown(request, "talent/threads.html", page, status=status)


routes: list[ControllerRouterHandler] = [threads, begin, thread, add, answer]
