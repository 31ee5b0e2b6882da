"""Two years of development offers of a made-up system: who applied, for what, and what became of it.

Who applies, who is shortlisted and who completes is the made-up system's own (`analytics.synthetic`): the same for
everyone but where it plants a truth. Offers, dates, words and places are laid around it here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

import asyncpg

from analytics.synthetic import System
from service.cli.made_up import Loaded
from service.cli.made_up_offer_cases import cases
from service.cli.made_up_offer_words import FEEDBACK, NOMINATORS, NOTES, OFFERS, SEASONS, STATEMENTS, Words
from service.kit.ids import new_id

Row = tuple[Any, ...]
TABLES: Mapping[str, tuple[str, ...]] = {
    "offers": (
        "organisation_id", "id", "title", "kind", "provider", "provider_kind", "summary", "what_you_will_do", "verbs",
        "framework_code", "framework_version", "dimension_code", "priority", "level_from", "level_to", "cost",
        "paid_by", "place_rule", "state", "opens_on", "closes_on", "made_at",
        "published_at", "is_for_some",
    ),
    "offer_partners": ("organisation_id", "offer_id", "partner_organisation_id", "is_published"),
    "offer_cohorts": (
        "organisation_id", "offer_id", "id", "starts_on", "ends_on", "is_online", "place", "places", "taken",
        "reserved", "reserved_taken", "is_published",
    ),
    "offer_seats": (
        "organisation_id", "offer_id", "cohort_id", "partner_organisation_id", "reserved", "taken", "is_published",
    ),
    "offer_applications": (
        "person_id", "id", "offer_organisation_id", "offer_id", "cohort_id", "organisation_id", "route", "nominated_by",
        "state", "version", "submitted_at", "has_place",
    ),
    "offer_statements": ("person_id", "application_id", "words", "written_at"),
    "offer_application_states": (
        "person_id", "application_id", "number", "state", "at", "by_id", "reason", "note",
    ),
    "offer_feedback": ("person_id", "application_id", "useful", "words", "given_at"),
}  # fmt: skip
WINDOW, WINDOWS = 122, 6  # days for which an offer is open, and how many of them make the two years
A_WINDOW, OPEN_NOW = 9, 18  # offers that open together, and those that are open today
# Kept by triggers while people use the service; here they are laid out as they would have been.
TRIGGERED = ("offer_application_states", "offer_seats", "offer_cohorts", "offers")
_THEN = """
    UPDATE offer_applications a SET level = s.level, staff_group = s.staff_group, job_title = s.job_title
      FROM (SELECT DISTINCT ON (b.id) b.id, c.level, j.staff_group, j.job_title
              FROM offer_applications b
              JOIN assignments j ON j.organisation_id = b.organisation_id AND j.person_id = b.person_id
               AND j.started <= b.submitted_at::date AND (j.ended IS NULL OR j.ended >= b.submitted_at::date)
              LEFT JOIN crosswalk_entries c ON c.scheme = j.grade_scheme AND c.grade = j.grade
               AND c.version = (SELECT max(v.version) FROM crosswalk_versions v)
             ORDER BY b.id, j.kind = 'substantive' DESC, j.started) s
     WHERE a.id = s.id
"""
# Those who sign in to the demo: the employer whose partner decides comes first, and a member of staff has a story.
_HOME = "SELECT organisation_id FROM grants WHERE role = 'hr_partner' LIMIT 1"
_MEMBER = """
    SELECT a.person_id, e.organisation_id FROM accounts a
      JOIN employments e ON e.person_id = a.person_id AND e.ended IS NULL
     WHERE a.person_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM grants g WHERE g.account_id = a.id)
     ORDER BY a.name LIMIT 1
"""


@dataclass
class Laid:
    """One offer with its one date, and how many have a place."""

    organisation: UUID
    words: Words
    opens_on: date
    closes_on: date
    starts_on: date
    ends_on: date
    id: UUID = field(default_factory=new_id)
    cohort: UUID = field(default_factory=new_id)
    places: int = 1
    taken: int = 0

    def is_in_order(self, today: date) -> bool:
        """What is past was decided; what is open today may give its places as people come."""
        return self.words.in_order and self.closes_on >= today

    @property
    def fits(self) -> range:
        low, high = self.words.levels
        return range(low or 1, (high or 9) + 1)


class Offers:
    """Collects the rows of every table; `rows` is what to copy in."""

    def __init__(self, organisations: Sequence[UUID], today: date) -> None:
        self._organisations, self._today = organisations, today
        self._dice = Random(20261124)  # noqa: S311  made-up people, not secrets
        self._decider = new_id()
        self.laid: list[Laid] = []
        self.rows: dict[str, list[Row]] = {table: [] for table in TABLES}
        for window in range(WINDOWS):
            for turn in range(OPEN_NOW if window == WINDOWS - 1 else A_WINDOW):
                self._lay(window, turn)

    def applies(self, case: Mapping[str, Any]) -> None:
        """One application of the made-up system, for an offer that was open then to somebody of this level."""
        on, level = case["applied_on"], case["level"] or 5
        open_then = [one for one in self.laid if one.opens_on <= on <= one.closes_on]
        fitting = [one for one in open_then if level in one.fits] or open_then
        if fitting:
            self._application(case, self._dice.choice(fitting))

    def tell_story(self, person: UUID, employer: UUID) -> None:
        """Somebody who was not chosen last year, completed something since, and finds a nomination waiting."""
        case = {"person_id": person, "organisation_id": employer, "level": 7, "appointment": None, "completion": None}
        for ago, outcome, then in ((500, "rejected", None), (360, "shortlisted", "appointed")):
            applied = self._today - timedelta(days=ago)
            days = {"applied_on": applied, "decided_on": applied, "chosen_on": applied}
            self.applies(case | days | {"application": outcome, "shortlist": then})
        self._nominate(person)

    def _nominate(self, person: UUID) -> None:
        offer = next(one for one in self.laid if one.is_in_order(self._today))
        key, at = new_id(), self._at(self._today - timedelta(days=2))
        about = (offer.organisation, offer.id, None, None, "manager", NOMINATORS[0])
        self.rows["offer_applications"].append((person, key, *about, "draft", 1, None, False))
        self.rows["offer_application_states"].append((person, key, 1, "draft", at, self._decider, None, ""))

    def finish(self) -> None:
        """The offers themselves: how many places there are follows from how many were given."""
        for number, one in enumerate(self.laid):
            self._offer(one, number)

    def _lay(self, window: int, turn: int) -> None:
        first = self._today - timedelta(days=WINDOW * (WINDOWS - window) - WINDOW // 2)
        is_last = window == WINDOWS - 1
        words = OFFERS[(turn + (0 if is_last else window * 5)) % len(OFFERS)]
        organisation = self._organisations[(turn * 7 + (turn // 12 if is_last else window)) % len(self._organisations)]
        opens = first + timedelta(days=self._dice.randint(0, 20))
        closes = first + timedelta(days=WINDOW)
        starts = closes + timedelta(days=self._dice.randint(35, 70))
        ends = starts + timedelta(days=max(0, words.weeks * 7 - 1))
        # One of those that are open now is small: its waiting list can be joined.
        places = 1 if turn == OPEN_NOW - 1 else words.places
        self.laid.append(Laid(organisation, words, opens, closes, starts, ends, places=places))

    def _application(self, case: Mapping[str, Any], offer: Laid) -> None:
        steps = [one for one in self._steps(case, offer) if one[1] <= self._today]
        key, person, first = new_id(), case["person_id"], self._at(case["applied_on"])
        state = steps[-1][0]
        route = self._dice.choices(["self", "manager", "peer"], [85, 10, 5])[0]
        maker = None if route == "self" else self._dice.choice(NOMINATORS)
        has_place = state in {"placed", "attended", "completed", "not_completed"}
        offer.taken += has_place
        about = (offer.organisation, offer.id, offer.cohort, case["organisation_id"], route, maker)
        number = len(steps) + 1
        self.rows["offer_applications"].append((person, key, *about, state, number, first, has_place))
        history = [("draft", first - timedelta(hours=2), None, "")]
        history += [(to, first if on == case["applied_on"] else self._at(on), why, note) for to, on, why, note in steps]
        for place, (to, at, why, note) in enumerate(history, 1):
            by = self._decider if why or to in {"draft", "submitted", "withdrawn"} else None
            self.rows["offer_application_states"].append((person, key, place, to, at, by, why, note))
        if self._dice.random() < 0.6:
            words = self._dice.choice(STATEMENTS)
            self.rows["offer_statements"].append((person, key, words, first - timedelta(hours=1)))
        if state == "completed" and self._dice.random() < 0.6:
            said = self._dice.choice(FEEDBACK) if self._dice.random() < 0.5 else ""
            useful, at = self._dice.choices([2, 3, 4, 5], [5, 15, 45, 35])[0], self._at(steps[-1][1])
            self.rows["offer_feedback"].append((person, key, useful, said, at + timedelta(days=3)))

    def _steps(self, case: Mapping[str, Any], offer: Laid) -> list[tuple[str, date, str | None, str]]:
        """(state, day, reason, note), the first at the top; what lies ahead is among them."""
        found: list[tuple[str, date, str | None, str]] = [("submitted", case["applied_on"], None, "")]
        if offer.is_in_order(self._today):
            state = "placed" if offer.taken < offer.places else "waiting"
            return [*found, (state, case["applied_on"], None, "")]
        listed = max(case["decided_on"] or date.max, offer.closes_on + timedelta(days=5))
        chosen = max(case["chosen_on"] or date.max, offer.closes_on + timedelta(days=16))
        note = self._dice.choice(NOTES) if self._dice.random() < 0.4 else ""
        if case["application"] != "shortlisted":
            return found + _ended(case["application"], listed, note)
        found.append(("shortlisted", min(listed, chosen), "meets_what_was_asked", ""))
        if case["shortlist"] != "appointed":
            return found + _ended(case["shortlist"], chosen, note)
        found.append(("placed", chosen, "meets_what_was_asked", ""))
        if case["appointment"] == "declined":
            return [*found, ("withdrawn", chosen + timedelta(days=4), None, "")]
        found.append(("attended", max(offer.starts_on, chosen), "took_part", ""))
        ends = max(offer.ends_on, chosen) + timedelta(days=2)
        if case["completion"] == "did_not_complete":
            return [*found, ("not_completed", ends, "stopped_early", "")]
        return [*found, ("completed", ends, "took_part", "")]

    def _offer(self, one: Laid, number: int) -> None:
        words = one.words
        state = "published" if one.closes_on >= self._today else "closed"
        rule = "in_order" if one.is_in_order(self._today) else "by_decision"
        opened = self._at(one.opens_on - timedelta(days=10))
        title = f"{words.title}, {SEASONS[one.starts_on.month % 12 // 3]} {one.starts_on.year}"
        provider = "Northgate Leadership Partners" if words.is_external else ""
        terms = (words.priority, *words.levels, words.cost, "employer" if words.cost else "nobody")
        self.rows["offers"].append(
            (one.organisation, one.id, title, words.kind, provider, "external" if words.is_external else "in_system",
             words.summary, words.doing, list(words.verbs), "ways", 1, words.dimension, *terms,
             rule, state, one.opens_on, one.closes_on, opened, opened,
             number % 6 == 0)
        )  # fmt: skip
        places = one.places if rule == "in_order" else max(one.taken + 2, one.places)
        kept = self._kept(one, number, places)
        where = (
            one.starts_on,
            one.ends_on,
            not words.place,
            words.place,
            places,
            one.taken,
            sum(kept.values()),
            0,
            True,
        )
        self.rows["offer_cohorts"].append((one.organisation, one.id, one.cohort, *where))
        for partner, reserved in kept.items():
            self.rows["offer_seats"].append((one.organisation, one.id, one.cohort, partner, reserved, 0, True))
        if number % 6 == 0:
            for partner in {one.organisation, *self._organisations[::2]}:
                self.rows["offer_partners"].append((one.organisation, one.id, partner, True))

    def _kept(self, one: Laid, number: int, places: int) -> dict[UUID, int]:
        """Places that nobody has taken yet, kept for two partners."""
        if number % 4 or places - one.taken < 4:
            return {}
        others = [place for place in self._organisations if place != one.organisation]
        return dict.fromkeys(others[:2], 1)

    def _at(self, on: date) -> datetime:
        return datetime.combine(on, time(9, self._dice.randint(0, 59), self._dice.randint(0, 59)), UTC)


async def load_offers(connection: asyncpg.Connection, system: System, loaded: Loaded, today: date) -> int:
    """Needs an administrator's connection, and posts in the database. How many applications there are afterwards."""
    home: UUID | None = await connection.fetchval(_HOME)
    others = [place for place in loaded.organisations.values() if place != home]
    offers = Offers([home, *others] if home else others, today)
    for case in cases(system, today - timedelta(days=WINDOW * WINDOWS)).iter_rows(named=True):
        known = {"person_id": loaded.people[case["person"] - 1]}
        offers.applies(case | known | {"organisation_id": loaded.organisations[case["organisation"]]})
    for row in await connection.fetch(_MEMBER):
        offers.tell_story(row["person_id"], row["organisation_id"])
    offers.finish()
    for table in TRIGGERED:
        await connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for table, columns in TABLES.items():
        await connection.copy_records_to_table(table, columns=list(columns), records=offers.rows[table])
    for table in TRIGGERED:
        await connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    await connection.execute("ANALYZE offers, offer_cohorts, offer_applications, offer_application_states")
    await connection.execute(_THEN)
    return len(offers.rows["offer_applications"])


def _ended(outcome: str | None, on: date, note: str) -> list[tuple[str, date, str | None, str]]:
    if outcome in {"withdrawn", "left"}:
        return [("withdrawn", on, None, "")]
    return [("unsuccessful", on, "more_applicants_than_places", note)]
