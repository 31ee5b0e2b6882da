"""The equity chain, its comparisons, and which of them are flags."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from analytics.disclosure import Released, Rule
from analytics.equity import SYSTEM, equity_report
from analytics.flags import LABELS, spoken
from analytics.frames import Facts
from service.insight.drafting import crossed, each
from service.insight.drafting.page import WHOLE_SYSTEM, Drafted, Page, by_organisation
from service.insight.released import rows_of
from service.insight.rules import Measure
from service.insight.snapshots import Manifest
from service.insight.words import flags as words

Row = dict[str, Any]
Key = tuple[str, str, str, str]
FLAG: Final = "flag"
_NAMED: Final = {"group": words.GROUPS, "reference": words.GROUPS, "event": words.EVENTS, "stage": words.RECORDS}


@dataclass(frozen=True, slots=True)
class FlagFound:
    """A flag of this release: what it compares, and what is said of it."""

    step: str
    focus: str
    reference: str
    organisation: str
    words: str
    figures: Mapping[str, Any]

    @property
    def key(self) -> Key:
        return self.step, self.focus, self.reference, self.organisation


@dataclass(frozen=True, slots=True)
class DraftedEquity:
    drafted: Drafted
    flags: Sequence[FlagFound]


def drafted(
    facts: Facts,
    manifest: Manifest,
    rule: Rule,
    shares: Released,
    before: tuple[int, Collection[Key]] | None,
    others: Sequence[FlagFound] = (),
) -> DraftedEquity:
    """The chain for the system and each organisation, and the flags in it. `before`: the number of the release before,
    and the keys of its flags, where it can be compared. `others`: the flags of other reports."""
    names = {named.code: named.name for named in manifest.organisations}
    released, waiting = equity_report(facts, manifest.on, shares, rule)
    rows = [_told(row, names, rule) for row in _spoken(released)]
    mine, waits = by_organisation(rows), by_organisation(rows_of(waiting))
    found = [FlagFound(*_key(row), _sentence(row, rows, names), row) for row in flagged(rows)]
    places = dict.fromkeys([SYSTEM, *sorted(mine)])
    pages = [page for code in places for page in _pages(code, mine.get(code, []), waits.get(code, []), names)]
    pages.append(each.page(rows, [one.key[:3] for one in found]))
    pages.append(crossed.page(facts, manifest.on, shares, rule))
    since = _since([*found, *others], before)
    lead = words.headlines([dict(one.figures) for one in found], rows, names, since, len(others))
    return DraftedEquity(Drafted(pages, lead), found)


def flagged(rows: Sequence[Row]) -> list[Row]:
    """What stands on the board. What the whole system shows stands there once: organisations that show it on their own
    figures too are named in it, and are no flags of their own.

    The system's gap is on the board when it is material, or when an organisation is flagged for the same.
    """
    own = [row for row in rows if row["state"] == FLAG and row["organisation"] != SYSTEM]
    seen = {_pair(row) for row in own}
    system = [
        row
        for row in rows
        if row["organisation"] == SYSTEM and row["pattern"] and (row["state"] == FLAG or _pair(row) in seen)
    ]
    shared = {_pair(row) for row in system}
    return [*system, *(row for row in own if _pair(row) not in shared)]


def _pair(row: Row) -> tuple[str, str, str]:
    return row["step"], row["group"], row["reference"]


def _key(row: Row) -> Key:
    return *_pair(row), row["organisation"]


def _sentence(row: Row, rows: Sequence[Row], names: Mapping[str, str]) -> str:
    said = words.flag_sentence(row, names.get(row["organisation"], row["organisation"]))
    if row["organisation"] != SYSTEM:
        return said
    own = [
        one["organisation"] for one in rows if _pair(one) == _pair(row) and one["state"] == FLAG and one["organisation"]
    ]
    listed = sorted((names.get(code, code) for code in own), key=str.casefold)
    return said + (f" On their own figures it is flagged in: {', '.join(listed)}." if listed else "")


def _spoken(released: Released) -> list[Row]:
    """The released rows with the words for each state, from what is shown: like for like where that is told."""
    frame = released.frame
    named = {
        name: pl.col("step" if name in {"event", "stage"} else name).cast(pl.String).replace_strict(of, default=None)
        for name, of in _NAMED.items()
    }
    figures = {name: pl.coalesce(f"like_{name}", name) for name in ("ratio", "low", "high")}
    said = spoken(
        frame.with_columns(
            **named, **figures, crude_ratio="ratio", adverse=pl.lit(value=False), by=pl.lit("the next release")
        )
    )
    rows = rows_of(released)
    return [{**row, "words": text} for row, text in zip(rows, said, strict=True)]


def _told(row: Row, names: Mapping[str, str], rule: Rule) -> Row:
    """A row as it is kept: with names, and with the one reason where its figures are withheld."""
    withheld = row["state"] is None
    return row | {
        "organisation_name": names.get(row["organisation"], row["organisation"]),
        "name": words.STEP_NAMES[row["step"]],
        "group_name": _name(row["group"]),
        "reference_name": _name(row["reference"]),
        "state_name": "" if withheld else LABELS[row["state"]],
        "words": row["words"] or "",
        "reason": rule.reason if withheld else None,
    }


def _name(group: str) -> str:
    said = words.GROUPS[group]
    return f"{said[:1].upper()}{said[1:]}" if group != "elsewhere" else "Other organisations"


def _pages(code: str, rows: Sequence[Row], waiting: Sequence[Row], names: Mapping[str, str]) -> Iterator[Page]:
    yield Page(Measure.EQUITY, code, "chain", rows, sentences=words.reading(rows, names.get(code, WHOLE_SYSTEM)))
    yield Page(Measure.EQUITY, code, "open", [row | {"name": words.STAGES[row["step"]]} for row in waiting])


def _since(found: Sequence[FlagFound], before: tuple[int, Collection[Key]] | None) -> tuple[int, int, int, int] | None:
    if before is None:
        return None
    number, earlier = before
    now = {one.key for one in found}
    return number, len(now - set(earlier)), len(now & set(earlier)), len(set(earlier) - now)
