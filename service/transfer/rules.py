"""What may follow what in the life of an import, how large a file may be, and for how long it can be undone."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from service.kit.errors import Conflict
from service.notices.rules import Kind


class FileKind(StrEnum):
    """What a file is about."""

    WORKFORCE = "workforce"
    CONVERSATIONS = "conversations"
    MOVES = "moves"
    OFFERS = "offers"
    APPLICATIONS = "applications"


class State(StrEnum):
    """Each is a row in the import's history; the newest row says where it stands."""

    UPLOADED = "uploaded"
    CHECKED = "checked"
    APPLIED = "applied"
    UNDONE = "undone"
    DISCARDED = "discarded"


FOLLOWS: Mapping[State, frozenset[State]] = {
    State.UPLOADED: frozenset({State.CHECKED, State.DISCARDED}),
    # Checked again after other columns were chosen, or because what is held has changed since.
    State.CHECKED: frozenset({State.CHECKED, State.APPLIED, State.DISCARDED}),
    State.APPLIED: frozenset({State.UNDONE}),
    State.UNDONE: frozenset(),
    State.DISCARDED: frozenset(),
}

UNDO_FOR = timedelta(hours=24)
# How long a file and what was read from it stay on disk.
KEEP_FOR = timedelta(hours=24)

MOST_ROWS = 250_000
MOST_COLUMNS = 200
LONGEST_CELL = 32_767

_NOT_NOW: Mapping[State, str] = {
    State.UPLOADED: "This file has not been checked yet. Check it first.",
    State.CHECKED: "This file has not been imported, so there is nothing to undo.",
    State.APPLIED: "This file has already been imported.",
    State.UNDONE: "This import has already been undone.",
    State.DISCARDED: "This file was discarded. Upload it again.",
}


APPLICATIONS_BROUGHT_IN = Kind(
    "transfer_applications",
    "Applications of yours from before were brought in from a file of your employer",
    "Something was added to your record.",
)


def may_follow(now: State, then: State) -> bool:
    return then in FOLLOWS[now]


def must_follow(now: State, then: State) -> None:
    """Raises Conflict, in words, when an import that stands at `now` cannot go on to `then`."""
    if not may_follow(now, then):
        raise Conflict(_NOT_NOW[now])
