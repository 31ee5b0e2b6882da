"""All that this room holds of one person, for that person to take away."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.pathways.queries.aspirations import list_aspirations, list_hidden
from service.pathways.queries.evidence import list_evidence
from service.pathways.queries.transitions import list_mine
from service.pathways.tables import ChosenStep, EvidenceShare, StatedRole

MOST = 10_000


async def everything_of(session: AsyncSession, person_id: UUID) -> dict[str, Any]:
    """By what it is; steps and roles by their identifiers, those that were set aside and put right among them."""
    return {
        "evidence": (await list_evidence(session, person_id, size=MOST)).items,
        "evidence_shares": await _rows(session, EvidenceShare, person_id),
        "aspirations": await list_aspirations(session, person_id, MOST),
        "aspirations_hidden_from": await list_hidden(session, person_id),
        "roles_stated": await _rows(session, StatedRole, person_id),
        "steps_chosen": await _rows(session, ChosenStep, person_id),
        "transitions": await list_mine(session, person_id),
    }


async def _rows(
    session: AsyncSession, table: type[EvidenceShare | StatedRole | ChosenStep], person_id: UUID
) -> list[dict[str, Any]]:
    asked = select(*table.__table__.columns).where(table.person_id == person_id)
    return [dict(row) for row in (await session.execute(asked)).mappings()]
