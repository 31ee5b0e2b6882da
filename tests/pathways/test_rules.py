"""The rules of pathways, as tables."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from service.kit.errors import Invalid
from service.organisations.rules import OrganisationKind
from service.pathways.presenters.map import BOX_HEIGHT, BOX_WIDTH, WIDTH, Place, draw
from service.pathways.presenters.pathway import duration
from service.pathways.rules.aspirations import Timeframe, sentence
from service.pathways.rules.aspirations import problems_with as wish_problems
from service.pathways.rules.evidence import problems_with as evidence_problems
from service.pathways.rules.files import Kept, compare, problems_in, read_steps, write_steps
from service.pathways.rules.places import is_elsewhere
from service.pathways.rules.steps import StepKind, StepRow, problems_with
from service.pathways.rules.suggesting import Candidate, Reader, around, explained, next_three, ordered
from service.pathways.rules.transitions import NEXT, TransitionState, problem_with_answering, problems_with_arranging

LEVELS = {"staff-nurse": 5, "sister": 6, "matron": 8, "link-worker": 5}
ROW = StepRow("staff-nurse", "sister", "promotion", "24", "Leading a shift first")


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({}, None),
        ({"to_code": "nobody"}, "to_code"),
        ({"from_code": ""}, "from_code"),
        ({"to_code": "staff-nurse"}, "to_code"),
        ({"kind": "sideways"}, "kind"),
        ({"kind": "lateral"}, "kind"),
        ({"from_code": "matron", "to_code": "sister"}, "kind"),
        ({"from_code": "matron", "to_code": "sister", "kind": "return"}, None),
        ({"to_code": "link-worker", "kind": "lateral"}, None),
        ({"kind": "cross_sector"}, None),
        ({"typical_months": "0"}, "typical_months"),
        ({"typical_months": "241"}, "typical_months"),
        ({"typical_months": "two"}, "typical_months"),
        ({"typical_months": "²"}, "typical_months"),
        ({"what_helps": "x" * 501}, "what_helps"),
    ],
)
def test_a_row_of_a_steps_file_is_told_what_is_wrong_at_its_column(changes: dict[str, str], column: str | None) -> None:
    found = problems_with(replace(ROW, **changes), LEVELS)
    assert [one.field for one in found] == ([column] if column else [])


def step(number: int, kind: StepKind = StepKind.PROMOTION, **given: object) -> Candidate:
    made = Candidate(UUID(int=number), kind, f"Role {number}", "nursing", "Nursing", 7)
    return replace(made, **given)  # pyright: ignore[reportArgumentType]


NURSE = Reader("nursing", 6)


@pytest.mark.parametrize(
    ("reader", "candidate", "first"),
    [
        (Reader("nursing", 6, "digital", 7), step(1, family="digital", family_name="Digital"), "wanted_role"),
        (Reader("nursing", 6, "digital"), step(1, family="digital", family_name="Digital"), "wanted_family"),
        (Reader("nursing", 6, wanted_tier="executive"), step(1, tier="executive"), "wanted_tier"),
        (Reader("nursing", 6, wants_specialist=True), step(1), "wanted_specialist"),
        (Reader("nursing", 6, wanted_level=8), step(1), "nears_level"),
        (Reader("nursing", 6, shown=frozenset({"a.b"})), step(1, asks=frozenset({"a.b", "a.c"})), "evidence"),
        (NURSE, step(1, was_taken=True), "was_taken"),
        (NURSE, step(1), "same_family"),
        (NURSE, step(1, family="people"), "step_up"),
        (NURSE, step(1, StepKind.LATERAL, family="people"), "sideways"),
        (NURSE, step(1, StepKind.CROSS_SECTOR, family="housing"), "cross_sector"),
        (NURSE, step(1, StepKind.RETURN, family="housing"), "return"),
        (Reader(), step(1), "step_up"),
    ],
)
def test_every_step_has_a_reason_and_the_weightiest_comes_first(
    reader: Reader, candidate: Candidate, first: str
) -> None:
    found = explained(reader, candidate)
    assert found.codes[0] == first
    assert len(found.reasons) == len(found.codes) >= 1


def test_what_goes_into_a_suggestion_is_a_role_a_wish_and_what_was_shown_and_nothing_about_who_somebody_is() -> None:
    assert set(Reader.__dataclass_fields__) == {
        "family", "level", "wanted_family", "wanted_level", "wanted_tier", "wants_specialist", "shown",
    }  # fmt: skip


def test_the_order_is_the_same_however_the_steps_come() -> None:
    steps = [step(n, kind) for n in range(1, 9) for kind in (StepKind.PROMOTION, StepKind.LATERAL)]
    assert ordered(NURSE, steps) == ordered(NURSE, reversed(steps))


def test_of_three_one_is_sideways_where_there_is_one() -> None:
    up = [step(n) for n in range(1, 5)]
    aside = step(9, StepKind.LATERAL, family="people")
    assert aside in [one.step for one in next_three(ordered(NURSE, [*up, aside]))]
    assert [one.step for one in next_three(ordered(NURSE, up))] == up[:3]
    assert [one.step for one in next_three(ordered(NURSE, [aside]))] == [aside]
    assert next_three([]) == []


def test_the_map_shows_at_most_seven_and_one_of_each_kind() -> None:
    kinds = [step(20 + n, kind, family="people") for n, kind in enumerate(StepKind)]
    shown = around(ordered(NURSE, [*(step(n) for n in range(1, 15)), *kinds]))
    assert len(shown) == 7
    assert {one.step.kind for one in shown} == set(StepKind)


def test_a_step_that_brings_no_nearer_is_not_said_to() -> None:
    for reader in (Reader("nursing", None, wanted_level=8), Reader("nursing", 8, wanted_level=8)):
        assert "nears_level" not in explained(reader, step(1)).codes


def test_no_two_boxes_of_the_map_overlap_and_none_is_off_the_edge() -> None:
    long = "Cyfarwyddwr cynorthwyol gwasanaethau cymdeithasol i oedolion a’u teuluoedd ym mhob ardal"
    for ups in range(5):
        for beside in range(5):
            for back in range(4):
                kinds = [StepKind.PROMOTION] * ups + [StepKind.LATERAL] * beside + [StepKind.RETURN] * back
                drawn = draw(long, [Place(long, "/x", kind, "mark", False) for kind in kinds])
                boxes = [drawn.here, *drawn.boxes]
                for box in boxes:
                    assert 0 <= box.x <= WIDTH - BOX_WIDTH
                    assert 0 <= box.y <= drawn.height - BOX_HEIGHT
                    assert len(box.lines) <= 3
                apart = [
                    abs(one.x - other.x) >= BOX_WIDTH or abs(one.y - other.y) >= BOX_HEIGHT
                    for n, one in enumerate(boxes)
                    for other in boxes[n + 1 :]
                ]
                assert all(apart), (ups, beside, back)


@pytest.mark.parametrize(
    ("family", "kind", "elsewhere"),
    [
        ("nursing", OrganisationKind.TRUST, False),
        ("housing", OrganisationKind.TRUST, True),
        ("housing", OrganisationKind.COUNCIL, False),
        ("housing", OrganisationKind.OTHER, False),
        ("housing", None, False),
        ("never-heard-of", OrganisationKind.TRUST, False),
    ],
)
def test_a_step_is_marked_as_elsewhere_only_where_that_is_known(
    family: str, kind: OrganisationKind | None, elsewhere: bool
) -> None:
    assert is_elsewhere(family, kind) is elsewhere


@pytest.mark.parametrize(
    ("family", "level", "tier", "specialist", "said"),
    [
        (
            "Nursing",
            "Level 8, senior manager",
            None,
            False,
            "You said you want a role at level 8, senior manager in Nursing",
        ),
        ("Nursing", None, None, False, "You said you want work in Nursing"),
        (None, None, "Executive", False, "You said you want to lead as an executive,"),
        ("Digital", None, None, True, "You said you want a specialist role in Digital"),
        (None, None, None, False, "You have not said what you want next, only when: within a year."),
    ],
)
def test_a_wish_is_said_in_one_sentence(
    family: str | None, level: str | None, tier: str | None, specialist: bool, said: str
) -> None:
    told = sentence(family, level, tier, Timeframe.WITHIN_A_YEAR, specialist=specialist)
    assert told.startswith(said)
    assert told.endswith("within a year.")


def test_leadership_and_the_specialist_track_are_not_wanted_at_once() -> None:
    assert [p.field for p in wish_problems(level=None, tier="executive", specialist=True)] == ["target_tier"]
    assert [p.field for p in wish_problems(level=10, tier=None, specialist=False)] == ["target_level"]
    assert wish_problems(level=9, tier=None, specialist=True) == []


TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(("days", "refused"), [(0, False), (1, True), (-30, False), (-366 * 51, True)])
def test_evidence_is_of_what_has_happened(days: int, refused: bool) -> None:
    assert bool(evidence_problems(TODAY + timedelta(days), TODAY)) is refused


@pytest.mark.parametrize(("days_to_due", "opens"), [(8, False), (7, True), (0, True), (-60, True)])
def test_a_check_in_opens_a_week_before_it_is_due(days_to_due: int, opens: bool) -> None:
    assert (problem_with_answering(TODAY + timedelta(days_to_due), TODAY) is None) is opens


def test_support_is_arranged_by_today_and_not_long_before_the_first_day() -> None:
    for day, refused in ((TODAY, False), (TODAY + timedelta(1), True), (TODAY - timedelta(400), True)):
        assert bool(problems_with_arranging(day, TODAY, TODAY)) is refused


@pytest.mark.parametrize("state", TransitionState)
def test_a_transition_that_is_over_stays_over_and_none_is_complete_without_support(state: TransitionState) -> None:
    over = {TransitionState.COMPLETE, TransitionState.ENDED_EARLY}
    assert (NEXT[state] == frozenset()) is (state in over)
    assert (TransitionState.COMPLETE in NEXT[state]) is (state is TransitionState.SUPPORTED)


@pytest.mark.parametrize(
    ("months", "said"), [(1, "1 month"), (12, "1 year"), (18, "1 year and 6 months"), (36, "3 years")]
)
def test_a_typical_time_is_said_in_years_and_months(months: int, said: str) -> None:
    assert duration(months) == said


def test_a_file_is_read_and_written_back_the_same() -> None:
    rows = read_steps(
        write_steps([ROW, replace(ROW, to_code="matron", what_helps='A "mentor", and Siôn\nagain')]).encode()
    )
    assert rows[0] == ROW
    assert rows[1].what_helps == 'A "mentor", and Siôn\nagain'


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00", b"from_code,to_code\na,b\n", b"from_code,to_code,kind,typical_months,what_helps\n"],
    ids=["empty", "not UTF-8", "too few columns", "no rows"],
)
def test_what_is_no_steps_file_is_turned_away_in_words(content: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        read_steps(content)
    assert refusal.value.problems[0].field == "file"


def test_a_step_that_is_there_twice_is_told_with_the_line_of_the_first() -> None:
    [(line, problem)] = problems_in([ROW, ROW], LEVELS)
    assert line == 3
    assert "Line 2" in problem.message


def test_a_file_adds_what_is_new_changes_what_differs_and_leaves_the_rest() -> None:
    kept = Kept(UUID(int=1), 1, ROW)
    other = replace(ROW, to_code="matron")
    same, changed = compare([ROW], {("staff-nurse", "sister"): kept}), replace(ROW, typical_months="30")
    assert (same.same, same.added, same.changed) == (1, [], [])
    found = compare([changed, other], {("staff-nurse", "sister"): kept})
    assert (found.same, found.added, found.changed) == (0, [other], [(changed, kept)])
