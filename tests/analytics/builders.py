"""Small facts to count, and the way to the reference data."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from analytics.frames import Facts

TODAY = date(2026, 3, 31)
ANSWERS = {"ethnicity": "white", "sex": "female", "disability": "non_disabled", "age_band": "35-44"}
POST: dict[str, Any] = {
    "person": 1,
    "organisation": "RA1",
    "kind": "substantive",
    "level": 5,
    "staff_group": "nursing_midwifery",
    "fte": 1.0,
    "started": date(2020, 1, 1),
    "ended": None,
    "end_reason": None,
    "destination": None,
}
EVENT: dict[str, Any] = {
    "person": 1,
    "organisation": "RA1",
    "stage": "conversation",
    "opened_on": date(2025, 9, 1),
    "closed_on": date(2025, 9, 1),
    "outcome": "held",
}
_POST_TYPES = {"level": pl.Int8, "ended": pl.Date, "end_reason": pl.String, "destination": pl.String}


def reference(name: str) -> Path:
    """A file of the reference data, or a skipped test."""
    path = Path(__file__).parents[2].parent / "shared" / "data" / name
    if not path.exists():
        pytest.skip("reference data not present")
    return path


def some_people(*answers: dict[str, Any]) -> pl.LazyFrame:
    """People 1, 2, 3 ... with these answers, otherwise white, female, not disabled, 35 to 44."""
    return pl.LazyFrame([{"person": number, **ANSWERS, **given} for number, given in enumerate(answers, start=1)])


def some_posts(*posts: dict[str, Any]) -> pl.LazyFrame:
    """Assignments like POST but for what is given."""
    return pl.LazyFrame([{**POST, **given} for given in posts], schema_overrides=_POST_TYPES)


def some_events(*events: dict[str, Any]) -> pl.LazyFrame:
    """Events like EVENT but for what is given."""
    types = {"opened_on": pl.Date, "closed_on": pl.Date, "outcome": pl.String}
    return pl.LazyFrame([{**EVENT, **given} for given in events], schema_overrides=types)


def some_facts(
    people: list[dict[str, Any]], posts: list[dict[str, Any]], events: list[dict[str, Any]] | None = None
) -> Facts:
    """Checked facts of these people, posts and events."""
    return Facts.of(some_people(*people), some_posts(*posts), some_events(*events) if events else None)
