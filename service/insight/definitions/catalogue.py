"""Every measure that is released: what it is, what it stands on, and how to read it. The reports' own definitions say
the most of it; only where the facts come from, how strong they are and a reading in plain words are added here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from service.insight.definitions import definition_of, meaning_of
from service.insight.rules import Characteristic, Measure
from service.insight.words import ABOUT, REPORT_NAMES, TITLES

_POSTS: Final = "Posts and assignments as employers recorded them"
_ANSWERS: Final = "answers that people gave about themselves, or their employer recorded"


class Tier(StrEnum):
    """How strong the evidence is, strongest first: what was recorded, what was researched, what somebody knows."""

    RECORDED = "1"
    RESEARCHED = "2"
    KNOWN = "3"


TIER_NAMES: Final[Mapping[Tier, str]] = {
    Tier.RECORDED: "Tier 1: local, regional or national data",
    Tier.RESEARCHED: "Tier 2: research",
    Tier.KNOWN: "Tier 3: what somebody knows, or a small evaluation",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One measure. `code` names it wherever somebody writes beside it."""

    code: str
    measure: Measure
    title: str
    definition: str
    numerator: str
    denominator: str
    left_out: str
    source: str
    tier: Tier
    reading: str


@dataclass(frozen=True, slots=True)
class _Told:
    source: str
    reading: str
    tier: Tier = Tier.RECORDED
    left_out: str = ""


_TOLD: Final[Mapping[Measure, _Told]] = {
    Measure.REPRESENTATION: _Told(
        f"{_POSTS}; {_ANSWERS}; the system's crosswalk of grades.",
        "If a group is 14% of everybody and 8% of level 8, fewer of them are there than there would be if level made no"
        " difference. It does not say why.",
        left_out="Answers of prefer not to say, not stated and not known; people without a post on the day.",
    ),
    Measure.COVERAGE: _Told(
        f"Conversations whose record the person agreed. {_POSTS}.",
        "If 60 of 100 people had an agreed conversation in the year, coverage is 60%. It does not say how good they"
        " were.",
    ),
    Measure.ROUTES: _Told(
        f"{_POSTS}; the published role profiles.",
        "If 40 people went from one role to another, that way is open. It is not the chance that somebody who tries"
        " will get there.",
    ),
    Measure.ASPIRATIONS: _Told(
        f"What people said they want and did not mute. {_POSTS}; the published role profiles.",
        "If 30 people want a role that nobody holds there, there is a wish without a post. It does not say who they"
        " are.",
    ),
    Measure.EQUITY: _Told(
        f"Stages of offers and opportunities; agreed conversations. {_POSTS}; {_ANSWERS}.",
        "A ratio of 0.7 means that for every 10% of the reference group who went on, 7% of the group did. The range"
        " says how far chance alone could move it.",
    ),
    Measure.RETENTION: _Told(
        f"{_POSTS}, with the reason and destination that were recorded when a post ended.",
        "If 88 of 100 people are still with their employer after a year, 4 moved to another employer of the system and"
        " 8 left it, the system has lost 8 people, not 12.",
    ),
    Measure.ATTENTION: _Told(
        f"{_POSTS}; conversations, plans, secondments, applications and transitions as they were recorded.",
        "If 45% of a group have had no conversation in the year and 38% of everybody else, a conversation is a place to"
        " begin. It does not say that this is why people leave.",
    ),
    Measure.PIPELINES: _Told(
        "Pipelines that people agreed to be in; stages of offers and opportunities; transitions and their check-ins."
        f" {_POSTS}; {_ANSWERS}.",
        "If 30 people are ready now and 60 posts are expected to fall free, cover is 0.5: one ready person for every"
        " two posts. It does not say who should have them.",
    ),
    Measure.WRES: _Told(
        f"{_POSTS}; {_ANSWERS}; stages of opportunities and offers. Counts that organisations supplied.",
        "A likelihood of 1.5 for indicator 2 means that for every 10% of shortlisted staff from ethnic minorities who"
        " are appointed, 15% of shortlisted white staff are. 1 is the same for both.",
    ),
    Measure.WDES: _Told(
        f"{_POSTS}; {_ANSWERS}; stages of opportunities. Counts that organisations supplied.",
        "A likelihood of 1.5 for metric 2 means that for every 10% of shortlisted disabled staff who are appointed, 15%"
        " of shortlisted staff who are not disabled are. 1 is the same for both.",
    ),
    Measure.TRENDS: _Told(
        "Figures of releases that stand, as each was published.",
        "If the ranges of two releases overlap, the difference could be chance or rounding. A change of method or of"
        " the disclosure rule is marked, and then nothing is compared.",
    ),
}


def catalogue(rule: dict[str, Any]) -> list[Entry]:
    """All measures, in the order of the reports. `rule` is a release's disclosure rule."""
    groups = [
        _entry(code_of(Measure.REPRESENTATION, c), Measure.REPRESENTATION, f"{TITLES[c]} by level", meanings)
        for c in Characteristic
        for meanings in [definition_of(ABOUT[c], rule)]
    ]
    others = [_entry(code_of(m), m, REPORT_NAMES[m], meaning_of(m, rule)) for m in REPORT_NAMES]
    return groups + others


def code_of(measure: Measure, characteristic: Characteristic | str = "") -> str:
    """ "coverage", "representation.sex" """
    return f"{measure}.{characteristic}" if characteristic else measure.value


def titles() -> dict[str, str]:
    """Code -> what the measure is called, for whoever chooses one."""
    groups = {code_of(Measure.REPRESENTATION, c): f"{TITLES[c]} by level" for c in Characteristic}
    return groups | {code_of(measure): name for measure, name in REPORT_NAMES.items()}


def _entry(code: str, measure: Measure, title: str, meanings: Mapping[str, str]) -> Entry:
    told = _TOLD[measure]
    return Entry(
        code=code,
        measure=measure,
        title=title,
        definition=meanings["Measure"],
        numerator=meanings["Numerator"],
        denominator=meanings["Denominator"],
        left_out=told.left_out or meanings["Left out"],
        source=told.source,
        tier=told.tier,
        reading=told.reading,
    )
