"""Looking for somebody, asking people, and deciding: nobody is seen by whoever requests before they said yes."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.clock import now, today
from service.kit.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from service.kit.ids import new_id
from service.notices.actions import tell
from service.people.places import places_for
from service.people.queries import employed_in
from service.talent.actions.members import MINE, speaking_for_themselves
from service.talent.actions.pipelines import CHANGED, EDIT
from service.talent.queries.names import family_and_level
from service.talent.queries.requests import counted, get_my_referral, get_referral, get_request, list_referrals
from service.talent.rules.codes import Consent, RequestState
from service.talent.rules.dates import close_problems, decision_problems, window_problems
from service.talent.rules.news import ASKED, DECIDED, REFERRED
from service.talent.schemas.requests import (
    AnswerIn,
    AskIn,
    CloseIn,
    DecisionIn,
    ReferralOut,
    RequestDetail,
    RequestIn,
    RequestOut,
)
from service.talent.tables import RequestReferral, TalentRequest

ENDED = "This request has ended."
DECIDED_ALREADY = "This has been decided or withdrawn meanwhile. Reload the page to see how it stands."


async def open_request(session: AsyncSession, actor: Actor, given: RequestIn) -> RequestOut:
    """Raises Invalid for days that cannot be, or a family that is none."""
    actor.must(EDIT, given.organisation_id)
    if problems := window_problems(given.starts, given.ends, today()):
        raise Invalid(*problems)
    found = await family_and_level(session, given.profile_id, given.family_code, given.level)
    row: dict[str, Any] = given.model_dump() | dict(found) | {"id": new_id()}
    await session.execute(insert(TalentRequest).values(**row))
    await record(session, actor, "talent.request_opened", organisation=given.organisation_id, entity=row["id"])
    return await get_request(session, row["id"])


async def read_request(session: AsyncSession, actor: Actor, request_id: UUID) -> RequestDetail:
    """With the people whom the reader may see: those their employer asked, or those put forward to it."""
    where = places_for(actor, EDIT)
    request = await get_request(session, request_id)
    referrals = await list_referrals(session, request_id, actor.person_id)
    told: dict[str, Any] = {"organisation": min(where), "entity": request_id, "number": len(referrals)}
    await record(session, actor, "talent.request_read", **told)
    return RequestDetail(request, referrals)


async def close_request(
    session: AsyncSession, actor: Actor, request_id: UUID, given: CloseIn, version: int
) -> RequestOut:
    """Raises Invalid while somebody put forward has no answer or nobody is chosen, NotAllowed for another
    organisation's, Conflict when it ended already or somebody changed it meanwhile."""
    held = await _own_request(session, actor, request_id)
    chosen, waiting = counted(await list_referrals(session, request_id, actor.person_id))
    if problems := close_problems(given.state, given.reason, chosen, waiting):
        raise Invalid(*problems)
    key = (TalentRequest.organisation_id == held.organisation_id, TalentRequest.id == request_id)
    still = (TalentRequest.version == version, TalentRequest.state == RequestState.OPEN)
    values = {"state": given.state, "reason": given.reason, "closed_on": today(), "version": version + 1}
    if not await _write(session, update(TalentRequest).where(*key, *still).values(**values)):
        raise Conflict(CHANGED)
    told: dict[str, Any] = {"organisation": held.organisation_id, "entity": request_id, "state": given.state.value}
    await record(session, actor, "talent.request_closed", **told)
    return await get_request(session, request_id)


async def ask_person(session: AsyncSession, actor: Actor, request_id: UUID, given: AskIn) -> ReferralOut:
    """Asks somebody of one's own employer. Raises NotFound for anybody else, Conflict when they were asked before."""
    actor.must(EDIT, given.organisation_id)
    request = await get_request(session, request_id)
    if request.state is not RequestState.OPEN:
        raise Conflict(ENDED)
    if actor.person_id is None or given.person_id == actor.person_id:
        raise NotAllowed("Somebody else asks you. Speak to another HR partner.")
    if given.person_id not in await employed_in(session, given.organisation_id, [given.person_id]):
        raise NotFound("person")
    row: dict[str, Any] = given.model_dump() | {
        "id": new_id(),
        "request_id": request_id,
        "requester_id": request.organisation_id,
    }
    try:
        await session.execute(insert(RequestReferral).values(**row, asked_by_id=actor.person_id))
    except IntegrityError:
        raise Conflict("They have been asked about this already.") from None
    await tell(session, actor, [given.person_id], ASKED, about=request.title, link=MINE)
    told: dict[str, Any] = {"subject": given.person_id, "organisation": given.organisation_id, "entity": request_id}
    await record(session, actor, "talent.asked", **told)
    return await get_referral(session, row["id"], actor.person_id)


async def decide_referral(
    session: AsyncSession, actor: Actor, referral_id: UUID, given: DecisionIn, version: int
) -> ReferralOut:
    """The employer that asked says whether they are put forward; then the one that requested, whether they are chosen.
    Raises NotAllowed for the other one's decision, Conflict when it is made already or the person withdrew."""
    where = places_for(actor, EDIT)
    held = await get_referral(session, referral_id, actor.person_id)
    is_outcome = given.decision in {"selected", "not_selected"}
    place = held.requester_id if is_outcome else held.organisation_id
    if place not in where:
        raise NotAllowed("The other organisation decides this.")
    if problems := decision_problems(given.decision, given.reason):
        raise Invalid(*problems)
    what = (
        {"outcome": given.decision, "decided_at": now()}
        if is_outcome
        else {"referral": given.decision, "referred_at": now()}
    )
    open_ = (RequestReferral.consent == Consent.AGREED, RequestReferral.version == version)
    before = (RequestReferral.referral == "referred", RequestReferral.outcome.is_(None))
    turn = before if is_outcome else (RequestReferral.referral.is_(None),)
    change = update(RequestReferral).where(*_key(held), *open_, *turn)
    if not await _write(session, change.values(**what, reason=given.reason, version=version + 1)):
        raise Conflict(DECIDED_ALREADY)
    is_news = DECIDED if given.decision != "referred" else REFERRED
    await tell(session, actor, [held.person_id], is_news, about=held.request, link=MINE)
    told: dict[str, Any] = {
        "subject": held.person_id,
        "organisation": place,
        "entity": held.id,
        "decision": given.decision,
    }
    await record(session, actor, "talent.decided", **told)
    return await get_referral(session, referral_id, actor.person_id)


async def answer_request(
    session: AsyncSession, actor: Actor, referral_id: UUID, given: AnswerIn, version: int
) -> ReferralOut:
    """The person says yes or no, or withdraws a yes until it is decided. Raises Stale when something happened
    meanwhile, Conflict when it is decided."""
    me = speaking_for_themselves(actor)
    held = await get_my_referral(session, me, referral_id)
    if held.version != version:
        raise Stale
    needed = Consent.AGREED if given.answer is Consent.WITHDRAWN else Consent.ASKED
    if held.consent is not needed or held.outcome is not None:
        raise Conflict(DECIDED_ALREADY)
    still = (RequestReferral.version == version, RequestReferral.consent == needed)
    values = {"consent": given.answer, "answered_at": now(), "version": version + 1}
    if not await _write(session, update(RequestReferral).where(*_key(held), *still).values(**values)):
        raise Conflict(DECIDED_ALREADY)
    await record(session, actor, "talent.answered", subject=me, entity=held.id)
    return await get_my_referral(session, me, referral_id)


async def _own_request(session: AsyncSession, actor: Actor, request_id: UUID) -> RequestOut:
    where = places_for(actor, EDIT)
    held = await get_request(session, request_id)
    if held.organisation_id not in where:
        raise NotAllowed("The organisation that requested ends it. Ask its HR partner.")
    if held.state is not RequestState.OPEN:
        raise Conflict(ENDED)
    return held


def _key(held: ReferralOut) -> tuple[Any, ...]:
    return (RequestReferral.person_id == held.person_id, RequestReferral.id == held.id)


async def _write(session: AsyncSession, statement: Any) -> int:
    return (await session.execute(statement)).rowcount  # pyright: ignore[reportAttributeAccessIssue]
