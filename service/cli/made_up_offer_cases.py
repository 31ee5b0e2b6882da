"""Who applied for development offers in a made-up system, and what followed, one row for each application."""

from datetime import date

import polars as pl

from analytics.synthetic import System


def cases(system: System, since: date) -> pl.DataFrame:
    """Each application since that day, with what followed it: person, organisation, level, applied_on, application,
    decided_on, shortlist, chosen_on, appointment, completion (outcomes; None while open)."""
    found = _stage(system, "application").filter(pl.col("opened_on") >= since)
    found = found.rename({"opened_on": "applied_on", "closed_on": "decided_on", "outcome": "application"})
    for stage, begins, ends in (
        ("shortlist", "decided_on", "chosen_on"),
        ("appointment", "chosen_on", "taken_on"),
        ("completion", "taken_on", "done_on"),
    ):
        after = _stage(system, stage).rename({"closed_on": ends, "outcome": stage})
        found = found.join(
            after,
            left_on=["person", "organisation", begins],
            right_on=["person", "organisation", "opened_on"],
            how="left",
        )
    # Twice at once for one person would be two applications for one offer: the first of a season stays.
    first = found.sort("applied_on", "person").unique(["person"], keep="first", maintain_order=True)
    levels = system.spells.filter(kind="substantive").sort("started").group_by("person").agg(pl.col("level").last())
    return first.join(levels, on="person", how="left")


def _stage(system: System, stage: str) -> pl.DataFrame:
    kept = system.events.filter(stage=stage).unique(["person", "organisation", "opened_on"], maintain_order=True)
    return kept.select("person", "organisation", "opened_on", "closed_on", "outcome")
