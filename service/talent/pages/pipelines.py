"""Ways to step up, for everybody; who is in them, for partners."""

from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.capabilities.queries import list_families
from service.kit.actor import Actor
from service.kit.errors import Invalid, Problem
from service.organisations.queries import organisation_names
from service.pathways.queries.evidence import list_evidence
from service.people.asked import Search
from service.people.queries import find_employed, list_organisations
from service.talent.actions.members import FIND, enter_pipeline, nominate
from service.talent.actions.pipelines import EDIT, change_pipeline, open_pipeline, read_board
from service.talent.asked import Asked
from service.talent.pages.trying import Refused, tried
from service.talent.presenters.pipelines import PipelinePage, PipelinesPage
from service.talent.queries.names import employers_of
from service.talent.queries.pipelines import find_my_live, get_pipeline, list_pipelines
from service.talent.schemas.pipelines import EnterIn, NominationIn, PipelineChange, PipelineIn, PipelineOut
from service.web.asked import CursorText
from service.web.forms import Form, posted, read
from service.web.templating import shown

ONE = "/pipelines/{pipeline_id:uuid}"


@get("/pipelines", include_in_schema=False)
async def pipelines(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    cursor: CursorText = None,
) -> Response[str]:
    actor.must("me.read")
    return await _list(request, session, actor, Form(), cursor=cursor)


@post("/pipelines", include_in_schema=False, status_code=303)
async def begin(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str] | Redirect:
    form = await posted(request)

    async def act() -> PipelineOut:
        place = form.value("organisation_id") if form.value("reach") == "own" else ""
        return await open_pipeline(session, actor, read(PipelineIn, form, in_scope=[place] if place else []))

    made = await tried(session, form, act)
    if isinstance(made, Refused):
        actor.must("me.read")
        return await _list(request, session, actor, made.form, made.status)
    return Redirect(f"/pipelines/{made.id}", status_code=303)


@get(ONE, include_in_schema=False)
async def pipeline(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    pipeline_id: FromPath[UUID],
    search: Search = "",
    cursor: CursorText = None,
) -> Response[str]:
    actor.must("me.read")
    return await _one(request, session, actor, pipeline_id, Form(), search=search, cursor=cursor)


@post(ONE, include_in_schema=False, status_code=303)
async def change(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    pipeline_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form = await posted(request)

    async def act() -> object:
        given = read(PipelineChange, form)
        return await change_pipeline(session, actor, pipeline_id, given, form.version)

    return await _answered(request, session, actor, pipeline_id, await tried(session, form, act))


@post(ONE + "/enter", include_in_schema=False, status_code=303)
async def enter(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    pipeline_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form = await posted(request)
    made = await tried(session, form, lambda: enter_pipeline(session, actor, pipeline_id, read(EnterIn, form)))
    if isinstance(made, Refused):
        return await _answered(request, session, actor, pipeline_id, made)
    return Redirect("/me/talent", status_code=303)


@post(ONE + "/nominate", include_in_schema=False)
async def put_forward(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    pipeline_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form = await posted(request)

    async def act() -> object:
        try:
            why = {"words": form.value("why")} if form.value("why").strip() else {}
            return await nominate(session, actor, pipeline_id, read(NominationIn, form, **why))
        except Invalid as refusal:
            raise _landing(refusal, bool(form.value("search"))) from None

    made = await tried(session, form, act)
    if isinstance(made, Refused):
        return await _answered(request, session, actor, pipeline_id, made)
    return await _one(request, session, actor, pipeline_id, Form(), is_sent=True)


def _landing(refusal: Invalid, is_found: bool) -> Invalid:
    """Each problem where the field of this form is: the other form of the page has words too."""
    fields = {"words": "why"} | ({"email": "person_id"} if is_found else {})
    return Invalid(*(Problem(fields.get(one.field, one.field), one.message) for one in refusal.problems))


async def _answered(
    request: Asked, session: AsyncSession, actor: Actor, pipeline_id: UUID, made: object
) -> Response[str] | Redirect:
    if isinstance(made, Refused):
        actor.must("me.read")
        search = made.form.value("search")[:100]
        return await _one(
            request, session, actor, pipeline_id, made.form, search=search, refusal=made.words, status=made.status
        )
    return Redirect(f"/pipelines/{pipeline_id}", status_code=303)


async def _list(
    request: Asked, session: AsyncSession, actor: Actor, form: Form, status: int = 200, cursor: str | None = None
) -> Response[str]:
    where = actor.where(EDIT)
    employers = await list_organisations(session, where) if where else {}
    families = await list_families(session) if where else []
    page = PipelinesPage(await list_pipelines(session, cursor), employers=employers, families_known=families, form=form)
    return shown(request, "talent/pipelines.html", page, status=status)


async def _one(
    request: Asked,
    session: AsyncSession,
    actor: Actor,
    pipeline_id: UUID,
    form: Form,
    *,
    search: str = "",
    cursor: str | None = None,
    refusal: str = "",
    status: int = 200,
    is_sent: bool = False,
) -> Response[str]:
    found, me = await get_pipeline(session, pipeline_id), actor.person_id
    mine = await find_my_live(session, me, pipeline_id) if me else None
    employers = await employers_of(session, me) if me and found.in_scope else {}
    may_enter = bool(me) and (not found.in_scope or not employers.keys().isdisjoint(found.in_scope))
    places = actor.where(FIND)
    page = PipelinePage(
        found,
        await organisation_names(session) if found.in_scope else {},
        mine,
        (await list_evidence(session, me, None, 20)).items if me and may_enter else [],
        form,
        may_edit=actor.may(EDIT, found.organisation_id),
        may_find=bool(places),
        board=await read_board(session, actor, pipeline_id, cursor) if actor.where(EDIT) else None,
        found=await find_employed(session, places, search) if places and search.strip() else [],
        search=search,
        refusal=refusal,
        is_sent=is_sent,
        may_enter=may_enter,
    )
    return shown(request, "talent/pipeline.html", page, status=status)


routes: list[ControllerRouterHandler] = [pipelines, begin, pipeline, change, enter, put_forward]
