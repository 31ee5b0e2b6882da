"""Career conversations of a made-up system as they would be after years of use: agreed, waiting, planned, with what was
said, coded and promised. Drawn with a seed of its own, so that the same system gives the same talks.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from json import dumps
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import polars as pl

from service.cli.made_up_words import ACTIONS, ASPIRATIONS, BARRIERS, SUMMARIES, SUPPORT
from service.kit.ids import new_id

Codes = Mapping[str, Sequence[str]]
Row = tuple[Any, ...]

TABLES: Mapping[str, tuple[str, ...]] = {
    "conversations": (
        "person_id", "id", "organisation_id", "facilitator_id", "facilitator_kind", "recorded_by_id", "kind", "mode",
        "scheduled_at", "minutes", "held_on", "next_due_on", "terms_version", "state", "agreed_on", "agreed_wording",
        "version", "recorded_at",
    ),
    "conversation_states": ("person_id", "conversation_id", "number", "state", "at", "by_id", "reason", "wording"),
    "wordings": (
        "person_id", "conversation_id", "number", "written_by_id", "written_at", "summary", "aspirations", "barriers",
        "support", "codes",
    ),
    "conversation_shares": ("person_id", "conversation_id", "audience", "given_at", "revoked_at"),
    "plan_actions": (
        "person_id", "id", "organisation_id", "conversation_id", "facilitator_id", "owner_id", "text", "support",
        "due_on", "opened_on", "state", "closed_on",
    ),
    "plan_action_states": ("person_id", "action_id", "number", "state", "at", "by_id", "reason"),
    "conversation_requests": ("organisation_id", "id", "person_id", "asked_of_id", "kind", "asked_at"),
}  # fmt: skip

# Of a hundred conversations that were held more than three weeks ago, how many the person has agreed by now.
AGREED = 93
WAITING = timedelta(days=21)
# The chance that somebody did what a plan says, and where plans wait.
DONE, DONE_WHERE_IT_WAITS = 0.7, 0.35


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation of the made-up system, with everybody by their identifier."""

    person: UUID
    organisation: UUID
    facilitator: UUID
    kind: str
    on: date
    next_due_on: date | None


class Talks:
    """Collects the rows of every table; `rows` is what to copy in. waiting: employers where most of a plan waits."""

    def __init__(
        self,
        codes: Codes,
        terms_version: int | None,
        today: date,
        seed: int = 20261122,
        waiting: Collection[UUID] = (),
    ) -> None:
        self._codes, self._terms_version, self._today, self._waiting = codes, terms_version, today, waiting
        self._dice = Random(seed)  # noqa: S311  made-up people, not secrets
        self.rows: dict[str, list[Row]] = {table: [] for table in TABLES}

    def held(self, talk: Talk) -> None:
        """A conversation of the past: written down that evening, agreed some days later, mostly with a plan."""
        dice, key = self._dice, new_id()
        wrote = _at(talk.on, 17, dice.randrange(60))
        agreed = wrote + timedelta(days=dice.randint(1, 18), minutes=dice.randrange(600))
        is_agreed = agreed.date() < self._today and (
            dice.randrange(100) < AGREED if talk.on < self._today - WAITING else dice.random() < 0.5
        )
        states = [("held", wrote, talk.facilitator, None)]
        states += [("agreed", agreed, talk.person, 1)] if is_agreed else []
        if is_agreed and agreed.date() < self._today - timedelta(days=200):
            states.append(("closed", agreed + timedelta(days=2), talk.facilitator, None))
        self._add(talk, key, states, wrote, held_on=talk.on, agreed_on=agreed.date() if is_agreed else None)
        self._write(talk, key, wrote)
        if dice.random() < 0.8:
            self._plan(talk, key, agreed if is_agreed else wrote)
        if is_agreed and dice.random() < 0.22:
            audience = dice.choice(["hr_partner", "hr_partner", "new_employer"])
            stopped = agreed + timedelta(days=60) if dice.random() < 0.1 else None
            given = agreed + timedelta(hours=1)
            self.rows["conversation_shares"].append((talk.person, key, audience, given, stopped))

    def planned(self, talk: Talk, days_ahead: int) -> None:
        on = _working(self._today + timedelta(days=days_ahead), back=days_ahead < 0)
        starts = _at(on, self._dice.choice([9, 10, 11, 14, 15]), self._dice.choice([0, 30]))
        arranged = _at(self._today - timedelta(days=self._dice.randint(2, 9)), 10, 15)
        state = ("planned", arranged, talk.facilitator, None)
        self._add(talk, new_id(), [state], min(arranged, starts - timedelta(days=3)), scheduled_at=starts)

    def unheld(self, talk: Talk, state: str, reason: str) -> None:
        """Planned, and then not held: nobody is blamed."""
        arranged = _at(talk.on - timedelta(days=14), 9, 40)
        ended = _at(talk.on, 16, 5)
        who = talk.person if state == "declined" else talk.facilitator
        states = [("planned", arranged, talk.facilitator, None), (state, ended, who, None)]
        self._add(talk, new_id(), states, arranged, reason=reason, scheduled_at=_at(talk.on, 14, 0))

    def asked(self, talk: Talk, days_ago: int, *, of_facilitator: bool) -> None:
        asked_of = talk.facilitator if of_facilitator else None
        at = _at(self._today - timedelta(days=days_ago), 12, 20)
        self.rows["conversation_requests"].append((talk.organisation, new_id(), talk.person, asked_of, "follow_up", at))

    def _add(
        self,
        talk: Talk,
        key: UUID,
        states: Sequence[tuple[str, datetime, UUID, int | None]],
        recorded_at: datetime,
        *,
        reason: str | None = None,
        **when: Any,
    ) -> None:
        last = states[-1][0]
        agreed_on = when.get("agreed_on")
        mode = self._dice.choices(["in_person", "video", "telephone"], [62, 33, 5])[0]
        kind = self._dice.choices(["line_manager", "hr_partner", "coach", "mentor"], [70, 18, 7, 5])[0]
        minutes = 120 if talk.kind == "initial" else 60
        self.rows["conversations"].append(
            (talk.person, key, talk.organisation, talk.facilitator, kind, talk.facilitator, talk.kind, mode,
             when.get("scheduled_at"), minutes, when.get("held_on"), talk.next_due_on if when.get("held_on") else None,
             self._terms_version, last, agreed_on, 1 if agreed_on else None, len(states) + 1, recorded_at)
        )  # fmt: skip
        for number, (state, at, by, wording) in enumerate(states, 1):
            why = reason if state == last else None
            self.rows["conversation_states"].append((talk.person, key, number, state, at, by, why, wording))

    def _write(self, talk: Talk, key: UUID, at: datetime) -> None:
        dice = self._dice
        codes = {
            "impact_now": self._some("impact_now", 1), "impact_wanted": self._some("impact_wanted", 1),
            "growth_now": self._some("growth_now", 1), "growth_wanted": self._some("growth_wanted", 1),
            "horizon": self._some("horizon", 1), "aspiration": self._some("aspiration", dice.randint(1, 2)),
            "barrier": self._some("barrier", dice.randint(0, 2)), "support": self._some("support", dice.randint(1, 2)),
        }  # fmt: skip
        words = [
            dice.choice(SUMMARIES[talk.kind]),
            dice.choice(ASPIRATIONS),
            dice.choice(BARRIERS),
            dice.choice(SUPPORT),
        ]
        given = {topic: chosen for topic, chosen in codes.items() if chosen}
        self.rows["wordings"].append((talk.person, key, 1, talk.facilitator, at, *words, dumps(given)))

    def _plan(self, talk: Talk, key: UUID, opened: datetime) -> None:
        dice, doing = self._dice, DONE_WHERE_IT_WAITS if talk.organisation in self._waiting else DONE
        for text, support, by_facilitator in dice.sample(ACTIONS, dice.randint(1, 3)):
            owner = talk.facilitator if by_facilitator else talk.person
            action, opened_on = new_id(), opened.date()
            due = opened_on + timedelta(days=dice.choice([14, 30, 60, 90, 180]))
            done = opened_on + timedelta(days=int(dice.expovariate(1 / 70)) + 1)
            state = "done" if done < self._today and dice.random() < doing else "open"
            if state == "open" and due < self._today - timedelta(days=150):
                state, done = "dropped", due + timedelta(days=120)
            closed = None if state == "open" else done
            known = support if support in self._codes.get("support", ()) else None
            self.rows["plan_actions"].append(
                (talk.person, action, talk.organisation, key, talk.facilitator, owner, text, known, due, opened_on,
                 state, closed)
            )  # fmt: skip
            history = self.rows["plan_action_states"]
            history.append((talk.person, action, 1, "open", opened, talk.facilitator, None))
            if closed:
                why = dice.choice(["not_wanted_now", "no_time", "not_offered"]) if state == "dropped" else None
                history.append((talk.person, action, 2, state, _at(closed, 16, 30), owner, why))

    def _some(self, topic: str, number: int) -> list[str]:
        known = self._codes.get(topic, ())
        return sorted(self._dice.sample(list(known), min(number, len(known))))


async def copy_talks(connection: asyncpg.Connection, talks: Talks) -> None:
    """Needs an administrator's connection. Histories come with the states they lead to, so the triggers rest."""
    for table, columns in TABLES.items():
        await connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        await connection.copy_records_to_table(table, columns=list(columns), records=talks.rows[table])
        await connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    about = {row[0] for row in talks.rows["conversations"]} | {row[2] for row in talks.rows["conversation_requests"]}
    await connection.execute("SELECT private.refresh_dues($1)", list(about))


async def known_codes(connection: asyncpg.Connection) -> tuple[int | None, Codes]:
    """The newest edition of the terms: its number, and topic -> codes."""
    version = await connection.fetchval("SELECT max(version) FROM terms_versions")
    rows = await connection.fetch(
        "SELECT topic, code FROM conversation_terms WHERE version = $1 ORDER BY place", version
    )
    codes: dict[str, list[str]] = {}
    for row in rows:
        codes.setdefault(row["topic"], []).append(row["code"])
    return version, codes


def make_talks(frame: pl.DataFrame, people: Sequence[UUID], organisations: Mapping[str, UUID], talks: Talks) -> Talks:
    """`frame`: the made-up system's conversations (person, organisation, facilitator, kind, held_on, next_due_on)."""
    dice = Random(7)  # noqa: S311
    columns = ("person", "organisation", "facilitator", "kind", "held_on", "next_due_on")
    last: dict[UUID, Talk] = {}
    for person, place, facilitator, kind, held_on, next_due_on in frame.select(columns).iter_rows():
        talk = Talk(people[person - 1], organisations[place], people[facilitator - 1], kind, held_on, next_due_on)
        talks.held(talk)
        last[talk.person] = talk
    for talk in last.values():
        _what_follows(talk, talks, dice)
    return talks


def _what_follows(talk: Talk, talks: Talks, dice: Random) -> None:
    chance = dice.random()
    if chance < 0.05:
        talks.planned(talk, dice.randint(1, 28))
    elif chance < 0.06:
        talks.planned(talk, -dice.randint(1, 5))
    elif chance < 0.064:
        talks.asked(talk, dice.randint(1, 20), of_facilitator=dice.random() < 0.5)
    elif chance < 0.10:
        state, reason = dice.choice(REASONS)
        talks.unheld(talk, state, reason)


REASONS = (("missed", "unwell"), ("missed", "service_pressure"), ("declined", "not_now"), ("lapsed", "moved_on"))


def _at(day: date, hour: int, minute: int) -> datetime:
    return datetime.combine(day, time(hour, minute), UTC)


def _working(day: date, *, back: bool) -> date:
    """The day itself, or the working day after a weekend (before it, for what is past)."""
    shift = (0, 0, 0, 0, 0, -1, -2) if back else (0, 0, 0, 0, 0, 2, 1)
    return day + timedelta(days=shift[day.weekday()])
