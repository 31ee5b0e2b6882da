"""The released rows by table and organisation, named as people read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from analytics.disclosure import Rule
from analytics.released.retention.report import RetentionReleased
from service.insight.released import rows_of
from service.insight.rules import SYSTEM
from service.insight.words import Basis
from service.insight.words import retention as words
from service.web.presenters import day

Row = Mapping[str, Any]
NOW: Final = "as now"
OUTSIDE: Final = "Outside the system"
_KINDS: Final = ("all", "level", "staff_group", "age_band", "service", "ethnicity", "sex", "disability")
_MOVED_BY: Final = {"organisation": "Organisations", "level": "Levels"}


@dataclass(frozen=True, slots=True)
class Found:
    """The released rows by table and organisation, named as people read them."""

    rates: Mapping[str, Sequence[Row]]
    stack: Mapping[str, Sequence[Row]]
    reasons: Mapping[str, Sequence[Row]]
    raised: Mapping[str, Sequence[Row]]
    transitions: Mapping[str, Sequence[Row]]
    trend: Mapping[str, Sequence[Row]]
    flows: Sequence[Row]
    supply: Sequence[Row]
    names: Mapping[str, str]
    rounded_to: int

    def whole(self, code: str) -> Row:
        return next(row for row in self.rates[code] if row["slice"] == words.ALL)

    def slack(self, code: str) -> float:
        """By how much rounding alone can have moved a rate of everybody there; nothing is a change within it."""
        whole = self.whole(code)
        people = [whole[name] for name in ("opening", "closing") if whole[name]]
        return self.rounded_to * len(people) / sum(people) if people else 0.01

    @property
    def organisations(self) -> list[str]:
        """Their codes, in alphabetical order of their names."""
        return sorted((code for code in self.rates if code != SYSTEM), key=lambda code: (*self._by_name(code),))

    def _by_name(self, code: str) -> tuple[str, str]:
        return self.names.get(code, code).casefold(), code

    @property
    def every_raised(self) -> list[Row]:
        """What was compared, of every organisation in turn."""
        return [row for code in self.organisations for row in self.raised.get(code, ())]


def found(released: RetentionReleased, names: Mapping[str, str], rule: Rule, basis: Basis) -> Found:
    rates = [
        row | {"kind": words.kind_name(row["slice"]), "name": words.slice_name(row["slice"])}
        for row in sorted(rows_of(released.rates), key=_place)
    ]
    stack = [row | {"name": words.slice_name(row["slice"])} for row in rows_of(released.stack)]
    reasons = [row | _recorded(row) for row in rows_of(released.reasons)]
    transitions = [row | {"name": words.short_level(row["level"])} for row in rows_of(released.transitions)]
    trend = [row | {"year": day(row["ended_on"])} for row in _yearly(released)]
    supply = [
        row | {"name": words.short_level(row["level"]), "scenario_name": words.SCENARIO_NAMES[row["scenario"]]}
        for row in rows_of(released.supply)
        # What there is now is the same in every scenario.
        if row["years"] or row["scenario"] == NOW
    ]
    return Found(
        rates=_by_organisation(rates),
        stack=_by_organisation(stack),
        reasons=_by_organisation(reasons),
        raised=_by_organisation([_compared(row, names, basis) for row in rows_of(released.expected)]),
        transitions=_by_organisation(transitions),
        trend=_by_organisation(trend),
        flows=[_flow(row, names) for row in rows_of(released.flows) if row["people"] is not None],
        supply=supply,
        names=names,
        rounded_to=rule.base,
    )


def _yearly(released: RetentionReleased) -> list[dict[str, Any]]:
    """Leaving in each year, the oldest first."""
    return sorted(rows_of(released.trend), key=lambda row: row["ended_on"])


def _recorded(row: Row) -> dict[str, Any]:
    """What was recorded of a leaver, in words. About how many nothing was is told once, in that row."""
    silent = row["unknown_share"] if row["code"] == words.UNKNOWN else None
    name = words.answer_name(row["of"], row["code"])
    return {"kind": words.OF_NAMES[row["of"]], "name": name, "unknown_share": silent}


def _place(row: Row) -> tuple[bool, int, int]:
    """The system first; by kind; levels from the highest down, other slices as they were released."""
    kind, _, value = row["slice"].partition(":")
    return row["organisation"] != SYSTEM, _KINDS.index(kind), -int(value) if kind == "level" and value.isdigit() else 0


def _by_organisation(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["organisation"], []).append(row)
    return found


def _compared(row: Row, names: Mapping[str, str], basis: Basis) -> Row:
    focus = row["focus"].removeprefix("staff_group:")
    named = {
        **row,
        "focus": focus,
        "expected": None if row["expected"] is None else round(row["expected"]),
        "organisation_name": names.get(row["organisation"], row["organisation"]),
        "name": words.focus_name(focus),
        "state_name": words.state_name(row),
    }
    return named | {"words": words.flag_words(named, basis) if row["state"] == words.FLAG else ""}


def _flow(row: Row, names: Mapping[str, str]) -> Row:
    ends = {end: row[end] or SYSTEM for end in ("origin", "destination")}
    called = {f"{end}_name": _called(row["kind"], code, names) for end, code in ends.items()}
    return {**row, **ends, **called, "kind_name": _MOVED_BY[row["kind"]]}


def _called(kind: str, code: str, names: Mapping[str, str]) -> str:
    if code == SYSTEM:
        return OUTSIDE
    return names.get(code, code) if kind == "organisation" else words.short_level(code)
