"""Stage events: career conversations, and development offers followed to their end.

An offer is of a development programme; an application, shortlisting, appointment (to a place) and completion follow
from it. None of them makes a new post, so spells carry no trace of them. What is still open on the last day has neither
a closing date nor an outcome. Every rate is the same for everyone but where a truth is planted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from analytics.synthetic.calibration import GROUPS
from analytics.synthetic.dice import Flags, Floats, Ints, between, slots, stream
from analytics.synthetic.people import Answers, days, gather
from analytics.synthetic.service import YEAR
from analytics.synthetic.spells import Spells
from analytics.synthetic.truths import Truth

STAGES = ("conversation", "offer", "application", "shortlist", "appointment", "completion")
OFFERED = 0.18  # offers a year of substantive service
NEVER = np.int32(-1)  # not closed yet


@dataclass(frozen=True)
class Step:
    """A stage: its outcomes with their shares (the first leads on), and how many days it takes at least and most."""

    stage: str
    outcomes: tuple[tuple[str, float], ...]
    least: int
    most: int


STEPS = (
    Step("offer", (("accepted", 0.62), ("declined", 0.2), ("lapsed", 0.18)), 7, 45),
    Step("application", (("shortlisted", 0.5), ("rejected", 0.4), ("withdrawn", 0.1)), 14, 60),
    Step("shortlist", (("appointed", 0.4), ("not_appointed", 0.55), ("withdrawn", 0.05)), 7, 40),
    Step("appointment", (("accepted", 0.92), ("declined", 0.08)), 5, 30),
    Step("completion", (("completed", 0.85), ("did_not_complete", 0.15)), 120, 400),
)


@dataclass(frozen=True)
class Cases:
    """Cases at one stage: who, where, the day they came to it and the last day of the employment."""

    person: Ints
    organisation: Ints
    opened: Ints
    leaves: Ints


def frame(stage: str, cases: Cases, closed: Ints, outcome: pl.Series, codes: pl.Series) -> pl.DataFrame:
    """Events of one stage; a `closed` of NEVER is null."""
    return pl.DataFrame(
        {
            "person": cases.person.astype(np.uint32),
            "organisation": gather(codes.to_list(), cases.organisation),
            "stage": pl.repeat(stage, len(closed), dtype=pl.String, eager=True),
            "opened_on": days(cases.opened),
            "closed_on": days(closed).set(pl.Series(closed == NEVER), None),
            "outcome": outcome,
        }
    )


def chances(step: Step, cases: Cases, truths: list[Truth], answers: Answers) -> Floats:
    """The chance of each case to be led on, with what is planted at shortlisting."""
    chance = np.full(len(cases.person), step.outcomes[0][1])
    for truth in truths if step.stage == "shortlist" else ():
        if truth.what == "appointment":
            group = GROUPS[truth.characteristic].index(truth.group)
            theirs = getattr(answers, truth.characteristic)[cases.person - 1] == group
            chance[theirs & (cases.organisation == truth.organisation)] *= truth.relative
    return chance


def follow(
    rng: np.random.Generator, step: Step, cases: Cases, chance: Floats, until: int, codes: pl.Series
) -> tuple[pl.DataFrame, Cases]:
    """The events of one stage, and the cases it leads on. A case ends with the employment, as withdrawn."""
    n = len(cases.person)
    due = cases.opened + between(rng, step.least, step.most, n)
    gone = cases.leaves < due
    closed = np.where(gone, cases.leaves, due).astype(np.int32)
    words = [*(word for word, _ in step.outcomes), "left", None]
    others = slots(np.array([share for _, share in step.outcomes[1:]]), 100) + 1
    led = rng.random(n) < chance
    outcome = np.where(led, 0, others[rng.integers(0, 100, n)])
    outcome = np.where(closed > until, len(words) - 1, np.where(gone, len(words) - 2, outcome))
    on: Flags = outcome == 0
    events = frame(step.stage, cases, np.where(closed > until, NEVER, closed), gather(words, outcome), codes)
    return events, Cases(cases.person[on], cases.organisation[on], closed[on], cases.leaves[on])


def offers(rng: np.random.Generator, spells: Spells, leaves: Ints, first: int, until: int) -> Cases:
    """Offers made during substantive spells, at the same rate to everyone."""
    low, high = np.maximum(spells.started, first), np.minimum(spells.ended, until)
    number = rng.poisson(OFFERED * np.maximum(high - low, 0) / YEAR)
    row = np.repeat(np.arange(len(low)), number)
    opened = low[row] + (rng.random(len(row)) * (high[row] - low[row])).astype(np.int32)
    return Cases(spells.person[row], spells.organisation[row], opened.astype(np.int32), leaves[row])


def chain(
    seed: int, cases: Cases, truths: list[Truth], answers: Answers, until: int, codes: pl.Series
) -> list[pl.DataFrame]:
    """All development events: each stage opens on the day the one before it closed."""
    rng, frames = stream(seed, "offers"), list[pl.DataFrame]()
    for step in STEPS:
        events, cases_on = follow(rng, step, cases, chances(step, cases, truths, answers), until, codes)
        frames.append(events)
        cases = cases_on
    return frames
