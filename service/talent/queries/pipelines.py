"""Pipelines, which everybody may read, and the people in them, as far as the reader may see them."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, case, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from service.capabilities.tables import JobFamily
from service.kit.clock import today
from service.kit.errors import NotFound
from service.kit.levels import level_name
from service.kit.paging import Cursor, Page, not_ours, page_of
from service.offers.queries.subjects import found_by
from service.offers.rules.subjects import Subject
from service.offers.schemas.subjects import About
from service.organisations.tables import Organisation
from service.talent.queries.names import names_in_talent
from service.talent.rules.codes import COVER, MemberState, PipelineState, Stage
from service.talent.rules.members import REVIEW_AHEAD, STEPS_SHOWN, is_lapsed
from service.talent.schemas.pipelines import MemberOut, PipelineOut, StepOut
from service.talent.tables import MembershipState, Pipeline, PipelineMembership

# A trigger keeps what steps make of a membership: what was read before is read again.
_PIPELINE = (
    select(Pipeline, Organisation.name.label("organisation"), JobFamily.name.label("family"))
    .join(Organisation, Organisation.id == Pipeline.organisation_id)
    .join(JobFamily, JobFamily.code == Pipeline.family_code)
    .execution_options(populate_existing=True)
)
_MEMBER = (
    select(PipelineMembership, Pipeline.title, Organisation.name.label("organisation"))
    .join(Pipeline, Pipeline.id == PipelineMembership.pipeline_id)
    .join(Organisation, Organisation.id == PipelineMembership.organisation_id)
    .execution_options(populate_existing=True)
)
# The nearest to the role first.
_ORDER = (Stage.READY_NOW, Stage.READY_SOON, Stage.DEVELOPING, Stage.FEEDER, Stage.PLACED)
_RANK = case({stage: rank for rank, stage in enumerate(_ORDER)}, value=PipelineMembership.stage)


async def list_pipelines(session: AsyncSession, cursor: str | None = None, size: int = 50) -> Page[PipelineOut]:
    """By title, closed ones too."""
    asked = _PIPELINE
    if after := Cursor.read(cursor):
        asked = asked.where(tuple_(Pipeline.title, Pipeline.id) > tuple_(after.text, after.id))
    rows = (await session.execute(asked.order_by(Pipeline.title, Pipeline.id).limit(size + 1))).all()
    return page_of([_pipeline(row) for row in rows], size, ("title", "id"))


async def get_pipeline(session: AsyncSession, pipeline_id: UUID) -> PipelineOut:
    """Raises NotFound."""
    row = (await session.execute(_PIPELINE.where(Pipeline.id == pipeline_id))).one_or_none()
    if row is None:
        raise NotFound("pipeline")
    return _pipeline(row)


async def _about(session: AsyncSession, pipeline_id: UUID) -> About | None:
    """For inclusion checks, which the room below keeps."""
    columns = (Pipeline.organisation_id, Pipeline.title, Pipeline.state)
    row = (await session.execute(select(*columns).where(Pipeline.id == pipeline_id))).one_or_none()
    if row is None:
        return None
    is_open = row.state is PipelineState.OPEN
    about = (Subject.PIPELINE, pipeline_id, row.organisation_id, row.title, f"/pipelines/{pipeline_id}")
    return About(*about, is_published=is_open)


found_by(Subject.PIPELINE, _about)


async def list_board(
    session: AsyncSession, pipeline_id: UUID, me: UUID | None, cursor: str | None = None, size: int = 100
) -> Page[MemberOut]:
    """Those whom a partner may see, the nearest to the role first; the reader's own place is not part of it."""
    asked = _MEMBER.where(PipelineMembership.pipeline_id == pipeline_id, PipelineMembership.person_id != me)
    if after := Cursor.read(cursor):
        asked = asked.where(tuple_(_RANK, PipelineMembership.id) > tuple_(_rank(after.text), after.id))
    rows = (await session.execute(asked.order_by(_RANK, PipelineMembership.id).limit(size + 1))).all()
    found = await _members(session, rows[:size])
    more = str(Cursor(str(_ORDER.index(found[-1].stage)), found[-1].id)) if len(rows) > size else None
    return Page(found, more)


async def list_cover(session: AsyncSession, family_code: str, level: int, me: UUID | None) -> list[MemberOut]:
    """Those whom a partner may see who could step up into this family and level, the nearest first; 100 at most."""
    fits = and_(Pipeline.family_code == family_code, Pipeline.level == level)
    near = and_(PipelineMembership.stage.in_(COVER), PipelineMembership.person_id != me)
    asked = _MEMBER.where(fits, near).order_by(_RANK, PipelineMembership.id).limit(100)
    return await _members(session, (await session.execute(asked)).all())


async def list_to_review(session: AsyncSession, where: Collection[UUID], me: UUID | None) -> list[MemberOut]:
    """Of these employers: those that lapse within 60 days, that nobody has reviewed, or that the person does not agree
    with; the first to lapse at the top, 50 at most."""
    member = PipelineMembership
    due = or_(member.expires_on <= today() + REVIEW_AHEAD, member.reviewed_on.is_(None), member.is_disputed)
    here = and_(member.organisation_id.in_(where), member.expires_on >= today(), member.person_id != me)
    asked = _MEMBER.where(here, due, member.state == MemberState.CURRENT)
    rows = (await session.execute(asked.order_by(member.expires_on, member.id).limit(50))).all()
    return await _members(session, rows)


async def get_member(session: AsyncSession, membership_id: UUID, me: UUID | None) -> MemberOut:
    """Somebody else's, with its steps. Raises NotFound for one that the reader may not see, or their own."""
    theirs = _MEMBER.where(PipelineMembership.id == membership_id, PipelineMembership.person_id != me)
    return await _one(session, theirs)


async def get_my_membership(session: AsyncSession, me: UUID, membership_id: UUID) -> MemberOut:
    """The reader's own, with its steps. Raises NotFound for any other."""
    mine = _MEMBER.where(PipelineMembership.id == membership_id, PipelineMembership.person_id == me)
    return await _one(session, mine)


async def find_my_live(session: AsyncSession, me: UUID, pipeline_id: UUID) -> MemberOut | None:
    """Where the reader is in a pipeline, asked or in; lapsed too."""
    live = PipelineMembership.state.in_([MemberState.ASKED, MemberState.CURRENT])
    asked = _MEMBER.where(PipelineMembership.person_id == me, PipelineMembership.pipeline_id == pipeline_id, live)
    found = await _members(session, (await session.execute(asked)).all())
    return found[0] if found else None


async def list_my_memberships(session: AsyncSession, me: UUID, size: int = 50) -> list[MemberOut]:
    """All of the reader's own with their steps, the newest first."""
    asked = _MEMBER.where(PipelineMembership.person_id == me).order_by(PipelineMembership.id.desc()).limit(size)
    return await _members(session, (await session.execute(asked)).all(), with_steps=True)


async def _one(session: AsyncSession, asked: Select[*tuple[Any, ...]]) -> MemberOut:
    found = await _members(session, (await session.execute(asked)).all(), with_steps=True)
    if not found:
        raise NotFound("membership")
    return found[0]


async def _members(
    session: AsyncSession, rows: Sequence[Row[*tuple[Any, ...]]], with_steps: bool = False
) -> list[MemberOut]:
    steps = await _steps(session, [row[0].id for row in rows]) if with_steps and rows else []
    names = await names_in_talent(session, {*(row[0].person_id for row in rows), *(step.by_id for step in steps)})
    return [_member(row, names, [_step(s, names) for s in steps if s.membership_id == row[0].id]) for row in rows]


async def _steps(session: AsyncSession, memberships: Sequence[UUID]) -> Sequence[MembershipState]:
    asked = select(MembershipState).where(MembershipState.membership_id.in_(memberships))
    most = max(STEPS_SHOWN, 20 * len(memberships))
    ordered = asked.order_by(MembershipState.membership_id, MembershipState.number.desc()).limit(most)
    return (await session.execute(ordered)).scalars().all()


def _step(row: MembershipState, names: dict[UUID, str]) -> StepOut:
    return StepOut(row.number, row.step, row.stage, row.words, row.evidence_id, names.get(row.by_id, ""), row.at)


def _member(row: Row[*tuple[Any, ...]], names: dict[UUID, str], steps: list[StepOut]) -> MemberOut:
    held: PipelineMembership = row[0]
    return MemberOut(
        held.person_id,
        names.get(held.person_id, ""),
        held.id,
        held.pipeline_id,
        row.title,
        held.organisation_id,
        row.organisation,
        held.source,
        held.state,
        held.stage,
        held.entered_on,
        held.reviewed_on,
        held.expires_on,
        held.is_disputed,
        is_lapsed=is_lapsed(held.state, held.expires_on, today()),
        shown_to=held.shown_to,
        version=held.version,
        steps=steps,
    )


def _pipeline(row: Row[*tuple[Any, ...]]) -> PipelineOut:
    held: Pipeline = row[0]
    return PipelineOut(
        held.id,
        held.organisation_id,
        row.organisation,
        held.in_scope,
        held.title,
        held.family_code,
        row.family,
        held.level,
        level_name(held.level),
        held.purpose,
        held.criteria,
        held.owner,
        held.state,
        held.opened_on,
        held.version,
    )


def _rank(given: str) -> int:
    if given not in {str(rank) for rank in range(len(_ORDER))}:
        raise not_ours()
    return int(given)
