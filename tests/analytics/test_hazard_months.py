"""Person-months: as counted month by month and person by person, additive, and nothing that may not be known."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import import_module
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from analytics.errors import CellsError
from analytics.frames import Facts
from analytics.hazard import ahead, person_periods
from analytics.hazard.terms import FTE, SINCE
from analytics.retention import CAUSES, count
from analytics.synthetic import make
from tests.analytics.builders import some_facts

WINDOW = (date(2025, 4, 1), date(2026, 3, 31))
TERMS = (*SINCE, "staff_group", "level", "fte", "contract")
COUNTS = ["exposed", *CAUSES]


@pytest.fixture(scope="module")
def facts() -> Facts:
    system = make(staff=900, organisations=5, years=4)
    return Facts.of(system.people.lazy(), system.spells.lazy(), system.events.lazy())


def test_every_cell_is_what_counting_month_by_month_finds(facts: Facts) -> None:
    cells = person_periods(facts, WINDOW, terms=TERMS, by=["organisation"])
    found = {row[: len(TERMS) + 1]: row[len(TERMS) + 1 :] for row in cells.rows()}
    assert found == _one_by_one(facts)


def _one_by_one(facts: Facts) -> dict[tuple[Any, ...], tuple[int, ...]]:
    """The same cells, the slow way."""
    eves = [date(2025 + (m > 9), (m + 2) % 12 + 1, 1) - timedelta(days=1) for m in range(1, 14)]
    posts = facts.spells.filter(pl.col("kind") == "substantive").sort("started").collect()
    talks: dict[int, list[date]] = {}
    assert facts.events is not None
    for person, day in facts.events.filter(stage="conversation").select("person", "closed_on").collect().iter_rows():
        talks.setdefault(person, []).extend([day] if day else [])
    counts: Counter[tuple[Any, ...]] = Counter()
    for (person,), mine in posts.partition_by("person", as_dict=True).items():
        stays = _stays(mine.rows(named=True))
        for at, stay in enumerate(stays):
            for eve, later in pairwise(eves):
                if stay[0]["started"] <= eve and _end(stay) >= eve:
                    cell = _cell(stays, stay, eve, talks.get(person, []))
                    counts[*cell, 0] += 1
                    if _end(stay) < later:
                        counts[*cell, 1 + CAUSES.index(_cause(stays, at))] += 1
    return {key[:-1]: tuple(counts[*key[:-1], n] for n in range(5)) for key in counts if key[-1] == 0}


def _end(stay: list[dict[str, Any]]) -> date:
    return max(post["ended"] or date.max for post in stay)


def _stays(posts: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """A person's stays, each of posts in one organisation without a break of more than 31 days."""
    found: list[list[dict[str, Any]]] = []
    for organisation in dict.fromkeys(post["organisation"] for post in posts):
        for post in posts:
            if post["organisation"] != organisation:
                continue
            if found and found[-1][0]["organisation"] == organisation and _soon(_end(found[-1]), post["started"]):
                found[-1].append(post)
            else:
                found.append([post])
    return sorted(found, key=lambda stay: stay[0]["started"])


def _soon(end: date, start: date) -> bool:
    return end == date.max or start <= end + timedelta(days=32)


def _cause(stays: list[list[dict[str, Any]]], at: int) -> str:
    end = _end(stays[at])
    later = [stay for stay in stays if _end(stay) > end and _soon(end, stay[0]["started"])]
    reason = _on(stays[at], end)["end_reason"]
    other = ("end_of_fixed_term", "ill_health", "redundancy", "dismissal", "death", "other")
    return "moved" if later else "retired" if reason == "retirement" else "other" if reason in other else "left"


def _on(stay: list[dict[str, Any]], day: date) -> dict[str, Any]:
    come = [post for post in stay if post["started"] <= day]
    return ([post for post in come if (post["ended"] or date.max) >= day] or come)[-1]


def _cell(stays: list[list[dict[str, Any]]], stay: list[dict[str, Any]], eve: date, talks: list[date]) -> list[Any]:
    post = _on(stay, eve)
    begun = [stay[0], *(new for old, new in pairwise(stay) if old["level"] != new["level"])]
    came = [new[0]["started"] for old, new in pairwise(stays) if _soon(_end(old), new[0]["started"])]
    steps = [(old, new) for each in stays for old, new in pairwise(each)]
    steps += [(old[-1], new[0]) for old, new in pairwise(stays)]
    rises = [new["started"] for old, new in steps if (old["level"] or 99) < (new["level"] or 0)]
    days = {
        "service": [stay[0]["started"]],
        "in_level": [new["started"] for new in begun],
        "since_move": came,
        "since_promotion": rises,
        "since_conversation": talks,
    }
    bands = [_band(name, [(eve - day).days for day in known if day <= eve]) for name, known in days.items()]
    hours = FTE.categories[0 if post["fte"] > 0.99 else 1 if post["fte"] > 0.59 else 2]
    told = [post["staff_group"], str(post["level"] or "unmapped"), hours, post["contract"] or "not_known"]
    return [stay[0]["organisation"], *bands, *told]


def _band(name: str, passed: list[int]) -> str:
    since = SINCE[name]
    return since.labels.categories[sum(min(passed, default=10**6) >= edge for edge in since.edges)]


def test_parts_that_keep_people_whole_add_up(facts: Facts) -> None:
    def of(part: Facts) -> pl.DataFrame:
        return person_periods(part, WINDOW, terms=TERMS, by=["organisation"])

    halves = [of(_half(facts, at)) for at in (0, 1)]
    keys = ["organisation", *TERMS]
    added = pl.concat(h.with_columns(pl.col("staff_group").cast(pl.String)) for h in halves)
    assert_frame_equal(added.group_by(keys).agg(pl.col(COUNTS).sum()).sort(keys), of(facts).sort(keys))


def _half(facts: Facts, at: int) -> Facts:
    assert facts.events is not None
    kept = pl.col("person") % 2 == at
    return Facts(facts.people.filter(kept), facts.spells.filter(kept), facts.events.filter(kept))


def test_exits_are_those_of_the_retention_report(facts: Facts) -> None:
    """But for those who came and went between two eves, who are not many."""
    cells = person_periods(facts, WINDOW, by=["organisation"]).group_by("organisation").agg(pl.col(COUNTS).sum())
    report = count(facts, WINDOW).join(cells, on="organisation", suffix="_here")
    for cause in CAUSES:
        missed = report[cause] - report[f"{cause}_here"]
        assert (missed >= 0).all()
        assert missed.sum() <= 2
    assert cells["exposed"].sum() == pytest.approx(12 * report["opening"].sum(), rel=0.05)


def test_months_ahead_are_those_of_everybody_there_and_know_nothing_later(facts: Facts) -> None:
    on = date(2025, 3, 31)
    paths = ahead(facts, on, terms=TERMS, by=["organisation"])
    firsts = paths.group_by("path", maintain_order=True).agg(pl.col("months").sum(), pl.col("exposed").first())
    assert firsts["months"].unique().to_list() == [12]
    assert firsts["exposed"].sum() == count(facts, WINDOW)["opening"].sum()
    known = facts.spells.filter(pl.col("started") <= on)
    known = known.with_columns(pl.when(pl.col("ended") < on).then("ended"), end_reason=None, destination=None)
    assert facts.events is not None
    then = Facts.of(facts.people, known, facts.events.filter(pl.col("closed_on") <= on))
    assert_frame_equal(paths, ahead(then, on, terms=TERMS, by=["organisation"]), check_dtypes=False)


def test_months_ahead_can_be_set_beside_who_truly_went(facts: Facts) -> None:
    on, last = date(2025, 3, 31), date(2026, 3, 31)
    gone: Counter[str] = Counter()
    posts = facts.spells.filter(pl.col("kind") == "substantive").sort("started").collect()
    for mine in posts.partition_by("person"):
        stays = _stays(mine.rows(named=True))
        there = [at for at, stay in enumerate(stays) if stay[0]["started"] <= on <= _end(stay) < last]
        gone.update(_cause(stays, at) for at in there)
    paths = ahead(facts, on, outcomes=True)
    assert paths.select(CAUSES).sum().row(0) == tuple(gone[cause] for cause in CAUSES)


def test_time_passes_on_the_paths_and_nothing_else_changes() -> None:
    """Somebody ten months in service is in the next band from the second month on."""
    facts = some_facts([{}], [{"started": date(2025, 5, 31), "ended": date(2026, 12, 31)}])
    paths = ahead(facts, date(2026, 3, 31), terms=["service", "staff_group"])
    assert paths.rows() == [
        (0, "under 1 year", "nursing_midwifery", 2, 1),
        (0, "1 to 2 years", "nursing_midwifery", 10, 1),
    ]


def test_a_move_is_dated_and_a_month_counts_whole_from_its_eve() -> None:
    first = {"started": date(2020, 1, 1), "ended": date(2025, 6, 14), "end_reason": "moved"}
    facts = some_facts([{}], [first, {"organisation": "RA2", "started": date(2025, 6, 15)}])
    cells = person_periods(facts, WINDOW, terms=["since_move"], by=["organisation"])
    assert cells.rows() == [
        ("RA1", "longer ago or never", 3, 0, 1, 0, 0),
        ("RA2", "under 1 year", 9, 0, 0, 0, 0),
    ]


def test_sizes_and_declared_ages_are_terms_and_answers_are_for_audit_only(facts: Facts) -> None:
    sizes = count(facts, WINDOW).select("organisation", headcount="opening")
    asked = ["organisation_size", "age_band"]
    cells = person_periods(facts, WINDOW, terms=asked, declared=["age_band"], sizes=sizes, by=["ethnicity"])
    assert cells.columns == ["ethnicity", *asked, *COUNTS]
    assert cells["exposed"].sum() == person_periods(facts, WINDOW)["exposed"].sum()


def test_contracts_are_a_usual_term_where_facts_tell_them(facts: Facts) -> None:
    assert "contract" in person_periods(facts, WINDOW).columns
    untold = Facts.of(facts.people, facts.spells.drop("contract"))
    assert "contract" not in person_periods(untold, WINDOW).columns
    assert "contract" not in ahead(untold, WINDOW[1]).columns


def test_a_contract_that_changes_counts_from_the_next_eve_on() -> None:
    spells = [
        {"started": date(2020, 1, 1), "ended": date(2025, 6, 14), "contract": "fixed_term"},
        {"started": date(2025, 6, 15), "contract": "permanent"},
    ]
    cells = person_periods(some_facts([{}], spells), WINDOW, terms=["contract"])
    assert cells.select("contract", "exposed").rows() == [("permanent", 9), ("fixed_term", 3)]


def test_many_are_counted_as_few_are(facts: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a table of all combinations or sorted; each post looked for or all at once."""
    asked: dict[str, Any] = {"terms": TERMS, "by": ["organisation", "ethnicity"]}
    cells, paths = person_periods(facts, WINDOW, **asked), ahead(facts, WINDOW[0], **asked)
    monkeypatch.setattr(import_module("analytics.hazard.person_periods"), "_ROOM", 0)
    monkeypatch.setattr(import_module("analytics.hazard.history"), "_FEW", 1e9)
    assert_frame_equal(person_periods(facts, WINDOW, **asked), cells)
    assert_frame_equal(ahead(facts, WINDOW[0], **asked), paths)


def _wrong() -> Iterator[tuple[str, dict[str, Any], str]]:
    yield "unknown", {"terms": ["distance"]}, "terms: 'distance' is none of"
    yield "special", {"terms": ["ethnicity"]}, "ethnicity: special-category"
    yield "age", {"terms": ["age_band"]}, "age_band: a term about age must be declared"
    yield "by", {"by": ["grade"]}, "by: 'grade' is none of"
    yield "sizes", {"terms": ["organisation_size"]}, "organisation_size: needs the sizes"
    yield "size", {"terms": ["organisation_size"], "sizes": _NO_SIZES}, "no size of 'RA1' was given"
    yield "events", {"terms": ["since_conversation"]}, "since_conversation: these facts have no events"
    yield "contract", {"terms": ["contract"]}, "contract: these facts tell nobody's contract"
    yield "twice", {"terms": ["fte", "fte"]}, "terms: fte is there twice"
    yield "backwards", {"window": WINDOW[::-1]}, "ends before it begins"
    yield "part", {"window": (date(2025, 4, 1), date(2025, 6, 29))}, "could end on 2025-06-30"
    yield "long", {"window": (date(1900, 1, 1), date(1999, 12, 31))}, "more than 600 months"
    yield "future", {"until": date(2026, 3, 30)}, "nothing is known after 2026-03-30"
    yield "bare", {"window": (date(2019, 12, 1), date(2020, 2, 29))}, "month from 2019-12-01 is without exposure"


_NO_SIZES = pl.DataFrame({"organisation": ["RX"], "headcount": [5]})
_CASES = [pytest.param(given, message, id=name) for name, given, message in _wrong()]


@pytest.mark.parametrize(("given", "message"), _CASES)
def test_what_cannot_be_counted_is_refused_by_name(given: dict[str, Any], message: str) -> None:
    facts = some_facts([{}], [{}])
    with pytest.raises(CellsError, match=message):
        _asked(facts, {"window": WINDOW, **given})


def _asked(facts: Facts, given: dict[str, Any]) -> pl.DataFrame:
    return person_periods(facts, **given)


def test_no_months_ahead_of_nobody_or_of_no_length() -> None:
    facts = some_facts([{}], [{}])
    with pytest.raises(CellsError, match="nobody is there on 2019-01-01"):
        ahead(facts, date(2019, 1, 1))
    with pytest.raises(CellsError, match="months: 0 is not between"):
        ahead(facts, date(2021, 1, 1), 0)
