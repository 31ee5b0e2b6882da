"""Opportunities of a made-up system over two years, with who was interested, what was decided, and aftercare. Who is
chosen is drawn the same way for everybody: nothing that somebody answered for monitoring is read here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from random import Random
from typing import Any
from uuid import UUID

import asyncpg

from service.cli.made_up_openings import OPENINGS, STATEMENTS
from service.kit.ids import new_id
from service.opportunities.rules.aftercare import due_on
from service.opportunities.rules.opportunities import internal_window

NUMBER, DRAFTS, DAYS = 80, 4, 730
SAID_NO = "Acting up: matron for community wards"
# Those who sign in to the demo decide and do not stand beside the others.
CAST = frozenset({"Bronwen Parry", "Meera Pritchard", "Amara Okafor", "Daniel Whitlock"})
KINDS = (
    "vacancy",
    "secondment",
    "gig",
    "vacancy",
    "acting_up",
    "vacancy",
    "shadowing",
    "secondment",
    "vacancy",
    "board_observer",
)
NAMED = {
    "secondment": "Secondment: ",
    "gig": "Project: ",
    "shadowing": "Shadowing: ",
    "board_observer": "Board observer: ",
}
REASONS = ("others_showed_more", "experience_at_level", "essential_not_shown", "dates_do_not_fit")
PLACES = ("", "Main site", "Community hub", "Riverside house")
PAID_AS_NOW = {"shadowing", "gig", "board_observer"}
NEXT_STEPS = ("development_offer", "mentor", "shadowing", "evidence", "another_opportunity", "apply_again", "follow_up")
NOTES = ("Thank you for what you told us. Bring the same story with more about what changed for patients.",
         "You were close. Lead something across two teams, then come back to us.", "")  # fmt: skip

_POSTS = """
    SELECT a.person_id, a.organisation_id, c.level, a.staff_group, p.given_name || ' ' || p.family_name AS name
      FROM assignments a
      JOIN people p ON p.id = a.person_id
      JOIN employments e ON e.organisation_id = a.organisation_id AND e.person_id = a.person_id
      JOIN crosswalk_entries c ON c.scheme = a.grade_scheme AND c.grade = a.grade
       AND c.version = (SELECT max(version) FROM crosswalk_versions)
     WHERE a.ended IS NULL AND a.kind = 'substantive' AND e.ended IS NULL
       AND (a.started < $1 OR (p.given_name, p.family_name) = ('Amara', 'Okafor'))
     ORDER BY (p.given_name, p.family_name) = ('Amara', 'Okafor') DESC, md5(e.employee_number), a.person_id LIMIT 6000
"""
_ROLES = """
    SELECT r.id, r.title, r.level, coalesce(f.staff_group, 'administrative_clerical') AS staff_group
      FROM role_profiles r JOIN job_families f ON f.code = r.family_code
     WHERE r.state = 'published' AND r.level BETWEEN 4 AND 8 AND f.staff_group IS NOT NULL ORDER BY r.code
"""


@dataclass
class Made:
    """The rows of each table, in the order of its columns."""

    opportunities: list[dict[str, Any]] = field(default_factory=list)
    interests: list[dict[str, Any]] = field(default_factory=list)
    history: dict[UUID, list[dict[str, Any]]] = field(default_factory=dict)
    statements: list[dict[str, Any]] = field(default_factory=list)
    aftercare: list[dict[str, Any]] = field(default_factory=list)
    checks: list[dict[str, Any]] = field(default_factory=list)


async def load_opportunities(connection: asyncpg.Connection, today: date) -> int:
    """Needs an administrator's connection, and posts in the database. How many people were interested, over all."""
    posts = await connection.fetch(_POSTS, today - timedelta(days=DAYS))
    roles = await connection.fetch(_ROLES)
    if not posts or not roles:
        return 0
    dice, made = Random(20261122), Made()  # noqa: S311 - made-up people, the same each time
    for turn in range(NUMBER):
        _one(made, dice, turn, (posts, roles), today)
    _said_no(made, dice, (posts, roles), today)
    for table, rows in (
        ("opportunities", made.opportunities),
        ("interests", made.interests),
        ("interest_states", [step for steps in made.history.values() for step in steps]),
        ("interest_statements", made.statements),
        ("aftercare", made.aftercare),
        ("inclusion_checks", made.checks),
    ):
        columns = list(rows[0])
        records = [tuple(row[name] for name in columns) for row in rows]
        await connection.copy_records_to_table(table, columns=columns, records=records)
    await connection.execute("ANALYZE opportunities, interests, interest_states, aftercare")
    return len(made.interests)


def _one(made: Made, dice: Random, turn: int, known: tuple[Sequence[Any], Sequence[Any]], today: date) -> None:
    posts, roles = known
    role, kind = dice.choice(_near(posts[0], roles) if turn % 4 == 3 else roles), KINDS[turn % len(KINDS)]
    # Closer together towards today, and the last ones are still to come.
    ago = DAYS * (1 - turn / (NUMBER - DRAFTS)) ** 2 if turn < NUMBER - DRAFTS else -7
    opens = today - timedelta(days=round(ago))
    closes = opens + timedelta(days=dice.randint(18, 32))
    # A larger employer has more of them.
    place = (posts[0] if turn % 3 == 0 else dice.choice(posts))["organisation_id"]
    held = _opening(dice, kind, role, place, (opens, closes), today)
    made.opportunities.append(held)
    if held["state"] == "draft":
        return
    _check(made, held, "publish", opens)
    near = [one for one in posts if role["level"] - 2 <= one["level"] <= role["level"]]
    fits = [one for one in near if one["staff_group"] == role["staff_group"]] or near
    people = {one["person_id"]: one for one in dice.sample(fits, min(len(fits), dice.randint(2, 9)))}
    if turn % 2 and posts[0] in fits:
        people[posts[0]["person_id"]] = posts[0]  # somebody whom the demo lets you be
    decided = [_interest(made, dice, held, one, today) for one in people.values() if _may(one, held)]
    if held["state"] != "published":
        _decide(made, dice, held, decided, today)


def _said_no(made: Made, dice: Random, known: tuple[Sequence[Any], Sequence[Any]], today: date) -> None:
    """Where the demo's partners work, somebody was chosen and declined: two of the shortlist could be chosen now."""
    posts, roles = known
    closes, place = today - timedelta(days=30), posts[0]["organisation_id"]
    role = next((one for one in roles if one["level"] == 7), roles[0])
    held = _opening(dice, "acting_up", role, place, (closes - timedelta(days=28), closes), today)
    held |= {"title": SAID_NO, "external_link": None}
    near = [one for one in posts[1:] if one["organisation_id"] == place and abs(one["level"] - role["level"]) < 3]
    asked = (_interest(made, dice, held, one, today) for one in near if one["name"] not in CAST)
    people = list(islice((one for one in asked if _state_of(made, one) == "submitted"), 3))
    made.opportunities.append(held)
    for stage, days in (("publish", -28), ("shortlist_closed", 8), ("decisions_made", 24)):
        _check(made, held, stage, closes + timedelta(days=days))
    for number, one in enumerate(people):
        _step(made, one, "shortlisted", held["shortlisted_at"])
        _step(
            made,
            one,
            "not_selected" if number else "selected",
            held["decided_at"],
            dice,
            is_on=not number,
            reason="merit",
        )
        if number:
            _care(made, dice, one, held, today - timedelta(days=1), today)
        else:
            _step(made, one, "declined", _at(closes, 27))


def _near(post: Any, roles: Sequence[Any]) -> Sequence[Any]:
    """The roles that somebody in this post could ask for."""
    near = [
        one for one in roles if one["staff_group"] == post["staff_group"] and 0 <= one["level"] - post["level"] <= 1
    ]
    return near or roles


def _may(post: Any, held: dict[str, Any]) -> bool:
    return held["is_open_to_system"] or post["organisation_id"] == held["organisation_id"]


def _opening(dice: Random, kind: str, role: Any, place: UUID, days: tuple[date, date], today: date) -> dict[str, Any]:
    opens, closes = days
    state = _state_on(opens, closes, today)
    is_for_a_time = kind not in {"vacancy", "board_observer"}
    starts = closes + timedelta(days=dice.randint(45, 80))
    ends = starts + timedelta(days=dice.choice((90, 180, 270, 365)))
    lends = kind in {"secondment", "gig"}
    shared = lends and dice.random() < 0.7
    is_out = state in {"decided", "shortlisting"} and dice.random() < 0.3
    return {
        "organisation_id": place, "id": new_id(), "kind": kind, "title": NAMED.get(kind, "") + role["title"],
        "profile_id": role["id"],
        "level": role["level"], "staff_group": role["staff_group"], "place": dice.choice(PLACES),
        "working_pattern": dice.choice(("no_preference", "full_time", "part_time", "flexible")),
        "weekly_hours": dice.choice((None, 37, 30, 22)) if kind != "board_observer" else None,
        "pay": "Paid as now" if kind in PAID_AS_NOW else f"As graded at level {role['level']}",
        "summary": dice.choice(OPENINGS[kind]).format(role=role["title"].lower()),
        "starts_on": starts if is_for_a_time else None, "ends_on": ends if is_for_a_time else None,
        "opens_on": None if state == "draft" else opens, "closes_on": closes,
        "internal_until": None if state == "draft" else internal_window(opens, 10),
        "external_link": "https://jobs.example.org/search" if is_out and kind == "vacancy" else None,
        "is_open_to_system": dice.random() < 0.85,
        "risk_share": ("shared" if shared else "nil") if lends else None,
        "risk_exposure": "The ward is short of one person if it ends early." if shared else "",
        "home_pays": dice.choice((0, 25, 50)) if shared else None,
        "risk_exit": "Either employer can end it with four weeks' notice." if shared else "",
        "state": state, "version": {"draft": 1, "published": 2, "shortlisting": 3}.get(state, 4),
        "shortlisted_at": _at(closes, 8) if state in {"shortlisting", "decided"} else None,
        "decided_at": _at(closes, 24) if state == "decided" else None,
    }  # fmt: skip


def _state_on(opens: date, closes: date, today: date) -> str:
    if opens > today:
        return "draft"
    if closes < today - timedelta(days=28):
        return "decided"
    return "shortlisting" if closes < today - timedelta(days=14) else "published"


def _interest(made: Made, dice: Random, held: dict[str, Any], post: Any, today: date) -> dict[str, Any]:
    sent = held["opens_on"] + timedelta(days=dice.randint(1, max((held["closes_on"] - held["opens_on"]).days - 1, 1)))
    sent = min(sent, today)
    row = {
        "person_id": post["person_id"], "id": new_id(), "organisation_id": held["organisation_id"],
        "opportunity_id": held["id"],
        "employer_id": post["organisation_id"], "level": post["level"],
        "staff_group": post["staff_group"], "route": "referral" if dice.random() < 0.15 else "self",
        "employer_may_help": post["organisation_id"] != held["organisation_id"] and dice.random() < 0.5,
        "created_at": _at(sent, 0),
    }  # fmt: skip
    made.interests.append(row)
    key = {"person_id": row["person_id"], "interest_id": row["id"]}
    made.statements.append({**key, "statement": dice.choice(STATEMENTS)})
    _step(made, row, "draft", _at(sent, 0))
    _step(made, row, "submitted", _at(sent, 0) + timedelta(minutes=dice.randint(5, 90)))
    if dice.random() < 0.06:
        _step(made, row, "withdrawn", _at(sent, 1))
    return row


def _decide(made: Made, dice: Random, held: dict[str, Any], people: Sequence[dict[str, Any]], today: date) -> None:
    """Half are shortlisted and one of those is chosen, whoever they are."""
    _check(made, held, "shortlist_closed", held["closes_on"] + timedelta(days=8))
    waiting = [one for one in people if _state_of(made, one) == "submitted"]
    listed = [one for one in waiting if dice.random() < 0.5] or waiting[:1]
    for one in waiting:
        is_on = one in listed
        _step(made, one, "shortlisted" if is_on else "not_shortlisted", held["shortlisted_at"], dice, is_on=is_on)
        if not is_on:
            _care(made, dice, one, held, held["closes_on"] + timedelta(days=8), today)
    if held["state"] != "decided":
        return
    _check(made, held, "decisions_made", held["closes_on"] + timedelta(days=24))
    chosen = dice.choice(listed) if listed else None
    for one in listed:
        if one is not chosen:
            _step(made, one, "not_selected", held["decided_at"], dice, is_on=False)
            _care(made, dice, one, held, held["closes_on"] + timedelta(days=24), today)
            continue
        _step(made, one, "selected", held["decided_at"], reason="merit")
        _step(made, one, "accepted" if dice.random() < 0.92 else "declined", _at(held["closes_on"], 27))
        if _state_of(made, one) == "accepted" and held["closes_on"] + timedelta(days=80) < today:
            _step(made, one, "started", _at(held["closes_on"], 80))


def _care(made: Made, dice: Random, one: dict[str, Any], held: dict[str, Any], on: date, today: date) -> None:
    """Four of five in time, some late, and what is still to do of the last weeks."""
    days = dice.randint(2, 13) if dice.random() < 0.8 else dice.randint(15, 40)
    is_slow, is_declined = on > today - timedelta(days=18) and dice.random() < 0.6, dice.random() < 0.08
    is_done = on + timedelta(days=days) <= today and not is_slow
    talked = on + timedelta(days=days) if is_done and not is_declined else None
    made.aftercare.append(
        {
            "person_id": one["person_id"], "interest_id": one["id"],
            "organisation_id": one["employer_id"] if one["employer_may_help"] else held["organisation_id"],
            "decided_by_organisation_id": held["organisation_id"], "opened_at": _at(on, 0), "due_on": due_on(on),
            "talked_on": talked, "talked_at": _at(talked, 0) if talked else None,
            "next_step": dice.choice(NEXT_STEPS) if talked else None,
            "next_step_at": _at(talked, 0) if talked else None,
            "declined_at": _at(on, 2) if is_declined and on + timedelta(days=2) <= today else None,
        }
    )  # fmt: skip


def _step(
    made: Made,
    one: dict[str, Any],
    state: str,
    at: datetime,
    dice: Random | None = None,
    *,
    is_on: bool = True,
    reason: str | None = None,
) -> None:
    steps = made.history.setdefault(one["id"], [])
    why = reason if is_on or dice is None else dice.choice(REASONS)
    note = "" if is_on or dice is None else dice.choice(NOTES)
    key = {"person_id": one["person_id"], "interest_id": one["id"], "number": len(steps) + 1}
    steps.append({**key, "state": state, "at": at, "reason": why, "note": note})


def _state_of(made: Made, one: dict[str, Any]) -> str:
    return made.history[one["id"]][-1]["state"]


def _check(made: Made, held: dict[str, Any], stage: str, on: date) -> None:
    said = {
        "finding": "could_not_tell",
        "looked_at": "",
        "will_do": "Too few people to tell. Looked at together next year.",
    }
    who = {"owner_account_id": held["organisation_id"], "owner": "HR partner"}
    key = {
        "organisation_id": held["organisation_id"],
        "id": new_id(),
        "subject": "opportunity",
        "subject_id": held["id"],
    }
    made.checks.append({**key, "stage": stage, **said, **who, "at": _at(on, 0)})


def _at(day: date, later: int) -> datetime:
    return datetime.combine(day + timedelta(days=later), time(10), UTC)
