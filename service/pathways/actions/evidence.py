"""Evidence is its owner's: written, corrected, shared and deleted by them. What it says never reaches the trail."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.capabilities.tables import RoleProfile
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.errors import Conflict, Invalid, NotFound, Problem
from service.kit.ids import new_id
from service.kit.paging import Page
from service.organisations.tables import Organisation
from service.pathways.actions.choosing import plans_for
from service.pathways.queries.evidence import find_dimension, get_evidence, list_evidence
from service.pathways.rules.evidence import EvidenceReader, problems_with
from service.pathways.schemas.evidence import EvidenceIn, EvidenceOut
from service.pathways.tables import Evidence, EvidenceShare
from service.people.queries import find_employments
from service.people.schemas import Found

CHANGED = "You changed this in another window after you opened it here. Both are shown below."


async def add_evidence(session: AsyncSession, actor: Actor, given: EvidenceIn) -> EvidenceOut:
    """Private from the first moment. Raises Invalid for what it is about, the date, or a place that is not ours."""
    me = plans_for(actor)
    row = {"person_id": me, "id": new_id(), **await _checked(session, given)}
    await session.execute(insert(Evidence), row)
    await record(session, actor, "pathways.evidence_added", subject=me, entity=row["id"], dimension=given.dimension)
    return await get_evidence(session, me, row["id"])


async def change_evidence(
    session: AsyncSession, actor: Actor, evidence_id: UUID, given: EvidenceIn, version: int
) -> EvidenceOut:
    """Raises NotFound for another's, Conflict when it is no longer at the version that was read."""
    me = plans_for(actor)
    await get_evidence(session, me, evidence_id)
    values = await _checked(session, given)
    kept = update(Evidence).where(Evidence.person_id == me, Evidence.id == evidence_id, Evidence.version == version)
    done = await session.execute(kept.values(**values, version=version + 1))
    if not done.rowcount:  # pyright: ignore[reportAttributeAccessIssue]
        raise Conflict(CHANGED)
    await record(session, actor, "pathways.evidence_changed", subject=me, entity=evidence_id, version=version + 1)
    return await get_evidence(session, me, evidence_id)


async def delete_evidence(session: AsyncSession, actor: Actor, evidence_id: UUID) -> None:
    """It is gone, with every share of it. Raises NotFound for another's."""
    me = plans_for(actor)
    done = await session.execute(delete(Evidence).where(Evidence.person_id == me, Evidence.id == evidence_id))
    if not done.rowcount:  # pyright: ignore[reportAttributeAccessIssue]
        raise NotFound("piece of evidence")
    await record(session, actor, "pathways.evidence_deleted", subject=me, entity=evidence_id)


async def share_evidence(session: AsyncSession, actor: Actor, evidence_id: UUID, reader: EvidenceReader) -> None:
    """They can read it from now on, until the owner stops. Shared twice, it is shared once."""
    me = plans_for(actor)
    found = await get_evidence(session, me, evidence_id)
    if reader in found.shared_with:
        return
    row = {"person_id": me, "evidence_id": evidence_id, "reader": reader}
    await session.execute(insert(EvidenceShare), row)
    await record(session, actor, "pathways.evidence_shared", subject=me, entity=evidence_id, reader=reader)


async def stop_sharing(session: AsyncSession, actor: Actor, evidence_id: UUID, reader: EvidenceReader) -> None:
    """At once. Not shared, it stays so."""
    me = plans_for(actor)
    await get_evidence(session, me, evidence_id)
    shared = (EvidenceShare.person_id == me, EvidenceShare.evidence_id == evidence_id, EvidenceShare.reader == reader)
    kept = update(EvidenceShare).where(*shared, EvidenceShare.revoked_at.is_(None))
    if (await session.execute(kept.values(revoked_at=func.clock_timestamp()))).rowcount:  # pyright: ignore[reportAttributeAccessIssue]
        await record(session, actor, "pathways.evidence_unshared", subject=me, entity=evidence_id, reader=reader)


async def read_shared(
    session: AsyncSession, actor: Actor, person_id: UUID, cursor: str | None = None, size: int = 50
) -> tuple[Found, Page[EvidenceOut]]:
    """(whose it is, what they share with the actor). Each reading is recorded, and the person can see it. Raises
    NotFound for somebody whom none of the actor's organisations employs."""
    employed = await find_employments(session, person_id, actor.where("people.find"))
    if not employed:
        raise NotFound("person")
    page = await list_evidence(session, person_id, cursor, size)
    if page.items and person_id != actor.person_id:
        place = employed[0].organisation_id
        number = len(page.items)
        await record(session, actor, "pathways.evidence_read", subject=person_id, organisation=place, number=number)
    return employed[0], page


async def _checked(session: AsyncSession, given: EvidenceIn) -> dict[str, Any]:
    """The columns to write. Raises Invalid."""
    problems = problems_with(given.happened_on, today())
    dimension = await find_dimension(session, given.dimension)
    if dimension is None:
        problems.append(Problem("dimension", "Choose what it shows from the list."))
    for name, table, key in (
        ("organisation_id", Organisation, given.organisation_id),
        ("profile_id", RoleProfile, given.profile_id),
    ):
        if key and await session.get(table, key) is None:
            problems.append(Problem(name, "Choose one from the list, or leave it empty."))
    if problems or dimension is None:
        raise Invalid(*problems)
    named = dict(zip(("framework_code", "framework_version", "dimension_code"), dimension, strict=True))
    return named | given.model_dump(exclude={"dimension", "witness"}) | {"witness": given.witness or ""}
