"""The codes that a workforce file may use: ours, our words for them, and the names in names.csv.

Those are what the NHS's electronic staff record and other systems call them. In them, asked and declined (Z) and never
asked (99) are two facts and stay two.
"""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from service.people.rules import Characteristic, answers_for
from service.posts.rules import CONTRACT_NAMES, DESTINATIONS, END_REASONS, KIND_NAMES, STAFF_GROUP_NAMES
from service.transfer.columns import EQUALITY_FIELDS, plain

Codes = Mapping[str, str]

WORDS: Mapping[str, Codes] = {
    "kind": {str(code): words for code, words in KIND_NAMES.items()},
    "contract": {str(code): words for code, words in CONTRACT_NAMES.items()},
    "staff_group": {str(code): words for code, words in STAFF_GROUP_NAMES.items()},
    "end_reason": END_REASONS,
    "destination": DESTINATIONS,
    **{field: answers_for(Characteristic(field)) for field in EQUALITY_FIELDS},
}


def _others() -> Iterator[tuple[str, str, str]]:
    """field, code, name"""
    with (Path(__file__).parent / "names.csv").open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            yield row["field"], row["code"], row["name"]


def _choices() -> dict[str, Codes]:
    """field -> plain name -> code"""
    found = {
        field: {plain(name): code for code, words in codes.items() for name in (code, words)}
        for field, codes in WORDS.items()
    }
    for field, code, name in _others():
        found[field][plain(name)] = code
    return {**found}


CHOICES: Mapping[str, Codes] = _choices()


def words_of(field: str) -> Codes:
    """code -> the words to offer for it, in the order of the list."""
    return WORDS[field]
