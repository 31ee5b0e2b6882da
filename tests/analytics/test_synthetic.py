"""The made-up system keeps its word: exact sizes, lives that make sense, the same every time."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.frames import Facts
from analytics.synthetic import GRADES, System, make

UNTIL = date(2026, 9, 30)
ENDS_OF_EMPLOYMENT = pl.col("end_reason").is_in(["promotion", "change_of_post"]).not_()
any_system = st.builds(
    make,
    staff=st.integers(200, 1200),
    organisations=st.integers(1, 10),
    years=st.integers(1, 7),
    seed=st.integers(0, 10_000),
    until=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
)


def fingerprint(system: System) -> str:
    bytes_of = hashlib.sha256()
    for frame in system.frames().values():
        buffer = io.BytesIO()
        frame.write_ipc(buffer)
        bytes_of.update(buffer.getvalue())
    return bytes_of.hexdigest()


def substantive(system: System) -> pl.DataFrame:
    return system.spells.filter(pl.col("kind") == "substantive")


def employed(system: System) -> pl.DataFrame:
    return substantive(system).filter(pl.col("ended").is_null())


@pytest.fixture(scope="module")
def system() -> System:
    return make(4_000, organisations=10, seed=3)


def test_the_same_arguments_give_the_same_bytes_and_another_seed_others() -> None:
    assert fingerprint(make(400, 4, 3, seed=8)) == fingerprint(make(400, 4, 3, seed=8))
    assert fingerprint(make(400, 4, 3, seed=8)) != fingerprint(make(400, 4, 3, seed=9))


def test_the_command_writes_the_same_frames_with_one_thread(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "analytics.synthetic", "--staff", "300", "--organisations", "3", "--out", tmp_path]
    root = Path(__file__).parents[2]
    said = subprocess.run(
        command, env=os.environ | {"POLARS_MAX_THREADS": "1"}, cwd=root, check=True, capture_output=True, text=True
    )
    assert "peak memory" in said.stdout
    for name, frame in make(300, 3).frames().items():
        assert frame.equals(pl.read_parquet(tmp_path / f"{name}.parquet"))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(staff=st.integers(200, 1500), organisations=st.integers(1, 10), seed=st.integers(0, 10_000))
def test_exactly_so_many_people_are_employed_on_the_last_day(staff: int, organisations: int, seed: int) -> None:
    made = make(staff, organisations, 2, seed)
    assert employed(made).height == employed(made)["person"].n_unique() == staff
    assert set(employed(made)["organisation"]) == set(made.organisations["code"])
    assert made.people["person"].to_list() == list(range(1, made.people.height + 1))
    assert made.truths["organisation"].is_in(made.organisations["code"].to_list()).all()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_system)
def test_nobody_holds_two_substantive_posts_at_once_and_dates_are_in_order(made: System) -> None:
    lives = substantive(made).sort("person", "started").with_columns(next=pl.col("started").shift(-1).over("person"))
    assert lives.filter(
        pl.col("next").is_not_null() & (pl.col("ended").is_null() | (pl.col("ended") >= pl.col("next")))
    ).is_empty()
    assert made.spells.filter(pl.col("ended") < pl.col("started")).is_empty()
    assert made.spells["ended"].is_null().equals(made.spells["end_reason"].is_null())
    assert made.events.filter(pl.col("closed_on") < pl.col("opened_on")).is_empty()
    assert made.events["closed_on"].is_null().equals(made.events["outcome"].is_null())
    grown = made.spells.join(made.people, on="person").select(pl.col("started") - pl.col("birth_date")).to_series()
    assert (grown.dt.total_days() >= 16 * 365).all()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_system)
def test_everyone_who_moved_begins_in_the_other_organisation_within_twenty_days(made: System) -> None:
    lives = substantive(made).sort("person", "started")
    then = lives.with_columns(pl.col("organisation", "started").shift(-1).over("person").name.prefix("next_"))
    moved = then.filter(pl.col("end_reason") == "moved")
    assert moved["next_organisation"].equals(moved["destination"].alias("next_organisation"))
    assert (moved["destination"] != moved["organisation"]).all()
    assert (moved["next_started"] - moved["ended"]).dt.total_days().is_between(1, 20).all()
    stayed = then.filter(~ENDS_OF_EMPLOYMENT)
    assert stayed["next_organisation"].equals(stayed["organisation"].alias("next_organisation"))
    gone = then.filter(ENDS_OF_EMPLOYMENT & (pl.col("end_reason") != "moved"))
    assert gone["next_started"].is_null().all()
    assert gone["destination"].is_not_null().all()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_system)
def test_secondments_and_acting_up_lie_inside_a_substantive_spell(made: System) -> None:
    far = date(9999, 1, 1)
    over = made.spells.filter(pl.col("kind") != "substantive").with_row_index("row")
    inside = over.join(substantive(made), on="person", suffix="_home").filter(
        pl.col("started") >= pl.col("started_home"),
        pl.col("ended").fill_null(far) <= pl.col("ended_home").fill_null(far),
    )
    assert inside["row"].n_unique() == inside.height == over.height
    away = inside["organisation"] != inside["organisation_home"]
    assert away.equals(inside["kind"] == "secondment")
    assert inside.filter((pl.col("kind") == "acting_up") & (pl.col("level") <= pl.col("level_home"))).is_empty()


def test_an_employee_number_belongs_to_one_person_and_stays_with_them(system: System) -> None:
    numbers = system.spells.select("person", "organisation", "employee_number").unique()
    assert numbers.select("person", "organisation").is_unique().all()
    assert numbers.select("organisation", "employee_number").is_unique().all()
    assert numbers["employee_number"].str.contains(r"^\d{8}$").all()
    assert numbers["employee_number"].str.starts_with("0").sum() > numbers.height / 5


def test_every_grade_has_the_level_of_the_crosswalk_and_local_grades_none(system: System) -> None:
    joined = system.spells.join(GRADES, left_on=["grade_scheme", "grade"], right_on=["scheme", "grade"], suffix="_said")
    assert joined.height == system.spells.height
    assert joined["level"].equals(joined["level_said"].alias("level"), null_equal=True)
    unmapped = system.spells.filter(pl.col("level").is_null())
    assert set(unmapped["grade_scheme"]) == {"local"}


def test_a_conversation_is_held_with_somebody_at_a_higher_level_of_the_same_organisation(system: System) -> None:
    held = system.conversations.with_row_index("row")
    posts = substantive(system).with_columns(pl.col("ended").fill_null(UNTIL + timedelta(1)))
    on_the_day = pl.col("held_on").is_between(pl.col("started"), pl.col("ended"))
    keys = ["person", "organisation"]
    own = held.join(posts, on=keys).filter(on_the_day).select("row", "level")
    theirs = held.join(posts, left_on=["facilitator", "organisation"], right_on=keys).filter(on_the_day)
    both = own.join(theirs.select("row", "level"), on="row", suffix="_facilitator")
    assert both.height == held.height
    assert (both["level_facilitator"] > both["level"].fill_null(0)).all()


def test_each_conversation_is_also_a_stage_event(system: System) -> None:
    events = system.events.filter(pl.col("stage") == "conversation")
    keys = {"person": "person", "organisation": "organisation", "held_on": "opened_on"}
    assert system.conversations.join(events, left_on=list(keys), right_on=list(keys.values()), how="anti").is_empty()
    assert 0.40 < events.height / 5 / 4_000 < 0.50


def test_a_stage_follows_from_the_one_before(system: System) -> None:
    leads = {"offer": "accepted", "application": "shortlisted", "shortlist": "appointed", "appointment": "accepted"}
    counts = dict(system.events.group_by("stage").len().iter_rows())
    for (stage, outcome), after in zip(leads.items(), [*list(leads)[1:], "completion"], strict=True):
        led = system.events.filter((pl.col("stage") == stage) & (pl.col("outcome") == outcome))
        assert led.height == counts[after] > 20


def test_the_frames_are_facts_that_the_analytics_accept(system: System) -> None:
    facts = Facts.of(system.people.lazy(), system.spells.lazy(), system.events.lazy())
    assert facts.people.select(pl.len()).collect().item() == system.people.height


def test_one_organisation_is_tiny_one_is_welsh_and_no_code_could_be_real(system: System) -> None:
    sizes = employed(system).group_by("organisation").len()["len"]
    assert sizes.min() == 7
    assert system.organisations["name"].str.contains("ŷ").any()
    assert (system.organisations["name"].str.len_chars() > 60).any()
    assert system.organisations["code"].str.contains(r"^[A-Z]{4}\d{2,3}$").all()
    assert system.organisations["ods_code"].is_null().all()


def test_no_two_of_five_hundred_organisations_share_a_name_or_code() -> None:
    organisations = make(10_000, 500, 1).organisations
    assert organisations["name"].is_unique().all()
    assert organisations["code"].is_unique().all()


def test_addresses_are_unique_plain_and_cannot_reach_anyone(system: System) -> None:
    assert system.people["email"].is_unique().all()
    assert system.people["email"].str.contains(r"^[a-z]+\.[a-z]+\.\d+@[a-z]{4}\d{2,3}\.example$").all()


def test_age_bands_count_birthdays() -> None:
    people = make(300, 1, 1, until=date(2024, 2, 29)).people
    ages = [2024 - born.year - ((born.month, born.day) > (2, 29)) for born in people["birth_date"]]
    lows = [int(band[:2]) for band in people["age_band"]]
    assert all(low <= age < {16: 25, 65: 120}.get(low, low + 10) for low, age in zip(lows, ages, strict=True))


@pytest.mark.parametrize(
    ("argument", "value"),
    [("staff", 199), ("staff", 1_500_001), ("organisations", 0), ("organisations", 11), ("years", 0), ("seed", -1)],
)
def test_what_cannot_be_made_is_refused_by_name(argument: str, value: int) -> None:
    asked = {"staff": 200, "organisations": 2, "years": 2, "seed": 1, argument: value}
    with pytest.raises(ValueError, match=f"^{argument} must be between"):
        make(asked["staff"], asked["organisations"], asked["years"], asked["seed"])
