"""Drafting an offer, publishing it, and taking it down: by partners of the organisation that gives it."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.errors import Conflict, Invalid, Problem, Stale
from service.kit.ids import new_id
from service.offers.likeness import look_alikes
from service.offers.owning import EDIT, own_offer
from service.offers.queries.gates import publish_gates
from service.offers.queries.offers import get_offer, list_rivals
from service.offers.queries.positive_action import find_standing
from service.offers.rules.offers import (
    Draft,
    OfferState,
    ProviderKind,
    cost_problems,
    offer_problems,
    publish_problems,
)
from service.offers.rules.positive_action import refusal
from service.offers.rules.subjects import Subject
from service.offers.schemas.offers import LikeOut, OfferIn, OfferOut, PublishIn
from service.offers.tables import Offer, OfferPartner
from service.organisations.queries import organisation_names
from service.pathways.queries.evidence import find_dimension

DOWN = "This offer has been taken down. Write a new one instead."
# By these people choose whether to apply, and are decided about.
FIXED = ("kind", "level_from", "level_to", "cost", "paid_by", "place_rule", "opens_on", "is_targeted", "priority_until")
RELIED_ON = "People have read this already. To change it, withdraw this offer and write a new one."


async def draft_offer(session: AsyncSession, actor: Actor, given: OfferIn) -> OfferOut:
    """Seen by the organisation's partners alone until it is published. Raises Invalid for what cannot be."""
    actor.must(EDIT, given.organisation_id)
    row = {"organisation_id": given.organisation_id, "id": new_id(), **await _checked(session, given)}
    await session.execute(insert(Offer).values(**row))
    await _name_partners(session, given, row["id"])
    await _told(session, actor, "offers.drafted", given.organisation_id, row["id"], kind=given.kind)
    return await get_offer(session, row["id"])


async def change_offer(session: AsyncSession, actor: Actor, offer_id: UUID, given: OfferIn, version: int) -> OfferOut:
    """Raises Stale when somebody changed it first, Conflict once it has been taken down, Invalid when a published
    offer would lack what it must say."""
    held = await own_offer(session, actor, offer_id)
    if held.organisation_id != given.organisation_id:
        raise Invalid(Problem("organisation_id", "An offer stays with its organisation. Write a new one for another."))
    if held.state in {OfferState.CLOSED, OfferState.WITHDRAWN}:
        raise Conflict(DOWN)
    values = await _checked(session, given)
    if held.state is OfferState.PUBLISHED:
        await _stays_published(session, held, given)
    await _change(session, held, version, **values)
    named = (OfferPartner.organisation_id == held.organisation_id, OfferPartner.offer_id == offer_id)
    await session.execute(delete(OfferPartner).where(*named))
    await _name_partners(session, given, offer_id)
    await _told(session, actor, "offers.changed", held.organisation_id, offer_id)
    return await get_offer(session, offer_id)


async def find_alike(session: AsyncSession, actor: Actor, offer_id: UUID) -> list[LikeOut]:
    """What other employers offer that may be the same, for a person to look at before publishing."""
    held = await own_offer(session, actor, offer_id)
    found = look_alikes(held, await list_rivals(session, held, today()))
    await _told(session, actor, "offers.compared", held.organisation_id, offer_id, found=len(found))
    return found


async def publish_offer(
    session: AsyncSession, actor: Actor, offer_id: UUID, given: PublishIn, version: int
) -> OfferOut:
    """From here on everyone signed in can read it. Raises Invalid with everything that is missing, each with its
    field, and where similar offers of others were not looked at."""
    held = await own_offer(session, actor, offer_id)
    if held.state is not OfferState.DRAFT:
        raise Conflict("Only a draft can be published, and this is none any more.")
    problems = publish_problems(_draft(held), today())
    alike = await find_alike(session, actor, offer_id)
    if alike and not given.looked_at_duplicates:
        words = "Other employers offer something alike. Look at it, then say that this one is still needed."
        problems.append(Problem("looked_at_duplicates", words))
    problems += await publish_gates(
        session,
        held.organisation_id,
        offer_id,
        is_targeted=held.is_targeted,
        priority_until=held.priority_until,
        is_external=held.provider_kind is ProviderKind.EXTERNAL,
    )
    if problems:
        raise Invalid(*problems)
    await _change(session, held, version, state=OfferState.PUBLISHED)
    await _told(session, actor, "offers.published", held.organisation_id, offer_id, alike=len(alike))
    return await get_offer(session, offer_id)


async def _stays_published(session: AsyncSession, held: OfferOut, given: OfferIn) -> None:
    """Raises Invalid for what it would lack: what it says, or the record that positive action rests on; and for terms
    that people rely on."""
    problems = publish_problems(_draft(held, given), today()) + _relied_on(held, given)
    standing = await find_standing(session, held.organisation_id, Subject.OFFER, held.id)
    problems += refusal(
        is_targeted=given.is_targeted, priority_until=given.priority_until, record=standing, today=today()
    )
    if problems:
        raise Invalid(*problems)


def _relied_on(held: OfferOut, given: OfferIn) -> list[Problem]:
    found = [Problem(name, RELIED_ON) for name in FIXED if getattr(held, name) != getattr(given, name)]
    if set(held.staff_groups) != set(given.staff_groups):
        found.append(Problem("staff_groups", RELIED_ON))
    if given.partner_ids and (not held.partners or set(held.partners) - set(given.partner_ids)):
        found.append(Problem("partner_ids", "More organisations can be named, but none left out any more."))
    if held.closes_on and given.closes_on and given.closes_on < held.closes_on:
        found.append(Problem("closes_on", "People rely on this date. It can be later, not earlier."))
    return found


async def _checked(session: AsyncSession, given: OfferIn) -> dict[str, Any]:
    """The columns of an offer. Raises Invalid."""
    problems = offer_problems(given.opens_on, given.closes_on, given.level_from, given.level_to)
    problems += cost_problems(given.cost, given.paid_by)
    capability = await find_dimension(session, given.dimension) if given.dimension else None
    if given.dimension and capability is None:
        problems.append(Problem("dimension", "Choose the capability from the list."))
    if given.partner_ids and set(given.partner_ids) - set(await organisation_names(session)):
        problems.append(Problem("partner_ids", "Choose the organisations from the list."))
    if problems:
        raise Invalid(*problems)
    framework, version, dimension = capability or (None, None, None)
    values = given.model_dump(exclude={"organisation_id", "dimension", "partner_ids"})
    values |= {"framework_code": framework, "framework_version": version, "dimension_code": dimension}
    unique = {name: list(dict.fromkeys(values[name])) for name in ("verbs", "staff_groups")}
    said = {"provider": given.provider or "", "priority": given.priority or ""}
    return values | unique | said | {"is_for_some": bool(given.partner_ids)}


async def _name_partners(session: AsyncSession, given: OfferIn, offer_id: UUID) -> None:
    key = {"organisation_id": given.organisation_id, "offer_id": offer_id}
    rows = [{**key, "partner_organisation_id": partner} for partner in dict.fromkeys(given.partner_ids)]
    if rows:
        await session.execute(insert(OfferPartner), rows)


async def _change(session: AsyncSession, held: OfferOut, version: int, **values: Any) -> None:
    row = (Offer.organisation_id == held.organisation_id, Offer.id == held.id, Offer.version == version)
    done = await session.execute(update(Offer).where(*row).values(**values))
    if not done.rowcount:  # pyright: ignore[reportAttributeAccessIssue]
        raise Stale


def _draft(held: OfferOut, given: OfferIn | None = None) -> Draft:
    said = given or held
    cohorts = [(cohort.starts_on, cohort.ends_on) for cohort in held.cohorts]
    return Draft(said.verbs, said.dimension, said.priority or "", said.summary, said.opens_on, said.closes_on, cohorts)


async def _told(
    session: AsyncSession, actor: Actor, action: str, organisation_id: UUID, offer_id: UUID, **detail: Any
) -> None:
    await record(session, actor, action, organisation=organisation_id, entity=offer_id, **detail)
