"""What a leader meets first: what changed, in sentences, and the way to every report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from service.insight.presenters.representation import LINKS, Selector, address, selector
from service.insight.queries import ReleaseRow
from service.insight.rules import SYSTEM, Characteristic, Measure, method_of
from service.insight.words import TITLES
from service.web.presenters import day, moment


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    href: str
    link: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """Reports that answer one kind of question."""

    heading: str
    reports: Sequence[Sentence]


@dataclass(frozen=True, slots=True)
class ChangedPage:
    id: UUID
    number: int
    snapshot_on: str
    made: str
    sentences: Sequence[Sentence]
    selector: Selector
    shelves: Sequence[Shelf]


# What each report asks, under what it is looked for.
_SHELVES: Final[Mapping[str, Mapping[Measure, str]]] = {
    "Who is here": {Measure.COVERAGE: "Who had one that they agreed, and what came of it."},
    "Who moves and leaves": {
        Measure.RETENTION: "Who is still here after a year, who moved inside the system, who left it.",
        Measure.ATTENTION: "Where more people left than elsewhere, and what they are waiting for.",
        Measure.ROUTES: "Where people went from one role to another.",
    },
    "Who comes through": {
        Measure.PIPELINES: "Who is ready for the posts that fall free, who is at each stage, how far cases get.",
        Measure.EQUITY: "Each group beside another at every step.",
        Measure.ASPIRATIONS: "Which wishes have no role to go to.",
    },
    "Standards and trends": {
        Measure.WRES: "What staff records say for the standard.",
        Measure.WDES: "What staff records say for the standard.",
        Measure.TRENDS: "The same figures, release by release.",
    },
}
_FIRST: Final = "Who is here"


def changed_page(row: ReleaseRow) -> ChangedPage:
    return ChangedPage(
        id=row.id,
        number=row.number,
        snapshot_on=day(row.snapshot_on),
        made=moment(row.made_at),
        sentences=[_sentence(headline) for headline in row.headlines],
        selector=selector(row.organisations, SYSTEM, Characteristic.ETHNICITY),
        shelves=[_shelf(row, heading, told) for heading, told in _SHELVES.items()],
    )


def _shelf(row: ReleaseRow, heading: str, told: Mapping[Measure, str]) -> Shelf:
    """The reports of the release on one shelf; those on representation stand on the first."""
    levels = [Sentence(_ASKED[c], address(SYSTEM, c), f"{TITLES[c]} by level") for c in Characteristic]
    others = [
        Sentence(asks, f"/reports/{measure}", LINKS[measure])
        for measure, asks in told.items()
        if method_of(row.method_version, measure)
    ]
    return Shelf(heading, [*(levels if heading == _FIRST else ()), *others])


_ASKED: Final[Mapping[Characteristic, str]] = {
    Characteristic.ETHNICITY: "The share of each ethnic group at each level.",
    Characteristic.SEX: "The share of women and men at each level.",
    Characteristic.DISABILITY: "The share of disabled staff at each level.",
    Characteristic.AGE_BAND: "The share of each age band at each level.",
}


def _sentence(headline: Mapping[str, str]) -> Sentence:
    about, measure = headline.get("characteristic"), headline.get("measure")
    if "board" in headline:
        return Sentence(headline["text"], "/reports/flags", "See all flags, and who looks after them")
    if measure:
        return Sentence(headline["text"], f"/reports/{measure}", LINKS[Measure(measure)])
    if about is None:
        return Sentence(headline["text"], "", "")
    return Sentence(headline["text"], address(SYSTEM, about), f"{TITLES[Characteristic(about)]} by level")
