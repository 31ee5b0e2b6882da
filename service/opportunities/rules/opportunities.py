"""What an opportunity must say, what may follow what, and when people inside the system come first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from service.kit.errors import Conflict, Problem
from service.opportunities.rules.kinds import STATE_NAMES, OpportunityKind, OpportunityState, RiskShare
from service.opportunities.rules.working_days import add_working_days

State = OpportunityState
FOLLOWS: Mapping[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.PUBLISHED, State.WITHDRAWN}),
    State.PUBLISHED: frozenset({State.SHORTLISTING, State.DECIDED, State.WITHDRAWN}),
    State.SHORTLISTING: frozenset({State.DECIDED, State.WITHDRAWN}),
    State.DECIDED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
# These take somebody from their post for a time, so they have an end.
FOR_A_TIME = frozenset({OpportunityKind.SECONDMENT, OpportunityKind.ACTING_UP})
# These lend somebody's work to another employer.
LENDS_WORK = frozenset({OpportunityKind.SECONDMENT, OpportunityKind.GIG})
LONGEST = timedelta(days=366 * 3)
FURTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the rules look at of an opportunity that is written or changed."""

    kind: OpportunityKind
    closes_on: date
    starts_on: date | None = None
    ends_on: date | None = None
    is_open_to_system: bool = True
    risk_share: RiskShare | None = None
    risk_exposure: str = ""
    home_pays: int | None = None
    risk_exit: str = ""
    is_targeted: bool = False
    priority_until: date | None = None
    external_link: str | None = None


def problems_with(terms: Terms, today: date, internal_until: date | None) -> list[Problem]:
    """What is wrong at any time. `internal_until` is None until it is published."""
    return [*_dates(terms, today), *_window(terms), *_link(terms, today, internal_until)]


def problems_to_publish(terms: Terms, today: date) -> list[Problem]:
    """What must be said before others may read it; the record of positive action is looked for elsewhere."""
    found = list(_risk(terms)) if terms.kind in LENDS_WORK and terms.is_open_to_system else []
    if terms.closes_on < today:
        found.append(Problem("closes_on", "The closing date is in the past. Give one that is still ahead."))
    return found


def internal_window(published_on: date, working_days: int) -> date:
    """The last day on which it is shown inside the system alone."""
    return add_working_days(published_on, working_days)


def must_follow(old: State, new: State) -> None:
    """Raises Conflict when an opportunity in the old state cannot come to the new one."""
    if new not in FOLLOWS[old]:
        was, will = STATE_NAMES[old].lower(), STATE_NAMES[new].lower()
        raise Conflict(f"It is {was} now, so it cannot become {will}. Reload the page to see how it stands.")


def is_open(state: State, closes_on: date, today: date) -> bool:
    """Whether people can say that they are interested. The closing date is the last day."""
    return state is State.PUBLISHED and today <= closes_on


def _dates(terms: Terms, today: date) -> list[Problem]:
    found: list[Problem] = []
    if terms.kind in FOR_A_TIME and terms.starts_on is None:
        found.append(Problem("starts_on", "Give the first day: it is for a time."))
    if terms.kind in FOR_A_TIME and terms.ends_on is None:
        found.append(Problem("ends_on", "Give the last day. A secondment or acting up always has an end."))
    if terms.starts_on and terms.ends_on and terms.ends_on < terms.starts_on:
        found.append(Problem("ends_on", f"The last day must be on or after the first, {terms.starts_on:%-d %B %Y}."))
    elif terms.starts_on and terms.ends_on and terms.ends_on - terms.starts_on > LONGEST:
        found.append(Problem("ends_on", "Give a last day within three years of the first."))
    if terms.closes_on > today + FURTHEST:
        found.append(Problem("closes_on", "Give a closing date within a year from now."))
    return found


def _window(terms: Terms) -> list[Problem]:
    if terms.priority_until is None:
        return []
    if terms.priority_until >= terms.closes_on:
        return [Problem("priority_until", "The priority window must end before the closing date: others come next.")]
    return []


def _link(terms: Terms, today: date, internal_until: date | None) -> list[Problem]:
    if terms.external_link is None:
        return []
    if internal_until is None:
        return [Problem("external_link", "People inside the system come first. Publish it here, then add the link.")]
    if today <= internal_until:
        words = f"It is shown inside the system alone until {internal_until:%-d %B %Y}. Add the link after that."
        return [Problem("external_link", words)]
    if not terms.external_link.startswith("https://"):
        return [Problem("external_link", "Give an address that begins with https://.")]
    return []


def _risk(terms: Terms) -> list[Problem]:
    if terms.risk_share is RiskShare.NIL:
        return []
    if terms.risk_share is None:
        return [Problem("risk_share", "Say how employers share the risk, or that there is none.")]
    needed = {
        "risk_exposure": (terms.risk_exposure, "Say what could go wrong, and for whom."),
        "home_pays": (terms.home_pays is not None, "Say how much of the cost the lending employer pays, in per cent."),
        "risk_exit": (terms.risk_exit, "Say how it can be ended early."),
    }
    return [Problem(name, words) for name, (said, words) in needed.items() if not said]
