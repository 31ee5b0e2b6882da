"""Facts -> who is in a pipeline on the day, and who took a step towards a senior post in the year: one row a person.

A membership counts from the day it was agreed until the day it lapses. Who is in several pipelines of one band of
levels is counted once, in the one where they are furthest along.
"""

from datetime import date
from typing import Final

import polars as pl

from analytics.cells import main_posts
from analytics.coded import years_before
from analytics.frames import PIPELINE, Facts
from analytics.released.pipelines.cases import BANDS, SENIOR, band_of

APPLIED, SHORTLISTED, APPOINTED, TOOK_UP = "applied", "shortlisted", "appointed", "took_up"
STEPS: Final = {"application": APPLIED, "shortlist": SHORTLISTED, "appointment": APPOINTED}
IN_PIPELINE: Final = "pipeline"
_PLACED: Final = ("person", "organisation", "stage")
_LOWEST: Final = BANDS[SENIOR][0]


def members(facts: Facts, on: date) -> pl.DataFrame:
    """person, organisation, band, family and stage, one row a person and band, of people in post in the system."""
    if facts.members is None:
        texts = dict.fromkeys(("organisation", "band", "family", "stage"), pl.String)
        return pl.DataFrame(schema={"person": pl.UInt64, **texts})
    current = (pl.col("entered_on") <= on) & (pl.col("expires_on").fill_null(on) >= on)
    there = facts.members.filter(current, pl.col("stage").cast(pl.String).is_in(PIPELINE))
    along = pl.col("stage").cast(pl.String).replace_strict(PIPELINE, range(len(PIPELINE)))
    texts = pl.col("organisation", "family", "stage").cast(pl.String)
    named = there.with_columns(texts, band=band_of(), along=-along)
    ordered = named.sort("person", "band", "along", -pl.col("entered_on").to_physical(), "family", "organisation")
    first = ordered.unique(["person", "band"], keep="first", maintain_order=True)
    found = first.select("person", "organisation", "band", "family", "stage").collect()
    return found.join(main_posts(facts, on).select("person"), on="person", how="semi")


def towards_senior(facts: Facts, on: date) -> pl.DataFrame:
    """person, organisation and stage, one row a person and stage: who is in a pipeline to a senior post on the day, who
    applied, was shortlisted and was appointed in the year, and who took up a senior post in it, from a lower level."""
    there = members(facts, on).filter(band=SENIOR).select(_PLACED)
    return pl.concat([there, _events(facts, on), _took_up(facts, on)])


def _events(facts: Facts, on: date) -> pl.DataFrame:
    if facts.events is None:
        return pl.DataFrame(schema={"person": pl.UInt64, "organisation": pl.String, "stage": pl.String})
    inside = pl.col("opened_on").is_between(years_before(on, 1), on, closed="right") & (pl.col("target") >= _LOWEST)
    opened = facts.events.filter(inside, pl.col("stage").cast(pl.String).is_in([*STEPS]))
    stage = pl.col("stage").cast(pl.String).replace(STEPS)
    named = opened.with_columns(pl.col("organisation").cast(pl.String), stage=stage)
    first = named.sort("opened_on", "organisation").unique(["person", "stage"], keep="first", maintain_order=True)
    return first.select(_PLACED).collect()


def _took_up(facts: Facts, on: date) -> pl.DataFrame:
    """People whose main post on the day is senior and a year before was not, in the system both times."""
    now, before = main_posts(facts, on), main_posts(facts, years_before(on, 1)).select("person", was="level")
    risen = now.join(before, on="person").filter(pl.col("level") >= _LOWEST, pl.col("was") < _LOWEST)
    return risen.select("person", pl.col("organisation").cast(pl.String), stage=pl.lit(TOOK_UP))
