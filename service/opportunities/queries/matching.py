"""What one reader is and wants, and what is open now: the two sides of a match, in four statements."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, String, Uuid, any_, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.capabilities.rules import RequirementKind
from service.capabilities.tables import RoleProfile, RoleRequirement
from service.opportunities.queries.opportunities import LISTED, PLACE, open_on
from service.opportunities.rules.matching import Match, Opening, Reader, how_met, match, shown_first
from service.opportunities.schemas.opportunities import Explained, Listed, MatchOut, OpportunityOut, RequirementMet
from service.opportunities.tables import Opportunity
from service.organisations.tables import Organisation
from service.pathways.queries.aspirations import get_aspiration
from service.pathways.queries.evidence import list_shown
from service.pathways.queries.place import main_post
from service.pathways.queries.steps import list_requirements
from service.pathways.schemas.steps import RequirementOut
from service.posts.queries import list_assignments
from service.posts.schemas import AssignmentOut

_CAPABILITY = RoleRequirement.framework_code + "." + RoleRequirement.dimension_code
_LISTED = select(*LISTED).join(Organisation, PLACE)
_OPENING = (
    Opportunity.id,
    Opportunity.organisation_id,
    Opportunity.kind,
    Opportunity.level,
    Opportunity.staff_group,
    Opportunity.working_pattern,
    Opportunity.is_open_to_system,
    Opportunity.profile_id,
)
# family, tier and capabilities of a role profile
Asked = tuple[str | None, str | None, frozenset[str]]
_NOTHING: Asked = (None, None, frozenset())


async def held_posts(session: AsyncSession, person_id: UUID, today: date) -> list[AssignmentOut]:
    """The posts that the reader holds now, in every organisation."""
    return [post for post in (await list_assignments(session, person_id)).items if post.is_held_on(today)]


async def find_reader(session: AsyncSession, person_id: UUID, today: date) -> Reader:
    """The reader's own side of every match, for their eyes: three statements."""
    posts = await held_posts(session, person_id, today)
    said = await get_aspiration(session, person_id)
    shown = frozenset(await list_shown(session, person_id))
    main = main_post(posts)
    mine: dict[str, Any] = {
        "level": main.level if main else None,
        "staff_groups": frozenset(post.staff_group for post in posts),
        "employers": frozenset(post.organisation_id for post in posts),
        "shown": shown,
    }
    if said.is_muted or not said.version:
        return Reader(**mine)
    wishes: tuple[Any, ...] = (said.target_family, said.target_level, said.target_tier, said.place_id)
    named = dict(zip(("wanted_family", "wanted_level", "wanted_tier", "wanted_place"), wishes, strict=True))
    return Reader(**mine, **named, pattern=said.working_pattern, moving=said.willing_to_move)


async def matches_for(session: AsyncSession, reader: Reader, today: date, size: int = 6) -> list[MatchOut]:
    """What is open to this reader now and why, the strongest reason first."""
    asked = await _asked(session)
    rows: Sequence[Any] = (await session.execute(_for(reader, today, asked))).all()
    found = shown_first(reader, [_opening(row, asked) for row in rows])[:size]
    listed = {
        row[0]: row
        for row in await session.execute(_LISTED.where(Opportunity.id.in_([one.opening.id for one in found])))
    }
    return [_match_out(one, Listed(*listed[one.opening.id])) for one in found if one.opening.id in listed]


async def explain(session: AsyncSession, reader: Reader, held: OpportunityOut) -> Explained:
    """One opportunity for this reader, requirement by requirement."""
    asks = await list_requirements(session, held.profile_id) if held.profile_id else []
    found = match(reader, _opening(held, await _asked(session, held.profile_id)))
    return Explained(held.id, list(found.reasons), list(found.doubts), requirements_met(asks, reader.shown))


def requirements_met(asks: Iterable[RequirementOut], shown: frozenset[str]) -> list[RequirementMet]:
    return [
        RequirementMet(one.kind, one.is_essential, one.name or one.text, one.dimension, how_met(one.dimension, shown))
        for one in asks
    ]


def _for(reader: Reader, today: date, asked: Mapping[UUID, Asked]) -> Select[*tuple[Any, ...]]:
    """Only what the rules could find a strong reason for: the others need not be looked at one by one."""
    wanted = [key for key, (family, tier, _) in asked.items() if _is_wanted(reader, family, tier)]
    strong: list[ColumnElement[bool]] = [
        Opportunity.profile_id == any_(literal(wanted, ARRAY(Uuid))),
        Opportunity.staff_group == any_(literal(sorted(reader.staff_groups), ARRAY(String))),
    ]
    if reader.wanted_level is not None:
        strong.append(Opportunity.level == reader.wanted_level)
    if reader.wanted_place is not None:
        strong.append(Opportunity.organisation_id == reader.wanted_place)
    # Of the same strength, the first to close comes first.
    return select(*_OPENING).where(open_on(today), or_(*strong)).order_by(Opportunity.closes_on)


def _is_wanted(reader: Reader, family: str | None, tier: str | None) -> bool:
    is_family = family is not None and family == reader.wanted_family
    return is_family or (tier is not None and tier == reader.wanted_tier)


async def _asked(session: AsyncSession, profile_id: UUID | None = None) -> dict[UUID, Asked]:
    """What each role asks; of one profile alone, where it is named."""
    dimensions = func.array_agg(_CAPABILITY).filter(RoleRequirement.kind == RequirementKind.CAPABILITY)
    asked = (
        select(RoleProfile.id, RoleProfile.family_code, RoleProfile.tier, dimensions)
        .outerjoin(RoleRequirement, RoleRequirement.profile_id == RoleProfile.id)
        .group_by(RoleProfile.id)
    )
    if profile_id is not None:
        asked = asked.where(RoleProfile.id == profile_id)
    rows: Sequence[Any] = (await session.execute(asked)).all()
    return {row[0]: (row[1], row[2], frozenset(row[3] or ())) for row in rows}


def _opening(row: Any, asked: Mapping[UUID, Asked]) -> Opening:
    family, tier, asks = asked.get(row.profile_id, _NOTHING)
    terms = (row.working_pattern, row.is_open_to_system)
    return Opening(row.id, row.organisation_id, row.kind, row.level, row.staff_group, family, tier, *terms, asks)


def _match_out(found: Match, listed: Listed) -> MatchOut:
    return MatchOut(listed, list(found.reasons), list(found.doubts), found.is_open_to_reader)
