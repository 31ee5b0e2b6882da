"""Who is coming through: what counts where, what adds up, and what a reader with a solver cannot learn."""

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from analytics.disclosure import DEFAULT
from analytics.disclosure.linked import Split
from analytics.errors import FactsError
from analytics.flow.stages import conversion
from analytics.frames import PIPELINE, Facts
from analytics.intervals import wilson
from analytics.released.pipelines import PipelinesReleased, pipelines_report
from analytics.released.pipelines.cases import SYSTEM, cases
from analytics.released.pipelines.conversion import FIGURES, UNIT, counted, hidden_counts, risk_table, splits
from analytics.released.pipelines.cover import READY_NOW, READY_SOON, needed
from analytics.released.pipelines.guarded import COVER, hidden
from analytics.released.pipelines.members import members, towards_senior
from analytics.released.pipelines.stages import CHARACTERISTICS, COLUMNS, STAGES, stood
from analytics.released.pipelines.support import COUNTS, SPLITS, support_cells
from analytics.released.representation import representation_report
from analytics.synthetic import make
from tests.analytics.attacker import bounds_of_linked
from tests.analytics.builders import some_events, some_people, some_posts
from tests.analytics.coming import DAY, ON, coming

PLACES = [SYSTEM, "RA1", "RB2"]
CASE: dict[str, Any] = {"stage": "application", "opened_on": ON - 100 * DAY, "closed_on": None, "outcome": None}
MEMBER: dict[str, Any] = {
    "person": 1, "organisation": "RA1", "family": "nursing", "level": 8, "stage": "ready_now",
    "entered_on": ON - 40 * DAY, "expires_on": ON + 40 * DAY,
}  # fmt: skip
BEGUN: dict[str, Any] = {
    "person": 1, "organisation": "RA1", "tier": "mid_senior", "started_on": ON - 60 * DAY, "supported_on": None,
    "ended_on": None, "asked_on": None, "perception": None, "perceived_on": None,
}  # fmt: skip
DAYS: dict[str, Any] = dict.fromkeys(("supported_on", "ended_on", "asked_on", "perceived_on"), pl.Date)
NURSE: dict[str, Any] = {"profile": "nurse", "level": 8}
ROLES = pl.LazyFrame({"profile": ["nurse"], "family": ["nursing"], "level": [8], "tier": None, "steps": 0})


def facts_of(posts: list[dict[str, Any]] | None = None, people: int = 1, **more: pl.LazyFrame) -> Facts:
    events = more.pop("events", None)
    return Facts.of(some_people(*[{}] * people), some_posts(*(posts or [{"profile": None}])), events, **more)


@pytest.fixture(scope="module")
def facts() -> Facts:
    return coming(3_000, 4, 5)


@pytest.fixture(scope="module")
def released(facts: Facts) -> PipelinesReleased:
    return pipelines_report(facts, ON)


@pytest.mark.parametrize(
    ("case", "post", "end"),
    [
        ({}, {}, None),
        ({"closed_on": ON, "outcome": "shortlisted"}, {}, "shortlisted"),
        ({"closed_on": ON + DAY, "outcome": "shortlisted"}, {}, None),
        ({}, {"ended": ON - 10 * DAY}, "left"),
        ({}, {"ended": ON}, None),
        ({"closed_on": ON - 50 * DAY, "outcome": "rejected"}, {"ended": ON - 10 * DAY}, "rejected"),
        ({"opened_on": ON - 731 * DAY}, {}, ""),
        ({"opened_on": ON + DAY}, {}, ""),
        ({"stage": "conversation"}, {}, ""),
    ],
    ids=["open", "decided", "decided later", "left", "last day", "turned down, then left", "too old", "later", "talk"],
)
def test_a_case_stands_as_it_stood_on_the_day_and_ends_with_the_last_post(case, post, end):
    made = facts_of([post], events=some_events({**CASE, **case}))
    found = cases(made, ON)["outcome"].to_list()
    assert found == ([] if end == "" else [end])


def test_an_outcome_that_is_no_end_of_its_stage_is_refused_by_name():
    wrong = {**CASE, "stage": "appointment", "closed_on": ON, "outcome": "rejected"}
    with pytest.raises(FactsError, match=r"events.outcome.*no end of the stage appointment"):
        pipelines_report(facts_of(events=some_events(wrong)), ON)


def test_the_curves_are_those_of_flow(facts: Facts):
    found = cases(facts, ON)
    told = conversion(found, ON, by=("stage",)).filter(state="progressed", stage="application", time=180)
    shown = pipelines_report(facts, ON).conversion.frame.filter(
        organisation="", focus="all", stage="application", days=180
    )
    assert abs(shown["progressed"].item() - told["share"].item()) <= 0.01
    assert shown["low"].item() <= told["low"].item() <= told["high"].item() <= shown["high"].item()


def test_shares_of_a_row_add_up_to_one_and_come_in_steps(released: PipelinesReleased):
    rows = released.conversion.frame.filter(pl.col("progressed").is_not_null())
    both = rows.filter(pl.col("open").is_not_null())
    assert both.height > 20
    added = both["progressed"] + both["ended"] + both["open"]
    assert (added - 1).abs().max() < 1e-9  # type: ignore[operator]
    steps = rows.select(pl.col("progressed", "ended", "turned_down", "withdrew", "left") * 100).to_numpy()
    assert np.nanmax(np.abs(steps - np.round(steps))) < 1e-6
    few = rows.filter(pl.col("cases") < 250).select(pl.col("progressed", "ended") * 20).to_numpy()
    assert np.abs(few - np.round(few)).max() < 1e-6
    assert rows["cases"].min() >= 95  # type: ignore[operator]


@pytest.mark.parametrize(
    ("member", "post", "found"),
    [
        ({}, {}, 1),
        ({"entered_on": ON + DAY, "expires_on": None}, {}, 0),
        ({"expires_on": ON}, {}, 1),
        ({"expires_on": ON - DAY}, {}, 0),
        ({"stage": "placed"}, {}, 0),
        ({}, {"ended": ON - DAY}, 0),
    ],
    ids=["current", "enters later", "last day", "lapsed", "placed", "left the system"],
)
def test_who_is_in_a_pipeline(member, post, found):
    made = facts_of([post], members=pl.LazyFrame([{**MEMBER, **member}], schema_overrides={"expires_on": pl.Date}))
    assert members(made, ON).height == found


def test_a_person_in_several_pipelines_is_counted_once_where_they_are_furthest_along():
    several = [{"stage": "feeder"}, {"stage": "ready_soon", "family": "midwifery"}, {"level": 6, "stage": "developing"}]
    made = facts_of(members=pl.LazyFrame([{**MEMBER, **one} for one in several]))
    found = members(made, ON).select("band", "family", "stage").sort("band").rows()
    assert found == [("5-6", "nursing", "developing"), ("7-9", "midwifery", "ready_soon")]
    assert towards_senior(made, ON)["stage"].to_list() == ["ready_soon"]


@pytest.mark.parametrize(
    ("posts", "free"),
    [
        ([{}], 0),
        ([{"ended": ON}], 1),
        ([{"ended": ON - 366 * DAY}], 0),
        ([{"ended": ON - 9 * DAY}, {"started": ON - 8 * DAY}], 0),
        ([{"ended": ON - 9 * DAY}, {"started": ON - 8 * DAY, "organisation": "RB2"}], 1),
        ([{"kind": "secondment", "ended": ON + 300 * DAY}], 1),
        ([{"kind": "secondment", "ended": ON + 400 * DAY}], 0),
        ([{"ended": ON + 30 * DAY}], 0),
        ([{"ended": ON + 30 * DAY, "contract": "fixed_term"}], 1),
        ([{"ended": ON, "level": 4}], 0),
    ],
    ids=["held", "left", "long ago", "same post again", "elsewhere", "secondment ends", "ends later", "known end",
         "fixed term", "leads nobody"],
)  # fmt: skip
def test_a_post_falls_free_where_somebody_left_it_or_its_term_ends(posts, free):
    every = some_posts(*({"contract": None, **NURSE, **post} for post in posts))
    made = Facts.of(some_people({}), every, roles=ROLES)
    found = needed(made, ON, PLACES)
    assert found.counts[3, 0, :, 0].sum() == free
    assert found.families == ["nursing"]


@pytest.mark.parametrize(
    ("given", "counts"),
    [
        ({}, {"began", "unsupported"}),
        ({"supported_on": ON - 46 * DAY}, {"began", "supported"}),
        ({"supported_on": ON - 45 * DAY}, {"began", "unsupported"}),
        ({"started_on": ON - 13 * DAY}, set()),
        ({"ended_on": ON - 50 * DAY}, set()),
        ({"asked_on": ON - 30 * DAY}, {"began", "unsupported", "asked", "silent"}),
        ({"asked_on": ON - 30 * DAY, "perception": 4, "perceived_on": ON},
         {"began", "unsupported", "asked", "answered", "feel_supported", "felt_4"}),
        ({"asked_on": ON - 30 * DAY, "perception": 3, "perceived_on": ON + DAY},
         {"began", "unsupported", "asked", "silent"}),
        ({"started_on": ON - 400 * DAY}, {"earlier", "in_role_12"}),
        ({"started_on": ON - 800 * DAY}, set()),
    ],
    ids=["new", "in time", "a day late", "too new", "ended before", "asked", "answered", "answered later", "a year ago",
         "long ago"],
)  # fmt: skip
def test_what_is_counted_of_somebody_new_in_leadership(given, counts):
    made = facts_of(transitions=pl.LazyFrame([{**BEGUN, **given}], schema_overrides={**DAYS, "perception": pl.Int8}))
    cells = support_cells(made, ON)
    if not counts:
        assert cells.filter(pl.sum_horizontal(COUNTS) > 0).is_empty()
        return
    for tier in ("all", "mid_senior"):
        row = cells.filter(organisation="RA1", tier=tier).row(0, named=True)
        assert {name for name in COUNTS if row[name]} == counts


@pytest.mark.parametrize(("level", "in_role"), [(8, True), (9, True), (7, False)], ids=["same", "higher", "lower"])
def test_in_role_is_at_that_level_or_above_it_anywhere_in_the_system(level, in_role):
    began = ON - 500 * DAY
    posts = [
        {"level": 8, "started": began, "ended": began + 100 * DAY},
        {"level": level, "organisation": "RB2", "started": began + 101 * DAY},
    ]
    made = facts_of(posts, transitions=pl.LazyFrame([{**BEGUN, "started_on": began}], schema_overrides=DAYS))
    row = support_cells(made, ON).filter(organisation="", tier="all").row(0, named=True)
    assert (row["in_role_12"], row["not_12"]) == (int(in_role), int(not in_role))


def test_counts_of_cases_add_up_everywhere(facts: Facts):
    counts = counted(risk_table(cases(facts, ON), ON))
    long = counts.unpivot(index=UNIT, on=FIGURES, variable_name="figure", value_name="n").drop_nulls("n")
    assert long.filter(pl.col("n") < 0).is_empty()
    for split in splits(counts):
        others = [name for name in (*UNIT, "figure") if name != split.key]
        inside = pl.col(split.key) != split.total if split.parts is None else pl.col(split.key).is_in(split.parts)
        added = long.filter(inside).group_by(others).agg(added=pl.col("n").sum())
        both = added.join(long.filter(pl.col(split.key) == split.total), on=others)
        assert both.height > 0
        assert both.filter(pl.col("added") != pl.col("n")).is_empty()


def test_everybody_who_is_ready_for_a_senior_post_is_in_one_kind_of_work(facts: Facts):
    places = [
        SYSTEM,
        *facts.spells.select(pl.col("organisation").cast(pl.String)).unique().collect().to_series().sort(),
    ]
    people, cover = stood(facts, ON, places).people, needed(facts, ON, places).counts
    for at, stage in enumerate((READY_NOW, READY_SOON)):
        assert people[STAGES.index(stage)].tolist() == cover[at, :, 1, 0].tolist()
    assert people[0].tolist() == people[1:5].sum(axis=0).tolist()


def test_everything_stands_on_what_is_shown(released: PipelinesReleased):
    rows = released.stages.frame.drop_nulls("share")
    assert rows.height > 50
    assert rows["share"].to_list() == (rows["n"] / rows["known"]).to_list()
    assert rows["low"].to_list() == wilson(rows["n"], rows["known"])[0].to_list()
    cover = released.cover.frame.drop_nulls("cover_soon")
    assert (
        cover["cover_soon"].to_list()
        == ((cover["ready_now"] + cover["ready_soon"]) / cover["expected_vacancies"]).to_list()
    )
    told = released.support.frame.drop_nulls("supported_share")
    assert told["supported_share"].to_list() == (told["supported"] / told["began"]).to_list()
    for frame in released:
        counts = frame.frame.select(pl.col(pl.Int64).exclude("days", "median_days"))
        assert counts.select(pl.all().min()).min_horizontal().item() >= DEFAULT.floor
        assert counts.select((pl.all() % 5).max()).max_horizontal().item() == 0


def small(shown: pl.DataFrame, true: pl.DataFrame, keys: list[str], most: int = 8) -> pl.DataFrame:
    """Some of the withheld counts that are small."""
    gone = shown.unpivot(index=keys, variable_name="figure", value_name="shown").filter(pl.col("shown").is_null())
    few = true.join(gone, on=[*keys, "figure"], how="semi").filter(pl.col("n") < DEFAULT.floor)
    return few.sample(min(most, few.height), seed=3, shuffle=True)


def learnt(found: pl.DataFrame, true: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """The counts that the reader knows to within fewer values than the rule asks; all bounds hold the truth."""
    # Where nothing holds a count, the program has no end.
    open_ended = pl.when(pl.col("most").is_finite()).then("most").otherwise(1e6)
    both = found.with_columns(most=open_ended).join(true, on=[*keys, "figure"])
    least, most = (pl.col("least") - 1e-6).ceil(), (pl.col("most") + 1e-6).floor()
    assert both.filter((pl.col("n") < least) | (pl.col("n") > most)).is_empty()
    return both.filter(most - least < DEFAULT.width)


def rounded(n: pl.DataFrame, gone: pl.Expr) -> pl.DataFrame:
    return n.with_columns(n=pl.when(~gone).then((pl.col("n") + 2) // 5 * 5))


def test_a_reader_with_a_solver_learns_no_small_count_of_cases(facts: Facts):
    """Counts as they would be shown, which is more than the shares in steps say."""
    counts = counted(risk_table(cases(facts, ON), ON))
    true = counts.unpivot(index=UNIT, on=FIGURES, variable_name="figure", value_name="n").drop_nulls("n")
    mask = hidden_counts(counts, DEFAULT).unpivot(index=UNIT, on=FIGURES, variable_name="figure", value_name="gone")
    shown = rounded(true.join(mask, on=[*UNIT, "figure"]), pl.col("gone").cast(pl.Boolean))
    cells = true.select(*UNIT, "figure")
    wide = shown.pivot("figure", index=UNIT, values="n").select(*UNIT, *FIGURES)
    targets = small(wide, true, UNIT, 5)
    assert targets.height == 5
    told = bounds_of_linked(wide, UNIT, FIGURES, splits(counts), cells=cells, targets=targets)
    assert learnt(told, true, UNIT).is_empty()


@pytest.fixture(scope="module")
def standing(facts: Facts) -> tuple[pl.DataFrame, pl.DataFrame, list[Split]]:
    """Every count of the stages and of who covers senior posts, those that are shown, and what adds up to what."""
    places = [
        SYSTEM,
        *facts.spells.select(pl.col("organisation").cast(pl.String)).unique().collect().to_series().sort(),
    ]
    people, cover = stood(facts, ON, places), needed(facts, ON, places)
    gone = hidden(people, cover, DEFAULT)
    true, shown = [], []
    silent = {c: f"{c}:unanswered" for c in CHARACTERISTICS}
    for at, stage in enumerate(STAGES):
        for place, code in enumerate(places):
            cells = {f"{c}:{g}": (people.n[at, place, k], gone["n"][at, place, k]) for k, (c, g) in enumerate(COLUMNS)}
            cells |= {
                f"{c}:known": (people.known[at, place, k], gone["known"][at, place, k])
                for k, c in enumerate(CHARACTERISTICS)
            }
            cells["people"] = (people.people[at, place], True)
            if stage in (READY_NOW, READY_SOON):
                of = (READY_NOW, READY_SOON).index(stage)
                cells |= {
                    f"cover:{name}": (cover.counts[of, place, 1, k], gone[COVER][of, place, 1, k])
                    for k, name in enumerate(("all", *cover.families))
                }
            for name, (n, is_gone) in cells.items():
                true.append((code, stage, name, int(n)))
                shown.append((code, stage, name, None if is_gone else (int(n) + 2) // 5 * 5))
    groups = {c: tuple(f"{c}:{g}" for k, g in COLUMNS if k == c and g != "unanswered") for c in CHARACTERISTICS}
    sums = [
        Split("organisation", SYSTEM),
        Split("stage", "pipeline", PIPELINE),
        *(Split("figure", f"{c}:known", groups[c]) for c in CHARACTERISTICS),
        *(Split("figure", "people", (f"{c}:known", silent[c])) for c in CHARACTERISTICS),
        Split("figure", "people", ("cover:all",)),
        Split("figure", "cover:all", tuple(f"cover:{name}" for name in cover.families)),
    ]
    schema = ["organisation", "stage", "figure", "n"]
    return pl.DataFrame(true, schema=schema, orient="row"), pl.DataFrame(shown, schema=schema, orient="row"), sums


@pytest.mark.parametrize("control", [False, True], ids=["released", "only small counts withheld"])
def test_a_reader_with_a_solver_learns_no_small_group_at_a_stage(standing, control):
    keys = ["organisation", "stage"]
    true, shown, sums = standing
    if control:
        never = pl.col("figure").is_in(["people"])
        shown = rounded(true, never | (pl.col("n") < DEFAULT.floor))
    wide = shown.pivot("figure", index=keys, values="n")
    figures = [name for name in wide.columns if name not in keys]
    secret = true.filter(~pl.col("figure").is_in(["people"]) & ~pl.col("figure").str.ends_with(":known"))
    targets = small(wide, secret, keys, 40 if control else 16)
    told = bounds_of_linked(wide, keys, figures, sums, cells=true.select(*keys, "figure"), targets=targets)
    assert learnt(told, true, keys).is_empty() is not control


def test_a_reader_with_a_solver_learns_no_small_count_of_new_leaders(facts: Facts, released: PipelinesReleased):
    keys = ["organisation", "tier"]
    cells = support_cells(facts, ON)
    true = cells.unpivot(index=keys, on=COUNTS, variable_name="figure", value_name="n")
    names = [name for name in COUNTS if name in released.support.frame.columns]
    shown = released.support.frame.select(
        *keys, *names, *(pl.lit(None, pl.Int64).alias(n) for n in COUNTS if n not in names)
    )
    targets = small(shown, true, keys)
    assert targets.height == 8
    told = bounds_of_linked(shown, keys, COUNTS, SPLITS, targets=targets)
    assert learnt(told, true, keys).is_empty()


def test_what_the_report_on_levels_withholds_of_people_in_post_is_withheld(facts: Facts, released: PipelinesReleased):
    shares = representation_report(facts, ON).frame.with_columns(pl.col("level", "group").cast(pl.String))
    gone = (
        shares.filter(pl.col("level").is_in(["5", "6"]), pl.col("n").is_null()).select("organisation", "group").unique()
    )
    told = released.stages.frame.filter(stage="below").join(gone, on=["organisation", "group"], how="semi")
    assert told["n"].null_count() == told.height


def test_a_snapshot_without_these_frames_has_a_report_of_gaps():
    system = make(staff=400, organisations=2, years=2, seed=1, until=ON)
    told = pipelines_report(Facts.of(system.people.lazy(), system.spells.lazy()), ON)
    assert told.conversion.frame.is_empty()
    assert told.support.frame.is_empty()
    assert (
        told.cover.frame.select("ready_now", "expected_vacancies").null_count().row(0) == (told.cover.frame.height,) * 2
    )
    assert told.stages.frame.filter(pl.col("stage") == "pipeline")["n"].null_count() > 0


@pytest.mark.parametrize(
    ("frame", "row", "match"),
    [
        ("members", {**MEMBER, "stage": "star"}, r"members.stage.*is none of feeder"),
        ("members", {**MEMBER, "expires_on": ON - 50 * DAY}, r"members.expires_on.*on or after the entry"),
        ("members", {**MEMBER, "level": 12}, r"members.level.*1 to 9"),
        ("transitions", {**BEGUN, "perception": 6}, r"transitions.perception.*1 to 5"),
        ("transitions", {**BEGUN, "ended_on": date(2020, 1, 1)}, r"transitions.ended_on.*on or after the start"),
        ("members", {name: value for name, value in MEMBER.items() if name != "family"}, r"members.family.*missing"),
        ("critical", {"organisation": "RA1", "family": "nursing", "level": 0}, r"critical.level.*1 to 9"),
    ],
    ids=["stage", "lapses before entry", "level", "perception", "ends before it began", "column", "critical"],
)
def test_what_cannot_be_is_refused_by_frame_and_column(frame, row, match):
    with pytest.raises(FactsError, match=match):
        Facts.of(some_people({}), some_posts({}), **{frame: pl.LazyFrame([row])})
