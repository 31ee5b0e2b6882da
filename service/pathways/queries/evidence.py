"""Evidence: one's own, and what somebody shares with the reader. Row security leaves nothing else to be read here."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from service.capabilities.rules import FrameworkState
from service.capabilities.tables import CapabilityDimension, CapabilityFramework
from service.kit.errors import NotFound
from service.kit.paging import Page
from service.pathways.queries.paging import after, ends_at
from service.pathways.rules.evidence import EvidenceReader
from service.pathways.schemas.evidence import DimensionOut, EvidenceOut
from service.pathways.tables import Evidence, EvidenceShare

_OF_DIMENSION: ColumnElement[bool] = and_(
    CapabilityDimension.framework_code == Evidence.framework_code,
    CapabilityDimension.framework_version == Evidence.framework_version,
    CapabilityDimension.code == Evidence.dimension_code,
)
_FRAMEWORK: ColumnElement[bool] = and_(
    CapabilityFramework.code == CapabilityDimension.framework_code,
    CapabilityFramework.version == CapabilityDimension.framework_version,
)
_DIMENSION = CapabilityDimension.framework_code + "." + CapabilityDimension.code
_EVIDENCE = (
    select(
        Evidence.id,
        Evidence.person_id,
        _DIMENSION,
        CapabilityDimension.name,
        CapabilityFramework.name,
        Evidence.framework_version,
        Evidence.happened_on,
        Evidence.situation,
        Evidence.what_happened,
        Evidence.witness,
        Evidence.organisation_id,
        Evidence.profile_id,
        Evidence.version,
    )
    .join(CapabilityDimension, _OF_DIMENSION)
    .join(CapabilityFramework, _FRAMEWORK)
)
_NEWEST_FIRST = (Evidence.happened_on.desc(), Evidence.id.desc())


async def list_evidence(
    session: AsyncSession, person_id: UUID, cursor: str | None = None, size: int = 50
) -> Page[EvidenceOut]:
    """What the reader may see of one person's evidence (all of it when it is their own), newest first."""
    asked = _EVIDENCE.where(Evidence.person_id == person_id)
    if last := after(cursor):
        asked = asked.where(tuple_(Evidence.happened_on, Evidence.id) < tuple_(*last))
    found = await _evidence(session, asked.order_by(*_NEWEST_FIRST).limit(size + 1), person_id)
    more = ends_at(found[size - 1].happened_on, found[size - 1].id) if len(found) > size else None
    return Page(found[:size], more)


async def get_evidence(session: AsyncSession, person_id: UUID, evidence_id: UUID) -> EvidenceOut:
    """Raises NotFound for somebody else's that is not shared."""
    asked = _EVIDENCE.where(Evidence.person_id == person_id, Evidence.id == evidence_id)
    found = await _evidence(session, asked, person_id)
    if not found:
        raise NotFound("piece of evidence")
    return found[0]


async def list_shown(session: AsyncSession, person_id: UUID) -> dict[str, int]:
    """dimension -> how many pieces of evidence the person has for it. A count of what they wrote, not of how well."""
    dimension = Evidence.framework_code + "." + Evidence.dimension_code
    asked = select(dimension.label("dimension"), func.count().label("pieces")).group_by(dimension)
    rows = await session.execute(asked.where(Evidence.person_id == person_id))
    return {row.dimension: row.pieces for row in rows}


async def list_dimensions(session: AsyncSession) -> list[DimensionOut]:
    """Everything that evidence can be about: the dimensions of the newest published version of each framework."""
    newest = (
        select(CapabilityFramework.code, func.max(CapabilityFramework.version).label("version"))
        .where(CapabilityFramework.state == FrameworkState.PUBLISHED)
        .group_by(CapabilityFramework.code)
        .subquery()
    )
    asked = (
        select(
            _DIMENSION,
            CapabilityDimension.name,
            CapabilityDimension.description,
            CapabilityFramework.name,
            CapabilityFramework.kind,
        )
        .join(CapabilityFramework, _FRAMEWORK)
        .join(newest, and_(newest.c.code == CapabilityFramework.code, newest.c.version == CapabilityFramework.version))
        .where(CapabilityFramework.kind != "skills")
        .order_by(CapabilityFramework.kind, CapabilityFramework.code, CapabilityDimension.place)
    )
    return [DimensionOut(*row) for row in await session.execute(asked)]


async def find_dimension(session: AsyncSession, dimension: str) -> tuple[str, int, str] | None:
    """(framework, newest published version, dimension), where "framework.dimension" names one."""
    framework, _, code = dimension.partition(".")
    asked = (
        select(CapabilityDimension.framework_code, CapabilityDimension.framework_version, CapabilityDimension.code)
        .join(CapabilityFramework, _FRAMEWORK)
        .where(
            CapabilityDimension.framework_code == framework,
            CapabilityDimension.code == code,
            CapabilityFramework.state == FrameworkState.PUBLISHED,
        )
        .order_by(CapabilityDimension.framework_version.desc())
        .limit(1)
    )
    row = (await session.execute(asked)).one_or_none()
    return (row[0], row[1], row[2]) if row else None


async def list_shares(session: AsyncSession, person_id: UUID) -> dict[UUID, list[EvidenceReader]]:
    """evidence -> whom its owner lets read it now. Empty for anybody but the owner."""
    asked = select(EvidenceShare.evidence_id, EvidenceShare.reader).where(
        EvidenceShare.person_id == person_id, EvidenceShare.revoked_at.is_(None)
    )
    shared: dict[UUID, list[EvidenceReader]] = {}
    for evidence_id, reader in (await session.execute(asked.order_by(EvidenceShare.reader))).all():
        shared.setdefault(evidence_id, []).append(reader)
    return shared


async def _evidence(session: AsyncSession, asked: Select[*tuple[Any, ...]], person_id: UUID) -> list[EvidenceOut]:
    rows: Any = (await session.execute(asked)).all()
    shares = await list_shares(session, person_id) if rows else {}
    return [_one(row, shares.get(row.id, [])) for row in rows]


def _one(row: Any, shared_with: list[EvidenceReader]) -> EvidenceOut:
    values: list[Any] = [*row, shared_with]
    return EvidenceOut(*values)
