"""Development offers from a file, each with its dates. They come in as drafts for somebody to look at and publish;
those that closed before today as closed, so that what came of them can follow."""

import asyncio
from collections.abc import Mapping as Map
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

import polars as pl
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.clock import today
from service.offers.rules.offers import (
    KIND_NAMES,
    PAID_BY_NAMES,
    PLACE_RULE_NAMES,
    PROVIDER_NAMES,
    VERB_NAMES,
    PaidBy,
    PlaceRule,
    ProviderKind,
    cohort_problems,
    cost_problems,
    offer_problems,
    publish_problems,
)
from service.offers.rules.offers import Draft as OfferDraft
from service.pathways.queries.evidence import find_dimension, list_dimensions
from service.transfer.checking import Checked
from service.transfer.columns import OFFERS
from service.transfer.copying import copied
from service.transfer.entering.reading import Codes, check, good_rows
from service.transfer.entering.writing import new_ids, plan_of, write
from service.transfer.faults import fault
from service.transfer.plans import NEW, PROBLEM, UNCHANGED, Place, Plan, Tell
from service.transfer.schemas import Applied, Mapping
from service.transfer.sheets import PROBLEMS, ROW, Sheet

WRITES = ("offers", "cohorts")
_DEFAULTS = {"provider_kind": ProviderKind.IN_SYSTEM, "paid_by": PaidBy.NOBODY, "place_rule": PlaceRule.BY_DECISION}
_HELD = "SELECT lower(title) FROM offers WHERE organisation_id = $1 AND state <> 'withdrawn'"
_BOUNDS = "Write a whole number from {:,} to {:,}."
_RANGES = {"level_from": (1, 9), "level_to": (1, 9), "cost": (0, 1_000_000), "places": (1, 10_000)}
_OFFER = ("title", "offer_kind", "provider", "provider_kind", "summary", "verbs", "priority", "level_from", "level_to",
          "cost", "paid_by", "place_rule", "opens_on", "closes_on")  # fmt: skip
_DDL = (
    "offer_id uuid, cohort_id uuid, is_first boolean, title text, offer_kind text, provider text, provider_kind text,"
    " summary text, verbs text, priority text, level_from smallint, level_to smallint, cost integer, paid_by text,"
    " place_rule text, opens_on date, closes_on date, framework text, framework_version integer, dimension text,"
    " starts_on date, ends_on date, place text, places integer"
)
_STATEMENTS = (
    """
    INSERT INTO offers (organisation_id, id, title, kind, provider, provider_kind, summary, verbs, priority, level_from,
                        level_to, cost, paid_by, place_rule, opens_on, closes_on, framework_code, framework_version,
                        dimension_code)
    SELECT :organisation, offer_id, title, offer_kind, coalesce(provider, ''), provider_kind, coalesce(summary, ''),
           coalesce(string_to_array(verbs, ';'), '{}'), coalesce(priority, ''), level_from, level_to, cost, paid_by,
           place_rule, opens_on, closes_on, framework, framework_version, dimension
      FROM incoming WHERE is_first""",
    """
    INSERT INTO offer_cohorts (organisation_id, offer_id, id, starts_on, ends_on, is_online, place, places)
    SELECT :organisation, offer_id, cohort_id, starts_on, ends_on, place IS NULL, coalesce(place, ''), places
      FROM incoming""",
    """
    UPDATE offers o SET state = 'closed'
      FROM incoming i
     WHERE i.is_first AND o.organisation_id = :organisation AND o.id = i.offer_id AND i.closes_on < current_date""",
    """
    INSERT INTO import_changes (organisation_id, import_id, what, record_id, after)
    SELECT :organisation, :import, 'offers', o.id, o.version
      FROM incoming i JOIN offers o ON o.organisation_id = :organisation AND o.id = i.offer_id WHERE i.is_first""",
    """
    INSERT INTO audit_entries (account_id, actor, action, organisation_id, entity_id, detail)
    SELECT CAST(:account AS uuid), :actor, 'offers.drafted', :organisation, CAST(offer_id AS text), '{"source": "file"}'
      FROM incoming WHERE is_first""",
)


@dataclass(frozen=True, slots=True)
class Held:
    """`titles`: of the organisation's own offers, in small letters."""

    titles: frozenset[str]
    mark: str = ""


async def held(session: AsyncSession, organisation_id: UUID) -> Held:
    found = await copied(session, _HELD, organisation_id, pl.Schema({"title": pl.String}), sha256())
    return Held(frozenset(found["title"]))


async def words(session: AsyncSession) -> dict[str, Codes]:
    named: dict[str, Map[Any, str]] = {
        "offer_kind": KIND_NAMES,
        "provider_kind": {ProviderKind.IN_SYSTEM: "In system", ProviderKind.EXTERNAL: "External"} | {**PROVIDER_NAMES},
        "verbs": {verb: said.split(":")[0] for verb, said in VERB_NAMES.items()},
        "paid_by": PAID_BY_NAMES,
        "place_rule": PLACE_RULE_NAMES,
        "dimension": {one.dimension: one.name for one in await list_dimensions(session)},
    }
    return {field: {str(code): said for code, said in codes.items()} for field, codes in named.items()}


async def plan(session: AsyncSession, _: UUID, holds: Held, sheet: Sheet, mapping: Mapping | None, tell: Tell) -> Plan:
    known = await words(session)
    checked = await asyncio.to_thread(check, sheet, mapping, OFFERS, known, tell)
    places = {code: await find_dimension(session, code) for code in checked.rows["dimension"].drop_nulls().unique()}
    return await asyncio.to_thread(_plan, holds, checked, places)


async def bring_in(session: AsyncSession, actor: Actor, place: Place, plan: Plan, tell: Tell) -> Applied:
    rows = plan.writes["cohorts"]
    await write(session, actor, place, rows, _DDL, _STATEMENTS, tell)
    return Applied(conversations_added=0, offers_added=plan.writes["offers"].height, rows_left_out=plan.count(PROBLEM))


def _plan(holds: Held, checked: Checked, places: Map[str, tuple[str, int, str] | None]) -> Plan:
    rows, problems = good_rows(checked, *_numbers(checked))
    rows = rows.with_columns(
        *(pl.col(field).fill_null(pl.lit(value.value)) for field, value in _DEFAULTS.items()),
        pl.col("cost").fill_null(0),
        key=pl.col("title").str.to_lowercase(),
    )
    # What the first row of a title says of the offer, its other dates need not repeat.
    rows = rows.with_columns(pl.col(*_OFFER, "dimension").first().over("key"))
    ruled = _ruled(rows, checked.headers)
    rows, problems = rows.join(ruled, on=ROW, how="anti", maintain_order="left"), pl.concat([problems, ruled]).sort(ROW)
    is_held = pl.col("key").is_in(list(holds.titles))
    rows = rows.with_columns(status=pl.when(is_held).then(pl.lit(UNCHANGED)).otherwise(pl.lit(NEW)))
    cohorts = _with_keys(rows.filter(pl.col("status") == NEW), places)
    return plan_of(checked.rows, rows, problems, {"offers": cohorts.filter("is_first"), "cohorts": cohorts})


def _numbers(checked: Checked) -> list[pl.DataFrame]:
    """The problems of numbers that are out of range."""
    return [
        fault(
            checked.rows,
            ~pl.col(field).is_between(*bounds),
            checked.headers[field],
            field,
            "number",
            _BOUNDS.format(*bounds),
        )
        for field, bounds in _RANGES.items()
    ]


def _ruled(rows: pl.DataFrame, headers: Map[str, str]) -> pl.DataFrame:
    """What the rules of offers say of each row; of those that closed already, what closed offers must say too."""
    found = [
        (row[ROW], headers.get(problem.field, "TITLE"), "", problem.field, problem.message)
        for row in rows.iter_rows(named=True)
        for problem in _problems(row)[:1]
    ]
    return pl.DataFrame(found, schema=PROBLEMS, orient="row")


def _problems(row: dict[str, Any]) -> list[Any]:
    found = offer_problems(row["opens_on"], row["closes_on"], row["level_from"], row["level_to"])
    found += cost_problems(row["cost"], PaidBy(row["paid_by"]))
    found += cohort_problems(row["starts_on"], row["ends_on"], row["places"], (), 0, today())
    if found or row["closes_on"] >= today():
        return found
    dates = [(row["starts_on"], row["ends_on"])]
    said = (row["verbs"] or "", row["dimension"], row["priority"] or "", row["summary"] or "")
    past = OfferDraft(said[0], said[1], said[2], said[3], row["opens_on"], row["closes_on"], dates)
    return publish_problems(past, row["opens_on"])


def _with_keys(rows: pl.DataFrame, places: Map[str, tuple[str, int, str] | None]) -> pl.DataFrame:
    """One offer for each title; everything but the dates is said by its first row."""
    offers = rows.select("key").unique(maintain_order=True)
    offers = offers.with_columns(new_ids(offers.height).alias("offer_id"))
    rows = rows.join(offers, on="key", how="left", maintain_order="left")
    known = [places.get(code) or (None, None, None) for code in rows["dimension"].to_list()]
    capability = pl.DataFrame(
        known, schema={"framework": pl.String, "framework_version": pl.Int64, "code": pl.String}, orient="row"
    )
    return _chosen(pl.concat([rows, capability], how="horizontal"))


def _chosen(rows: pl.DataFrame) -> pl.DataFrame:
    first = (pl.col(ROW) == pl.col(ROW).first().over("key")).alias("is_first")
    ids = new_ids(rows.height).alias("cohort_id")
    capability = ("framework", "framework_version", pl.col("code").alias("dimension"))
    return rows.select("offer_id", ids, first, *_OFFER, *capability, "starts_on", "ends_on", "place", "places")
