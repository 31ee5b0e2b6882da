"""The codes that a file of past conversations may use: ours and our words for them, and those of the newest terms."""

from collections.abc import Mapping

from service.conversations.presenters.coded import FACILITATOR_NAMES, MODE_NAMES
from service.conversations.queries.terms import Terms
from service.conversations.rules import KIND_NAMES
from service.transfer.columns import CONVERSATIONS, OUTCOMES, plain

Codes = Mapping[str, str]

# What other systems call them.
_OTHERS: Mapping[str, Codes] = {
    "kind": {"First": "initial", "Follow up": "follow_up", "Stay": "stay", "Exit": "moving_on", "Leaving": "moving_on"},
    "facilitator_kind": {"Manager": "line_manager", "HR": "hr_partner", "Supervisor": "line_manager"},
    "mode": {
        "Face to face": "in_person",
        "Teams": "video",
        "Online": "video",
        "Video call": "video",
        "Phone": "telephone",
    },
}


def words_with(terms: Terms) -> Mapping[str, Codes]:
    """field -> code -> the words to offer for it."""
    own: dict[str, Codes] = {"kind": {**KIND_NAMES}, "facilitator_kind": {**FACILITATOR_NAMES}, "mode": {**MODE_NAMES}}
    outcomes = {field: {t.code: t.label for t in terms.terms if t.topic == field} for field in OUTCOMES}
    return {**own, **outcomes}


def choices_with(words: Mapping[str, Codes]) -> dict[str, Codes]:
    """field -> plain name -> code"""
    found: dict[str, Codes] = {}
    for column in CONVERSATIONS:
        if codes := words.get(column.field):
            ours = {plain(name): str(code) for code, label in codes.items() for name in (code, label)}
            others = {plain(name): code for name, code in _OTHERS.get(column.field, {}).items()}
            found[column.field] = {**others, **ours}
    return found
