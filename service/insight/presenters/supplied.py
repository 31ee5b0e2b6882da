"""Supplying figures: what a file is read as before it counts, what is wrong with it, and what was supplied before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from service.insight.rules import Measure
from service.insight.rules.supplied import GROUPS, MEASURES, Line
from service.insight.schemas.supplied import SuppliedOut
from service.insight.words.statutory import INDICATORS
from service.web.forms import Form
from service.web.presenters import count_of, day, moment, number, percent

MOST_SHOWN: Final = 20
_GROUP_NAMES: Final[Mapping[str, str]] = {
    "ethnic_minority": "Ethnic minorities",
    "white": "White",
    "disabled": "Disabled",
    "non_disabled": "Not disabled",
}


def measure_name(code: str) -> str:
    """ "WRES 7. Survey: equal opportunities" """
    standard, _, line = code.partition(".")
    return f"{standard.upper()} {INDICATORS[Measure(standard)][line]}"


@dataclass(frozen=True, slots=True)
class SuppliedPage:
    """`text` is the file once more, to be confirmed."""

    form: Form
    lines: Sequence[Line]
    problems: Sequence[str]
    earlier: Sequence[SuppliedOut]
    codes: Sequence[str]
    text: str = ""

    @property
    def read_as(self) -> Iterator[tuple[str, str, str, str, str]]:
        """(organisation, measure, day, group, figure)"""
        for line in self.lines:
            share = f" ({percent(line.numerator / line.denominator)})" if line.denominator else ""
            figure = f"{number(line.numerator)} of {number(line.denominator)}{share}"
            yield line.organisation, measure_name(line.measure), day(line.period_end), _GROUP_NAMES[line.group], figure

    @property
    def told(self) -> Sequence[str]:
        """The first problems, and how many more there are."""
        more = len(self.problems) - MOST_SHOWN
        rest = [f"And {count_of(more, 'problem')} more."] if more > 0 else []
        return [*self.problems[:MOST_SHOWN], *rest]

    @property
    def count(self) -> str:
        return count_of(len(self.lines), "row")

    @property
    def history(self) -> Iterator[tuple[str, str, str, str]]:
        """(organisation, measure, day, when and by whom)"""
        for one in self.earlier:
            signed = f"{moment(one.at)}, {one.by_name}"
            yield one.organisation, measure_name(one.measure), day(one.period_end), signed

    @property
    def measures(self) -> list[tuple[str, str, str]]:
        """(code, what it is, its groups)"""
        return [(code, measure_name(code), " and ".join(GROUPS[code.partition(".")[0]])) for code in MEASURES]

    @property
    def your_codes(self) -> str:
        return ", ".join(self.codes[:MOST_SHOWN]) + (" and others" if len(self.codes) > MOST_SHOWN else "")
