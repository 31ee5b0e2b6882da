"""The ledger that the database derives is the one that the plain rule says, and it conserves people."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.mobility.rules.deriving import Move, Post, moves_of, stays_of
from service.mobility.rules.kinds import MoveKind

GAP = 3
FIRST = date(2024, 1, 1)
PLACES = [UUID(int=n) for n in (1, 2, 3)]
GRADES = {"4": 4, "5": 5, "6": 6, "odd": None}


def a_post(place: int = 0, started: int = 0, ended: int | None = None, grade: str = "5", **given: object) -> Post:
    """`started` and `ended` count days from the first of 2024."""
    row = {
        "organisation": PLACES[place],
        "id": uuid4(),
        "kind": "substantive",
        "job_title": "Nurse",
        "scheme": "afc",
        "grade": grade,
        "level": GRADES[grade],
        "fte": Decimal(1),
        "started": FIRST + timedelta(started),
        "ended": None if ended is None else FIRST + timedelta(ended),
    }
    return Post(**{**row, **given})  # type: ignore[arg-type]


def said(posts: Sequence[Post], gap: int = GAP) -> list[tuple[str, int, int]]:
    """(kind, day, what it does to the system)"""
    return [(move.kind.value, (move.effective_on - FIRST).days, move.system_change) for move in moves_of(posts, gap)]


@pytest.mark.parametrize(
    ("posts", "expected"),
    [
        ([a_post()], [("joiner", 0, 1)]),
        ([a_post(ended=9)], [("joiner", 0, 1), ("leaver", 10, -1)]),
        ([a_post(ended=9, end_reason="retirement")], [("joiner", 0, 1), ("retirement", 10, -1)]),
        ([a_post(ended=9), a_post(1, 10)], [("joiner", 0, 1), ("transfer", 10, 0)]),
        ([a_post(ended=9), a_post(1, 13)], [("joiner", 0, 1), ("transfer", 13, 0)]),
        ([a_post(ended=9), a_post(1, 14)], [("joiner", 0, 1), ("leaver", 10, -1), ("joiner", 14, 1)]),
        ([a_post(ended=40), a_post(1, 20)], [("joiner", 0, 1), ("transfer", 20, 0)]),
        ([a_post(ended=99), a_post(1, 20)], [("joiner", 0, 1), ("joiner", 20, 0), ("leaver", 100, 0)]),
        ([a_post(ended=9), a_post(0, 12, grade="6")], [("joiner", 0, 1), ("promotion", 12, 0)]),
        ([a_post(ended=9), a_post(0, 10, grade="4")], [("joiner", 0, 1), ("lateral", 10, 0)]),
        ([a_post(ended=9), a_post(0, 10, grade="odd")], [("joiner", 0, 1), ("lateral", 10, 0)]),
        ([a_post(ended=9), a_post(0, 10, fte=Decimal("0.5"))], [("joiner", 0, 1)]),
        ([a_post(ended=9), a_post(0, 50)], [("joiner", 0, 1), ("leaver", 10, -1), ("return", 50, 1)]),
        (
            [a_post(), a_post(1, 20, 40, kind="secondment")],
            [("joiner", 0, 1), ("secondment_start", 20, 0), ("secondment_end", 41, 0)],
        ),
        ([a_post(), a_post(0, 20, 40, "6", kind="acting_up")], [("joiner", 0, 1), ("acting_up", 20, 0)]),
    ],
    ids=lambda given: " ".join(kind for kind, *_ in given) if given and isinstance(given[0], tuple) else None,
)
def test_what_posts_say(posts: list[Post], expected: list[tuple[str, int, int]]) -> None:
    assert said(posts) == expected


def test_a_secondment_keeps_the_post_it_was_left_from() -> None:
    home, away = a_post(), a_post(1, 20, kind="secondment")
    [_, start] = moves_of([home, away], GAP)
    assert (start.left, start.came) == (home, away)


def test_a_longer_gap_makes_one_move_of_two() -> None:
    posts = [a_post(ended=9), a_post(1, 30)]
    assert [kind for kind, *_ in said(posts, 20)] == ["joiner", "transfer"]


@st.composite
def careers(draw: st.DrawFn) -> list[Post]:
    """Up to six posts of one person in three organisations; two full-time ones of one organisation never overlap."""
    posts: list[Post] = []
    for _ in range(draw(st.integers(1, 6))):
        started = draw(st.integers(0, 160))
        length = draw(st.none() | st.integers(0, 70))
        kind = draw(st.sampled_from(["substantive"] * 5 + ["secondment", "acting_up"]))
        fte = draw(st.sampled_from([Decimal(1), Decimal("0.6"), Decimal("0.4")]))
        grade, title = draw(st.sampled_from(list(GRADES))), draw(st.sampled_from(["Nurse", "Lead"]))
        ended = None if length is None else started + length
        reason = draw(st.sampled_from([None, "retirement"])) if ended else None
        new = a_post(
            draw(st.integers(0, 2)), started, ended, grade, kind=kind, fte=fte, job_title=title, end_reason=reason
        )
        if not any(_clash(new, old) for old in posts):
            posts.append(new)
    return posts


def _clash(one: Post, other: Post) -> bool:
    both = all(post.kind == "substantive" and post.fte >= 1 for post in (one, other))
    together = one.started < other.until and other.started < one.until
    return both and one.organisation == other.organisation and together


@given(careers())
@settings(max_examples=300, deadline=None)
def test_stock_is_who_came_less_who_went_at_every_date_and_level_and_organisation(posts: list[Post]) -> None:
    moves = moves_of(posts, GAP)
    for day in (FIRST + timedelta(n) for n in range(-1, 240)):
        assert by_ledger(moves, day) == by_posts(posts, day), day


@given(careers())
@settings(max_examples=300, deadline=None)
def test_the_system_counts_a_person_once_and_a_transfer_never_changes_that(posts: list[Post]) -> None:
    moves = moves_of(posts, GAP)
    assert all(move.system_change == 0 for move in moves if move.kind is MoveKind.TRANSFER)
    spells = merged(posts)
    for day in (FIRST + timedelta(n) for n in range(-1, 240)):
        inside = sum(move.system_change for move in moves if move.effective_on <= day)
        assert inside == any(start <= day < end for start, end in spells), day


def by_ledger(moves: Sequence[Move], day: date) -> Counter[tuple[UUID, int | None]]:
    found: Counter[tuple[UUID, int | None]] = Counter()
    for move in moves:
        if move.kind in {MoveKind.SECONDMENT_START, MoveKind.SECONDMENT_END, MoveKind.ACTING_UP}:
            continue
        inside = move.left and move.came and move.left.organisation == move.came.organisation
        left_on = move.effective_on if inside or not move.left_on else move.left_on + timedelta(1)
        if move.left and left_on <= day:
            found[move.left.organisation, move.left.level] -= 1
        if move.came and move.effective_on <= day:
            found[move.came.organisation, move.came.level] += 1
    return Counter({key: n for key, n in found.items() if n})


def by_posts(posts: Sequence[Post], day: date) -> Counter[tuple[UUID, int | None]]:
    """Said again from the posts themselves: the main post of the day, or of the last day before a short break."""
    found: Counter[tuple[UUID, int | None]] = Counter()
    for place in PLACES:
        here = [post for post in posts if post.organisation == place and post.kind == "substantive"]
        comes_back = any(day < post.started <= day + timedelta(GAP) for post in here)
        for back in range(GAP + 1):
            then = day - timedelta(back)
            held = [post for post in here if post.started <= then < post.until]
            if back and not (comes_back and _bridged(here, then, day)):
                continue
            if held:
                found[place, min(held, key=lambda post: post.rank).level] += 1
                break
    return found


def _bridged(posts: Sequence[Post], last: date, day: date) -> bool:
    following = min((post.started for post in posts if post.started > day), default=date.max)
    return (following - last).days - 1 <= GAP


def merged(posts: Sequence[Post]) -> list[tuple[date, date]]:
    """A person's time in the system, whoever employed them."""
    found: list[tuple[date, date]] = []
    for start, end in sorted((post.started, post.until) for post in posts if post.kind == "substantive"):
        if found and (found[-1][1] == date.max or start <= found[-1][1] + timedelta(GAP)):
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def test_stays_are_cut_where_the_break_is_longer_than_the_gap() -> None:
    stays = stays_of([a_post(ended=9), a_post(0, 13, 20), a_post(0, 25)], GAP)
    assert [(stay.number, (stay.first_day - FIRST).days) for stay in stays] == [(1, 0), (2, 25)]


CAREERS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@given(st.lists(careers(), min_size=1, max_size=12))
@CAREERS
def test_the_database_derives_what_the_rule_says(database_url: str, system: list[list[Post]]) -> None:
    asyncio.new_event_loop().run_until_complete(_compare(database_url, system))


async def _compare(url: str, system: list[list[Post]]) -> None:
    connection = await asyncpg.connect(url)
    try:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(f"UPDATE mobility_limits SET gap_days = {GAP}")
        people = await _lay_out(connection, system)
        for person, posts in zip(people, system, strict=True):
            assert await _ledger(connection, person) == sorted(_row(move) for move in moves_of(posts, GAP))
        before = await connection.fetchval("SELECT count(*) FROM mobility_events")
        await connection.execute("SELECT private.derive_moves($1)", people)
        assert await connection.fetchval("SELECT count(*) FROM mobility_events") == before, "a second time adds nothing"
        await transaction.rollback()
    finally:
        await connection.close()


async def _lay_out(connection: asyncpg.Connection, system: list[list[Post]]) -> list[UUID]:
    people = [uuid4() for _ in system]
    await connection.executemany(
        "INSERT INTO organisations (id, code, name, kind) VALUES ($1, $2, 'Here', 'trust') ON CONFLICT DO NOTHING",
        [(place, f"LEDGER{place.int}") for place in PLACES],
    )
    await connection.executemany(
        "INSERT INTO people (id, given_name, family_name) VALUES ($1, 'A', 'B')", [(p,) for p in people]
    )
    await connection.executemany(
        "INSERT INTO employments (organisation_id, person_id, employee_number, listed_as) VALUES ($1, $2, $3, 'B, A')",
        [(place, person, str(person)) for person in people for place in PLACES],
    )
    rows = [
        (
            *(post.organisation, post.id, person, post.kind, post.job_title, post.scheme, post.grade, post.fte),
            *(post.started, post.ended, post.end_reason),
        )
        for person, posts in zip(people, system, strict=True)
        for post in posts
    ]
    await connection.executemany(
        "INSERT INTO assignments (organisation_id, id, person_id, kind, job_title, grade_scheme, grade, fte, started,"
        " ended, end_reason, staff_group) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'other')",
        rows,
    )
    return people


Row = tuple[str, date, date, str, str, int]


def _row(move: Move) -> Row:
    ids = [str(post.id) if post else "" for post in (move.left, move.came)]
    return move.kind.value, move.effective_on, move.left_on or date.min, ids[0], ids[1], move.system_change


async def _ledger(connection: asyncpg.Connection, person: UUID) -> list[Row]:
    rows = await connection.fetch(
        "SELECT kind, effective_on, left_on, from_assignment_id, to_assignment_id, system_change FROM mobility_events"
        " WHERE person_id = $1 AND superseded_at IS NULL AND NOT is_withdrawn",
        person,
    )
    return sorted((row[0], row[1], row[2] or date.min, str(row[3] or ""), str(row[4] or ""), row[5]) for row in rows)
