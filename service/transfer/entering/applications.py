"""Past applications of an employer's people for its own offers, from a file: who applied, and what came of it."""

import asyncio
from collections.abc import Mapping as Map
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

import polars as pl
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.clock import today
from service.notices.actions import tell as tell_people
from service.offers.rules.applications import LIVE, REASON_NAMES, REASONS, Decision
from service.transfer.columns import APPLICATIONS
from service.transfer.copying import copied
from service.transfer.entering.people import with_person
from service.transfer.entering.reading import Codes, check, good_rows
from service.transfer.entering.writing import TRAIL, new_ids, plan_of, write
from service.transfer.faults import fault
from service.transfer.history.holding import Employed, employed
from service.transfer.plans import NEW, PROBLEM, UNCHANGED, Place, Plan, Tell
from service.transfer.rules import APPLICATIONS_BROUGHT_IN
from service.transfer.schemas import Applied, Mapping
from service.transfer.sheets import ROW, Sheet

WRITES = ("applications",)
_HOLDS = ("placed", "attended", "completed", "not_completed")
_OUTCOMES = {
    "placed": "Placed",
    "attended": "Attended",
    "completed": "Completed",
    "not_completed": "Not completed",
    "unsuccessful": "Unsuccessful",
    "withdrawn": "Withdrawn",
}
WORDS: dict[str, Codes] = {
    "outcome": _OUTCOMES,
    "decision_reason": {
        reason.value: REASON_NAMES[reason]
        for decision in (Decision.UNSUCCESSFUL, Decision.NOT_COMPLETED)
        for reason in REASONS[decision]
    },
}
_ALSO = {
    "not this time": "unsuccessful",
    "rejected": "unsuccessful",
    "declined": "unsuccessful",
    "taking part": "attended",
}
_FITS = {
    "unsuccessful": [reason.value for reason in REASONS[Decision.UNSUCCESSFUL]],
    "not_completed": [reason.value for reason in REASONS[Decision.NOT_COMPLETED]],
}
_DATES = pl.Schema(
    {"offer_id": pl.String, "key": pl.String, "cohort_id": pl.String, "starts_on": pl.Date, "ends_on": pl.Date}
    | {"free": pl.Int64}
)
_DATES_HELD = """
    SELECT o.id, lower(o.title), c.id, c.starts_on, c.ends_on, c.places - c.reserved - (c.taken - c.reserved_taken)
      FROM offers o JOIN offer_cohorts c ON c.organisation_id = o.organisation_id AND c.offer_id = o.id
     WHERE o.organisation_id = $1 AND o.published_at IS NOT NULL AND o.state <> 'withdrawn'"""
_APPLIED = pl.Schema(dict.fromkeys(("person_id", "cohort_id", "offer_id", "state"), pl.String))
_APPLIED_HELD = """
    SELECT person_id, cohort_id, offer_id, state
      FROM offer_applications WHERE offer_organisation_id = $1 AND submitted_at IS NOT NULL"""
_DDL = (
    "person_id uuid, id uuid PRIMARY KEY, offer_id uuid, cohort_id uuid, outcome text, reason text, applied_on date,"
    " decided_on date, ended_on date"
)
_LISTS = ("person_id", "id", "offer_id", "cohort_id", "outcome", "reason", "applied_on", "decided_on", "ended_on")
_BRING_IN = (
    "SELECT private.bring_in_applications(CAST(:organisation AS uuid), "  # noqa: S608 - our own names of columns
    + ", ".join(f"array_agg({column} ORDER BY applied_on, id)" for column in _LISTS)
    + ") FROM incoming"
)
_STATEMENTS = (
    _BRING_IN,
    """
    INSERT INTO import_changes (organisation_id, import_id, what, record_id, after)
    SELECT :organisation, :import, 'applications', a.id, a.version
      FROM incoming i JOIN offer_applications a ON a.person_id = i.person_id AND a.id = i.id""",
    TRAIL.format(action="transfer.applications_brought_in"),
)
_UNKNOWN_OFFER = "Your organisation has published no offer of this title. Import or publish it first."
_UNKNOWN_DATE = "This offer has no date that begins on this day. Correct the day, or add the date to the offer."
_FULL = "More people have a place on this date than there are places. Give the date more places first."
_ONE = "This person has an application for this offer under way on another date. Only one can be: correct the outcome."
_WHY = "Say why: they will see it."
_NO_FIT = "This reason does not explain this outcome. Choose another."
_FUTURE = "The day must be today or in the past."
_ORDER = "These days are out of order: applied, then decided, then ended."
_REPEATS = "This row repeats row {}: the same person and date. Take one of them out."


@dataclass(frozen=True, slots=True)
class Held:
    """`dates`: of the organisation's published offers, with the places that are free. `applied`: who applied, for
    which, and how that stands."""

    employed: Employed
    dates: pl.DataFrame
    applied: pl.DataFrame
    mark: str = ""


async def held(session: AsyncSession, organisation_id: UUID) -> Held:
    dates = await copied(session, _DATES_HELD, organisation_id, _DATES, sha256())
    applied = await copied(session, _APPLIED_HELD, organisation_id, _APPLIED, sha256())
    return Held(await employed(session, organisation_id), dates, applied)


async def words(_: AsyncSession) -> dict[str, Codes]:
    return WORDS


async def plan(_: AsyncSession, __: UUID, holds: Held, sheet: Sheet, mapping: Mapping | None, tell: Tell) -> Plan:
    return await asyncio.to_thread(_plan, holds, sheet, mapping, tell)


async def bring_in(session: AsyncSession, actor: Actor, place: Place, plan: Plan, tell: Tell) -> Applied:
    """Everybody whose application it is, is told."""
    rows = plan.writes["applications"]
    await write(session, actor, place, rows, _DDL, _STATEMENTS, tell)
    people = [UUID(person) for person in rows["person_id"].unique()]
    await tell_people(session, actor, people, APPLICATIONS_BROUGHT_IN, about="", link="/me/offers")
    return Applied(conversations_added=0, applications_added=rows.height, rows_left_out=plan.count(PROBLEM))


def _plan(holds: Held, sheet: Sheet, mapping: Mapping | None, tell: Tell) -> Plan:
    checked, faults = with_person(check(sheet, mapping, APPLICATIONS, WORDS, tell, _ALSO), holds.employed)
    rows, problems = good_rows(checked, *faults)
    rows = rows.with_columns(key=pl.col("title").str.to_lowercase())
    rows = rows.join(holds.dates, on=["key", "starts_on"], how="left", maintain_order="left")
    rows = rows.with_columns(
        pl.col("decided_on").fill_null(pl.col("applied_on")),
        is_over=pl.col("outcome").is_in(["completed", "not_completed"]),
    )
    rows = rows.with_columns(ended_on=pl.when("is_over").then(pl.coalesce("ended_on", "ends_on")))
    found = pl.concat(_faults(rows, holds, checked.headers)).unique([ROW], keep="first", maintain_order=True)
    rows = rows.join(found, on=ROW, how="anti", maintain_order="left")
    problems = pl.concat([problems, found]).sort(ROW)
    applied = holds.applied.select("person_id", "cohort_id").unique().with_columns(is_held=pl.lit(True))
    rows = rows.join(applied, on=["person_id", "cohort_id"], how="left", maintain_order="left")
    rows = rows.with_columns(status=pl.when("is_held").then(pl.lit(UNCHANGED)).otherwise(pl.lit(NEW)))
    for find in (_two_under_way, _too_many):
        found = find(rows, holds, checked.headers["outcome"])
        rows = rows.join(found, on=ROW, how="anti", maintain_order="left")
        problems = pl.concat([problems, found]).sort(ROW)
    new = rows.filter(pl.col("status") == NEW)
    chosen = (
        "person_id",
        new_ids(new.height),
        "offer_id",
        "cohort_id",
        "outcome",
        pl.col("decision_reason").alias("reason"),
    )
    return plan_of(
        checked.rows, rows, problems, {"applications": new.select(*chosen, "applied_on", "decided_on", "ended_on")}
    )


def _faults(rows: pl.DataFrame, holds: Held, header: Map[str, str]) -> list[pl.DataFrame]:
    known, reason, outcome = (
        pl.col("key").is_in(holds.dates["key"].to_list()),
        pl.col("decision_reason"),
        pl.col("outcome"),
    )
    fits = pl.lit(False)
    for code, reasons in _FITS.items():
        fits = fits | ((outcome == code) & reason.is_in(reasons))
    last = pl.max_horizontal("applied_on", "decided_on", pl.col("ended_on").fill_null(pl.col("decided_on")))
    order = (pl.col("decided_on") < pl.col("applied_on")) | (pl.col("ended_on") < pl.col("decided_on"))
    first = pl.col(ROW).first().over("person_id", "cohort_id")
    return [
        fault(rows, ~known, header["title"], "title", "unknown_offer", _UNKNOWN_OFFER),
        fault(
            rows, known & pl.col("cohort_id").is_null(), header["starts_on"], "starts_on", "unknown_date", _UNKNOWN_DATE
        ),
        fault(
            rows, (outcome == "unsuccessful") & reason.is_null(), header["decision_reason"], pl.lit(""), "reason", _WHY
        ),
        fault(rows, reason.is_not_null() & ~fits, header["decision_reason"], "decision_reason", "reason", _NO_FIT),
        fault(rows, last > today(), header["applied_on"], "applied_on", "future", _FUTURE),
        fault(rows, order, header["decided_on"], "decided_on", "order", _ORDER),
        fault(
            rows.with_columns(first=first),
            pl.col("first") < pl.col(ROW),
            header["employee_number"],
            "employee_number",
            "repeated",
            pl.format(_REPEATS, "first"),
        ),
    ]


def _two_under_way(rows: pl.DataFrame, holds: Held, header: str) -> pl.DataFrame:
    """Of one person and offer, after the first in the file or beside one that is recorded."""
    recorded = holds.applied.filter(pl.col("state").is_in(LIVE)).select("person_id", "offer_id").unique()
    known = rows.join(recorded.with_columns(has_one=pl.lit(True)), on=["person_id", "offer_id"], how="left")
    is_new = (pl.col("status") == NEW) & pl.col("outcome").is_in(LIVE)
    number = is_new.cast(pl.Int64).cum_sum().over("person_id", "offer_id")
    known = known.sort(ROW).with_columns(number=number)
    return fault(known, is_new & (pl.col("has_one") | (pl.col("number") > 1)), header, "outcome", "two", _ONE)


def _too_many(rows: pl.DataFrame, _: Held, header: str) -> pl.DataFrame:
    holds = (pl.col("status") == NEW) & pl.col("outcome").is_in(_HOLDS)
    counted = rows.with_columns(number=holds.cast(pl.Int64).cum_sum().over("cohort_id"))
    return fault(counted, holds & (pl.col("number") > pl.col("free")), header, "outcome", "full", _FULL)
