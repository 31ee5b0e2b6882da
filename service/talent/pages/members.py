"""Where somebody is in a pipeline, with what it rests on; and reviewing it."""

from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.talent.actions.members import read_member, review_member
from service.talent.asked import Asked
from service.talent.pages.trying import Refused, tried
from service.talent.presenters.members import MemberPage
from service.talent.queries.pipelines import get_member
from service.talent.schemas.pipelines import MemberOut, ReviewIn
from service.web.forms import Form, posted, read
from service.web.templating import shown

ONE = "/talent/members/{membership_id:uuid}"


@get(ONE, include_in_schema=False)
async def member(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    membership_id: FromPath[UUID],
) -> Response[str]:
    held = await read_member(session, actor, membership_id)
    return shown(request, "talent/member.html", MemberPage(held, Form({"stage": held.stage.value})))


@post(ONE, include_in_schema=False, status_code=303)
async def review(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    membership_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form = await posted(request)

    async def act() -> MemberOut:
        return await review_member(session, actor, membership_id, read(ReviewIn, form), form.version)

    made = await tried(session, form, act)
    if isinstance(made, Refused):
        # Who may not see it gets no page about it.
        await read_member(session, actor, membership_id)
        held = await get_member(session, membership_id, actor.person_id)
        return shown(request, "talent/member.html", MemberPage(held, made.form, made.words), status=made.status)
    return Redirect(f"/talent/members/{membership_id}", status_code=303)


routes: list[ControllerRouterHandler] = [member, review]
