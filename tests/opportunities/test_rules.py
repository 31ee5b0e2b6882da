"""The rules as tables: dates, states, reasons, and why something is shown to somebody."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from service.kit.errors import Conflict, NotAllowed, Problem
from service.opportunities.rules.aftercare import due_on, is_late, talk_problems
from service.opportunities.rules.interests import (
    CLOSED,
    NOT_CHOSEN_FOR,
    STEPS,
    Part,
    Verdict,
    may_express,
    must_step,
    next_for,
    tie_problems,
    verdict_problems,
)
from service.opportunities.rules.kinds import InterestState, OpportunityKind, OpportunityState, Reason, RiskShare
from service.opportunities.rules.matching import Doubt, Met, Opening, Reader, Why, how_met, match, shown_first
from service.opportunities.rules.opportunities import (
    FOLLOWS,
    Terms,
    internal_window,
    is_open,
    must_follow,
    problems_to_publish,
    problems_with,
)
from service.opportunities.rules.working_days import add_working_days, is_working_day
from service.pathways.rules.aspirations import WillingToMove, WorkingPattern

TODAY = date(2026, 11, 23)
ONE, TWO = UUID("3f0b6c1e-0000-4000-8000-000000000001"), UUID("3f0b6c1e-0000-4000-8000-000000000002")
HERE, THERE = UUID("3f0b6c1e-0000-4000-8000-00000000000a"), UUID("3f0b6c1e-0000-4000-8000-00000000000b")
VACANCY, SECONDMENT = OpportunityKind.VACANCY, OpportunityKind.SECONDMENT


# The bank holidays of England as the government publishes them.
@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 11, 23), 10, date(2026, 12, 7)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),  # a Saturday
        (date(2026, 12, 18), 10, date(2027, 1, 6)),  # Christmas Day, Boxing Day in lieu on the 28th, New Year's Day
        (date(2026, 4, 1), 10, date(2026, 4, 17)),  # Good Friday on the 3rd, Easter Monday on the 6th
        (date(2026, 8, 28), 1, date(2026, 9, 1)),  # the summer bank holiday on the 31st
    ],
)
def test_ten_working_days_skip_weekends_and_the_bank_holidays_of_england(start: date, days: int, end: date) -> None:
    assert add_working_days(start, days) == end
    assert due_on(start, days) == end == internal_window(start, days)


def test_a_scottish_bank_holiday_is_a_working_day_in_england() -> None:
    assert is_working_day(date(2026, 11, 30))
    assert is_working_day(date(2027, 1, 4))


@pytest.mark.parametrize(
    ("terms", "fields"),
    [
        (Terms(VACANCY, date(2026, 12, 1)), set()),
        (Terms(VACANCY, date(2028, 12, 1)), {"closes_on"}),
        (Terms(SECONDMENT, date(2026, 12, 1)), {"starts_on", "ends_on"}),
        (Terms(OpportunityKind.ACTING_UP, date(2026, 12, 1), date(2027, 1, 4)), {"ends_on"}),
        (Terms(SECONDMENT, date(2026, 12, 1), date(2027, 1, 4), date(2027, 1, 3)), {"ends_on"}),
        (Terms(SECONDMENT, date(2026, 12, 1), date(2027, 1, 4), date(2031, 1, 3)), {"ends_on"}),
        (Terms(VACANCY, date(2026, 12, 1), priority_until=date(2026, 12, 1)), {"priority_until"}),
        (Terms(VACANCY, date(2026, 12, 1), external_link="https://example.org"), {"external_link"}),
    ],
)
def test_what_an_opportunity_must_say_at_any_time(terms: Terms, fields: set[str]) -> None:
    assert {problem.field for problem in problems_with(terms, TODAY, None)} == fields


@pytest.mark.parametrize(
    ("until", "link", "is_refused"),
    [
        (date(2026, 11, 22), "https://example.org", False),
        (TODAY, "https://example.org", True),
        (date(2026, 11, 22), "javascript:alert(1)", True),
    ],
)
def test_a_link_to_the_outside_waits_until_the_window_is_over(until: date, link: str, is_refused: bool) -> None:
    found = problems_with(Terms(VACANCY, date(2026, 12, 1), external_link=link), TODAY, until)
    assert bool(found) is is_refused


SHARED = {"risk_share": RiskShare.SHARED, "risk_exposure": "A", "home_pays": 0, "risk_exit": "B"}
LENT = {"starts_on": date(2027, 1, 4), "ends_on": date(2027, 6, 30)}


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        ({}, {"risk_share"}),
        ({"risk_share": RiskShare.NIL}, set()),
        (SHARED, set()),
        ({"risk_share": RiskShare.SHARED}, {"risk_exposure", "home_pays", "risk_exit"}),
        ({"is_open_to_system": False}, set()),
        ({"closes_on": date(2026, 11, 22), **SHARED}, {"closes_on"}),
    ],
)
def test_lending_work_between_employers_needs_a_risk_share_or_nil_risk(more: dict[str, Any], fields: set[str]) -> None:
    usual: dict[str, Any] = {"kind": SECONDMENT, "closes_on": date(2026, 12, 1), **LENT}
    terms = Terms(**{**usual, **more})
    assert {problem.field for problem in problems_to_publish(terms, TODAY)} == fields


def test_an_opportunity_follows_its_table_and_ends_in_two_states() -> None:
    for old in OpportunityState:
        for new in OpportunityState:
            if new in FOLLOWS[old]:
                must_follow(old, new)
            else:
                with pytest.raises(Conflict):
                    must_follow(old, new)
    assert [one for one in OpportunityState if not FOLLOWS[one]] == ["decided", "withdrawn"]


def test_the_closing_date_is_the_last_day() -> None:
    assert is_open(OpportunityState.PUBLISHED, TODAY, TODAY)
    assert not is_open(OpportunityState.PUBLISHED, date(2026, 11, 22), TODAY)
    assert not is_open(OpportunityState.DRAFT, TODAY, TODAY)


def test_each_step_of_an_interest_has_one_taker_and_no_other_may_take_it() -> None:
    for old in InterestState:
        for new in InterestState:
            taker = STEPS.get((old, new))
            for part in Part:
                if taker is part:
                    must_step(old, new, part)
                    assert new in next_for(old, part)
                else:
                    with pytest.raises(NotAllowed if taker else Conflict):
                        must_step(old, new, part)
    # Somebody who was not chosen has nothing to do, and may still be chosen.
    over = {old for old in InterestState if not any(before is old for before, _ in STEPS)}
    assert over | {InterestState.NOT_SELECTED} == CLOSED


OTHERS = Reason.OTHERS_SHOWED_MORE


@pytest.mark.parametrize(
    ("verdicts", "is_last", "fields"),
    [
        ([Verdict(ONE, True), Verdict(TWO, False, OTHERS)], False, set()),
        ([Verdict(ONE, True)], False, {f"outcome-{TWO}"}),
        ([Verdict(ONE, True), Verdict(TWO, False)], False, {f"reason-{TWO}"}),
        ([Verdict(ONE, True), Verdict(TWO, False, Reason.MERIT)], False, {f"reason-{TWO}"}),
        ([Verdict(ONE, True, Reason.MERIT), Verdict(TWO, False, OTHERS)], False, {f"reason-{ONE}"}),
        ([Verdict(ONE, True), Verdict(TWO, False, OTHERS)], True, {f"reason-{ONE}"}),
        ([Verdict(ONE, True, Reason.MERIT), Verdict(TWO, False, OTHERS)], True, set()),
        ([Verdict(ONE, True), Verdict(TWO, True), Verdict(HERE, True)], False, {f"outcome-{HERE}"}),
    ],
)
def test_everybody_is_decided_at_once_and_nobody_is_turned_down_without_a_reason(
    verdicts: list[Verdict], is_last: bool, fields: set[str]
) -> None:
    found = verdict_problems({one.interest_id: one for one in verdicts}, frozenset({ONE, TWO}), is_last=is_last)
    assert {problem.field for problem in found} == fields


def test_a_tie_is_broken_between_two_and_only_where_the_law_allows() -> None:
    chosen, other = Verdict(ONE, True, Reason.TIE_BREAK), Verdict(TWO, False, Reason.TIE_BROKEN)
    both = {ONE: chosen, TWO: other}
    assert tie_problems(both, None) == []
    assert {one.field for one in tie_problems(both, Problem("reason", "No."))} == {f"reason-{ONE}", f"reason-{TWO}"}
    assert [one.field for one in tie_problems({ONE: chosen}, None)] == [f"reason-{ONE}"]
    assert tie_problems({ONE: Verdict(ONE, True, Reason.MERIT)}, Problem("reason", "No.")) == []
    assert Reason.TIE_BREAK not in NOT_CHOSEN_FOR


@pytest.mark.parametrize(
    ("is_open_now", "to_system", "works_here", "is_refused"),
    [(True, True, False, False), (True, False, True, False), (True, False, False, True), (False, True, True, True)],
)
def test_who_may_say_that_they_are_interested(
    is_open_now: bool, to_system: bool, works_here: bool, is_refused: bool
) -> None:
    found = may_express(is_open=is_open_now, closes_on=TODAY, is_open_to_system=to_system, works_here=works_here)
    assert bool(found) is is_refused


def test_aftercare_is_late_the_day_after_and_a_talk_is_after_the_decision() -> None:
    assert not is_late(TODAY, TODAY)
    assert is_late(date(2026, 11, 22), TODAY)
    assert talk_problems(date(2026, 11, 20), date(2026, 11, 19), TODAY) == []
    assert talk_problems(date(2026, 11, 18), date(2026, 11, 19), TODAY) != []
    assert talk_problems(date(2026, 11, 24), date(2026, 11, 19), TODAY) != []


NURSE = Reader(
    level=6,
    staff_groups=frozenset({"nursing_midwifery"}),
    employers=frozenset({HERE}),
    wanted_family="nursing",
    wanted_level=7,
    shown=frozenset({"ways.relating"}),
)


def opening(**given: Any) -> Opening:
    usual: dict[str, Any] = {
        "id": ONE,
        "organisation_id": THERE,
        "kind": VACANCY,
        "level": 7,
        "staff_group": "nursing_midwifery",
    }
    return Opening(**{**usual, **given})


@pytest.mark.parametrize(
    ("more", "reasons"),
    [
        ({"family": "nursing"}, [Why.WANTED_FAMILY, Why.WANTED_LEVEL, Why.SAME_WORK, Why.NEXT_LEVEL]),
        ({"level": 6, "staff_group": "other"}, [Why.AT_YOUR_LEVEL]),
        ({"level": 9, "asks": frozenset({"ways.relating"})}, [Why.SAME_WORK, Why.SHOWS_EVIDENCE]),
        ({"level": 9, "staff_group": "other", "organisation_id": HERE}, [Why.YOUR_EMPLOYER]),
    ],
)
def test_why_it_is_shown_is_said_in_reasons(more: dict[str, Any], reasons: list[Why]) -> None:
    assert list(match(NURSE, opening(**more)).reasons) == reasons


@pytest.mark.parametrize(
    ("reader", "more", "doubts"),
    [
        (NURSE, {"level": 9}, [Doubt.FAR_ABOVE]),
        (NURSE, {"level": 9, "kind": OpportunityKind.SHADOWING}, []),
        (NURSE, {"is_open_to_system": False}, [Doubt.OWN_STAFF_ONLY]),
        (NURSE, {"asks": frozenset({"ways.being"})}, [Doubt.EVIDENCE_MISSING]),
        (Reader(moving=WillingToMove.SAME_ORGANISATION), {}, [Doubt.WOULD_MOVE]),
        (
            Reader(pattern=WorkingPattern.PART_TIME),
            {"pattern": WorkingPattern.FULL_TIME},
            [Doubt.OTHER_PATTERN],
        ),
        (Reader(pattern=WorkingPattern.PART_TIME), {"pattern": WorkingPattern.NO_PREFERENCE}, []),
    ],
)
def test_what_to_think_about_is_said_too(reader: Reader, more: dict[str, Any], doubts: list[Doubt]) -> None:
    assert list(match(reader, opening(**more)).doubts) == doubts


def test_only_what_is_open_to_somebody_and_speaks_for_itself_is_shown_first() -> None:
    wished = opening(id=TWO, family="nursing")
    same_work = opening(level=8)
    others = [opening(is_open_to_system=False), opening(level=6, staff_group="other"), opening(level=9)]
    assert [one.opening for one in shown_first(NURSE, [*others, same_work, wished])] == [wished, same_work]


def test_what_is_not_held_as_data_is_not_known_rather_than_not_met() -> None:
    assert how_met("ways.relating", NURSE.shown) is Met.SHOWN
    assert how_met("ways.being", NURSE.shown) is Met.NOT_SHOWN
    assert how_met(None, NURSE.shown) is Met.NOT_KNOWN


def test_nothing_about_a_protected_characteristic_can_be_given_to_a_match() -> None:
    known = set(Reader.__slots__) | set(Opening.__slots__)
    assert known.isdisjoint({"ethnicity", "sex", "disability", "age", "birth_date", "religion", "name"})
