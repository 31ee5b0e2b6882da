"""What may be told, in words fixed beforehand: a notice never carries what somebody wrote about a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum

from service.kit.errors import Problem

LONGEST_LINK = 300
# A notice is kept this long on the person's page.
KEPT_FOR = timedelta(days=365)
QUIET_FROM, QUIET_TO = time(19), time(7)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of news. Each room that tells something keeps its own kinds beside its rules; `service/cli/kinds.py`
    lists them all, for the database to know.

    `headline` is read on the person's own page and may name `{about}`: the title of an offer or opportunity, never
    a note. `mail` is the only sentence that an e-mail says, and names nothing. An urgent kind is neither gathered into
    a digest nor held back over quiet hours.
    """

    code: str
    headline: str
    mail: str
    is_urgent: bool = False


class Mailing(StrEnum):
    """How often somebody wants e-mail about what they are told."""

    EVERY = "every"
    DAILY = "daily"
    WEEKLY = "weekly"
    NONE = "none"


class MailState(StrEnum):
    """`failed` will be tried again; `given_up` will not."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    GIVEN_UP = "given_up"


# A letter is tried again after 1, 2, 4 ... minutes, then every 8 hours; for about two days and a half.
LAST_ATTEMPT = 16
LONGEST_WAIT = timedelta(hours=8)
# For this long a letter that may have arrived is not sent again; and never once the person has read any of it.
DOUBT = timedelta(hours=6)
IN_DOUBT = "in_doubt"
# Codes of `last_error` after which another attempt would end the same way.
HOPELESS = frozenset({"no_address", "bad_address", "nothing_left", "not_supported", "refused_for_good"})
# Nothing to do with this letter: the mail server cannot be reached or does not know us.
SERVER_TROUBLE = frozenset({"no_connection", "timeout", "tls", "login", "sender_refused", "disconnected", IN_DOUBT})
# The server said no, and so has not taken it. After anything else that ends the handing over it may have.
REFUSED = frozenset({"refused_for_good", "refused_for_now"})

MAILINGS: Mapping[Mailing, str] = {
    Mailing.EVERY: "As it happens",
    Mailing.DAILY: "Once a day, at 8am",
    Mailing.WEEKLY: "Once a week, on Monday at 8am",
    Mailing.NONE: "No email",
}


def quiet_problems(quiet_from: time | None, quiet_to: time | None) -> list[Problem]:
    """Quiet hours have a beginning and an end, and may go past midnight."""
    if (quiet_from is None) != (quiet_to is None):
        missing = "quiet_from" if quiet_from is None else "quiet_to"
        return [Problem(missing, "Choose both times of your quiet hours, or neither.")]
    if quiet_from is not None and quiet_from == quiet_to:
        return [Problem("quiet_to", "Choose two different times for your quiet hours.")]
    return []


def after_failure(attempt: int, error: str) -> tuple[MailState, timedelta]:
    """What becomes of a letter whose attempt (the first is 1) failed, and how long it waits for the next."""
    if error in HOPELESS or attempt >= LAST_ATTEMPT:
        return MailState.GIVEN_UP, timedelta(0)
    if error == IN_DOUBT:
        return MailState.FAILED, DOUBT
    return MailState.FAILED, min(timedelta(minutes=2 ** (attempt - 1)), LONGEST_WAIT)


def is_path_here(link: str) -> bool:
    """A path of this service: nothing that a browser could take for another site."""
    return (
        link.startswith("/") and not link.startswith(("//", "/\\")) and link.isprintable() and len(link) <= LONGEST_LINK
    )
