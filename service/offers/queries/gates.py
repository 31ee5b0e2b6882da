"""What stands before an offer, or an opportunity, at each of its gates: in one call for the actions that pass them."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.clock import today
from service.kit.errors import Problem
from service.offers.queries.assets import list_looks
from service.offers.queries.checks import stages_answered
from service.offers.queries.positive_action import find_declaration, find_standing
from service.offers.rules.checks import CheckStage, missing, missing_problem
from service.offers.rules.positive_action import entry_problem, is_window_open, refusal
from service.offers.rules.subjects import Subject

LOOK_FIRST = "This comes from outside. Look first at what the organisations share, and say why it is not used."


async def publish_gates(
    session: AsyncSession,
    organisation_id: UUID,
    subject_id: UUID,
    *,
    is_targeted: bool,
    priority_until: date | None,
    is_external: bool = False,
    subject: Subject = Subject.OFFER,
) -> list[Problem]:
    """Why it may not be published yet, each with its field: no record for positive action, no inclusion check, or
    bought from outside without looking at what is shared."""
    found: list[Problem] = []
    if is_targeted or priority_until:
        record = await find_standing(session, organisation_id, subject, subject_id)
        found += refusal(is_targeted=is_targeted, priority_until=priority_until, record=record, today=today())
    answered = await stages_answered(session, organisation_id, subject, subject_id)
    found += [missing_problem(stage) for stage in missing([CheckStage.PUBLISH], answered)]
    if is_external and not await list_looks(session, organisation_id, subject_id):
        found.append(Problem("asset", LOOK_FIRST))
    return found


async def entry_gate(
    session: AsyncSession,
    organisation_id: UUID,
    subject_id: UUID,
    me: UUID,
    *,
    is_targeted: bool,
    priority_until: date | None,
    subject: Subject = Subject.OFFER,
) -> Problem | None:
    """Why the reader may not apply today: it is for one group, or for that group first, and they have not said that
    they belong to it. A window without a record that stands is not open; what is for one group alone then is closed."""
    if not is_targeted and priority_until is None:
        return None
    record = await find_standing(session, organisation_id, subject, subject_id)
    if is_targeted and not (record and record.on(today())):
        return Problem("body", "This has closed: the reason for offering it to one group must be reviewed first.")
    has_declared = await find_declaration(session, me, subject, subject_id) is not None
    is_open = is_window_open(priority_until, record, today())
    return entry_problem(is_targeted=is_targeted, is_open=is_open, has_declared=has_declared)
