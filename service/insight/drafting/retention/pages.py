"""The parts of the report, for the system and each organisation."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from service.insight.charts.funnel import draw_funnel
from service.insight.charts.retention import draw_expected, draw_rates, draw_square, draw_supply
from service.insight.charts.stack import draw_stack
from service.insight.charts.years import draw_years
from service.insight.drafting.page import WHOLE_SYSTEM, Page, page_of
from service.insight.drafting.retention.found import Found
from service.insight.rules import SYSTEM, Measure
from service.insight.words import retention as words

Row = Mapping[str, Any]
EXPECTED: Final = "expected"
_TOLD: Final = frozenset({words.FLAG, words.WATCH})


_page = partial(page_of, Measure.RETENTION)


def pages(found: Found, code: str) -> Iterator[Page]:
    where = found.names.get(code, WHOLE_SYSTEM)
    yield _raised(found, code, where)
    if yearly := found.trend.get(code, ()):
        yield _trend(found, code, yearly)
    if code == SYSTEM:
        yield _organisations(found)
    stack = found.stack.get(code, ())
    drawn = draw_stack([row for row in stack if row["slice"] == words.ALL])
    yield _page(code, "stack", stack, "Stayed, moved inside, left, retired", words.stack(stack), drawn)
    rates = found.rates[code]
    groups = [row for row in rates if row["slice"].startswith("staff_group:")] if code == SYSTEM else []
    pictures = draw_rates("staff_groups", [_dot(row) for row in groups], found.whole(SYSTEM)["leaver_rate"])
    system = {row["slice"]: row["leaver_rate"] for row in found.rates[SYSTEM]}
    beside = [{**row, "system_rate": system.get(row["slice"]) if code else None} for row in rates]
    yield _page(code, "rates", beside, "Leaving the system, by staff group", words.groups(rates), pictures)
    yield _page(code, "people", rates, sentences=words.people(found.whole(code)))
    reasons = found.reasons.get(code, ())
    yield _page(code, "reasons", reasons, sentences=words.reasons(reasons))
    if code == SYSTEM:
        yield from _system_pages(found)
    rose = found.transitions.get(code, ())
    yield _page(code, "transitions", rose, sentences=words.transitions(rose))


def _raised(found: Found, code: str, where: str) -> Page:
    """For the system, each organisation as a whole and the staff groups to look at; for an organisation, all."""
    if code != SYSTEM:
        rows, lead = found.raised.get(code, ()), words.lead_of(found.whole(code), where, found.whole(SYSTEM))
        return _page(code, "raised", rows, sentences=[lead, *words.raised(rows, where)])
    every = found.every_raised
    rows = [row for row in every if row["focus"] == words.ALL or row["state"] in _TOLD]
    drawn = {words.ALL, *(row["focus"] for row in every if row["state"] == words.FLAG)}
    pictures = {
        name: svg
        for focus in sorted(drawn, key=lambda focus: (focus != words.ALL, focus))
        for name, svg in draw_expected(f"{EXPECTED}_{focus}", [row for row in every if row["focus"] == focus]).items()
    }
    pictures |= draw_funnel("funnel", [row for row in every if row["focus"] == words.ALL])
    title = "All staff: people who left, beside those expected"
    return _page(code, "raised", rows, title, [words.lead(found.whole(SYSTEM)), *words.raised(every, where)], pictures)


def _trend(found: Found, code: str, rows: Sequence[Row]) -> Page:
    said = words.yearly(rows, found.slack(code))
    return _page(code, "trend", rows, "Leaving, year by year", said, draw_years(rows, "the" if code else "an"))


def _organisations(found: Found) -> Page:
    whole = [row for row in found.every_raised if row["focus"] == words.ALL]
    flagged = {row["organisation"] for row in whole if row["state"] == words.FLAG}
    rows = [{**found.whole(code), "name": found.names.get(code, code)} for code in found.organisations]
    dots = [{**_dot(row), "clear": row["organisation"] in flagged} for row in rows]
    pictures = draw_rates("organisations", dots, found.whole(SYSTEM)["leaver_rate"])
    said = words.organisations(rows, found.whole(SYSTEM))
    return _page(SYSTEM, "organisations", rows, "Leaving the system, by organisation", said, pictures)


def _dot(row: Row) -> Row:
    return {"name": row["name"], "share": row["leaver_rate"], "low": row["low"], "high": row["high"], "clear": False}


def _system_pages(found: Found) -> Iterator[Page]:
    inside = [(code, found.names.get(code, code)) for code in found.organisations]
    levels = [(str(level), f"Level {level}") for level in range(9, 0, -1)]
    pictures = {
        name: svg
        for kind, places in (("organisation", inside), ("level", levels))
        for name, svg in draw_square(kind, places, [row for row in found.flows if row["kind"] == kind]).items()
    }
    title = "Who moved from where (down) to where (across)"
    yield _page(SYSTEM, "flows", found.flows, title, words.flows(found.flows), pictures)
    pictures = {
        name: svg
        for level in dict.fromkeys(row["level"] for row in found.supply)
        for name, svg in draw_supply(level, [row for row in found.supply if row["level"] == level]).items()
    }
    yield _page(
        SYSTEM, "supply", found.supply, "Senior levels in three scenarios", words.supply(found.supply), pictures
    )
