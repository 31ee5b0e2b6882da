"""Facts -> the released retention report: who stays, who moves inside the system and who leaves it, safe to show."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from analytics.at_once import at_once
from analytics.coded import years_before
from analytics.disclosure import DEFAULT, Released, Rule
from analytics.frames import Facts
from analytics.released.retention import raised, rated, risen, stacked, trend
from analytics.released.retention.counted import ALL, Counter, Slices
from analytics.released.retention.earlier import Earlier
from analytics.released.retention.flows import flows, prospects
from analytics.released.retention.reading import Year
from analytics.released.retention.tables import Counted

METHOD_VERSION: Final = "retention-2"
WATCHED_YEARS: Final = 5


class RetentionReleased(NamedTuple):
    """The tables of the report; organisation "" is the whole system, where each person counts once.

    rates: by organisation and slice, of twelve months. stack: where people are after one to five years in their
    organisation. reasons: why people left the system, and where to. flows: moves between organisations, and between
    levels. expected: leavers beside what is expected. supply: people at the upper levels in years to come.
    transitions: people who rose a level, and whether they are there a year later. trend: leaving and staying in each of
    the last five years.
    """

    rates: Released
    stack: Released
    reasons: Released
    flows: Released
    expected: Released
    supply: Released
    transitions: Released
    trend: Released


def retention_report(facts: Facts, on: date, rule: Rule = DEFAULT, shares: Released | None = None) -> RetentionReleased:
    """All tables, of the twelve months up to `on`, safe to show.

    shares: the report on representation of the same day, where there is one: what it withholds is not told here. A
    figure is null where it is withheld, and `reason` says so; or where there is no such figure.

    rates: organisation, slice ("all", "level:8", "staff_group:...", "age_band:...", "service:...", and for the system
    "ethnicity:...", "sex:...", "disability:..." with who gave no answer as "...:unanswered"); people at the opening, at
    the closing, who joined the system, came from inside it, left the system, moved inside it, retired, went for an
    other reason; leavers (the system's: left, retired and other) and exits (the organisation's: moved too); leaver_rate
    with low and high, exit_rate with exit_low and exit_high, over the mean of opening and closing; stayed (with their
    employer) and in_system, of the opening, as stability and kept with their ranges; retained_share, the part of exits
    who are in the system still; unmatched, the part of left whose record says that they moved inside the system, where
    nobody was found to have come; median_years of service and fte_closing of those there at the end. People are counted
    in the slice where they stood then: at the opening, the closing, or when they went.

    stack: organisation, slice ("all", "staff_group:..."), months: stayed, moved, left, retired, other add up to 1, and
    left_low and left_high, of people who came in the last five years or were there (Aalen and Johansen; delayed entry).
    reasons: organisation, of ("end_reason" or "destination"), code: n, share of those known, unknown_share of all.
    flows: kind ("organisation" or "level"), origin, destination: people, back (the other way) and net.
    expected: organisation, focus ("all" or a staff group): observed to have left, expected, o_e with low and high, q of
    so many comparisons in the family, state, smallest_gap. supply: level, years, scenario: people, low and high.
    transitions: organisation, level (a band, or all): n people who rose to it a year to two years ago, in_role_12 of
    them a year later, at that level or above it, share with low and high. trend: organisation, ended_on (the last day
    of twelve months; the newest is `on`, and those before it as far as the record goes back): leaver_rate with low and
    high, exit_rate with exit_low and exit_high, and stability, of everybody, as in rates.
    """
    since = on.replace(year=on.year - WATCHED_YEARS, day=min(on.day, 28))
    year = Year.of(facts, (years_before(on) + timedelta(days=1), on), since)
    counter = Counter(year, Slices.of(year))
    counted = Counted(counter, rule, (years_before(on), on), shares)
    level = counter.slices.place("level")

    def stays() -> tuple[Released, Released, pl.DataFrame, Earlier]:
        found = stacked.released(counter, rule), risen.released(counter, rule), raised.cells(counter)
        _ = counted.medians  # which the counts wait for
        return *found, Earlier.of(year, on)

    def counts() -> tuple[Released, Released]:
        return rated.rates(counted), rated.why(counted)

    pieces: list[Callable[[], Any]] = [counts, stays]
    (rates, why), (stack, transitions, cells, years) = at_once(lambda piece: piece(), pieces)

    def beside() -> Released:
        return raised.released(cells, _leavers_hidden(counted), rule)

    def moves() -> tuple[Released, Released, Released]:
        between = flows(counter, (counted.moves, counted.moves_hidden), (counted.levels, counted.levels_hidden), rule)
        ahead = prospects(counted.levels, counted.hidden["closing"][0, level], rule)
        return between, ahead, trend.released(counted, years)

    rest: list[Callable[[], Any]] = [beside, moves]
    expected, (between, supply, told) = at_once(lambda piece: piece(), rest)
    return RetentionReleased(rates, stack, why, between, expected, supply, transitions, told)


def _leavers_hidden(counted: Counted) -> pl.DataFrame:
    """organisation, focus and whether the number who left is withheld."""
    slices, places = counted.counter.slices, counted.counter.places[1:]
    focuses = (ALL, *slices.parts("staff_group"))
    at = [slices.names.index(focus) for focus in focuses]
    hidden = counted.hidden["left"][1:, at]
    keys = {"organisation": np.repeat(places, len(at)), "focus": [*focuses] * len(places)}
    return pl.DataFrame(keys | {"hidden": hidden.ravel()})
