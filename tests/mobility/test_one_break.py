"""Of one person known by one key the ledger and the report on who stays say the same: who left, who moved, who came."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from analytics.retention.stays import EPOCH, GAP, OPEN, Stays
from service.kit.actor import Actor
from service.kit.db import Sessions, transaction
from service.mobility.rules.deriving import Post, moves_of
from service.mobility.rules.pairing import NO_BREAK

DAY, FIRST = timedelta(1), date(2024, 1, 1)
PLACES = [UUID(int=n) for n in (1, 2, 3)]
Told = Counter[tuple[str, date]]

# Each post begins so many days after the one before it ended: around the limit, and well on both sides of it.
breaks = st.one_of(st.integers(-40, 70), st.sampled_from([GAP - 1, GAP, GAP + 1]))
careers = st.lists(st.tuples(st.integers(0, 2), breaks, st.integers(1, 400)), min_size=1, max_size=7)


def posts_of(career: list[tuple[int, int, int]]) -> list[Post]:
    posts: list[Post] = []
    ended = FIRST
    for number, (place, gap, days) in enumerate(career):
        started = max(ended + (gap + 1) * DAY, FIRST)
        ended = started + days * DAY
        posts.append(
            Post(
                PLACES[place], UUID(int=100 + number), "substantive", "Nurse", "afc", "5", 5, Decimal(1), started, ended
            )
        )
    return posts


def by_the_ledger(posts: list[Post]) -> tuple[Told, Told, Told]:
    """Who left an organisation, who left the system, and who came to it, on which day."""
    moves = moves_of(posts, NO_BREAK)
    ended: Told = Counter(
        (str(m.left.organisation), m.left_on) for m in moves if m.left and m.left_on and m.kind != "lateral"
    )
    gone: Told = Counter(("", m.effective_on - DAY) for m in moves if m.system_change < 0)
    came: Told = Counter(("", m.effective_on) for m in moves if m.system_change > 0)
    return ended, gone, came


def by_the_report(posts: list[Post]) -> tuple[Told, Told, Told]:
    days = [[(day - EPOCH).days for day in (post.started, post.ended or date.max)] for post in posts]
    began, until = (np.array(column, dtype=np.int64) for column in zip(*days, strict=True))
    person, place = np.zeros(len(posts), dtype=np.int64), np.array([PLACES.index(post.organisation) for post in posts])
    stays = Stays.made(pl.DataFrame(), (person, place), began, np.minimum(until, OPEN))
    names = [str(posts[row].organisation) for row in stays.first_posts(np.arange(len(stays.started)))]
    ended: Told = Counter((name, EPOCH + int(day) * DAY) for name, day in zip(names, stays.ended, strict=True))
    ends = {*zip(stays.in_system_from.tolist(), stays.in_system_to.tolist(), strict=True)}
    gone: Told = Counter(("", EPOCH + int(day) * DAY) for _, day in ends)
    came: Told = Counter(("", EPOCH + int(day) * DAY) for day, _ in ends)
    return ended, gone, came


@settings(max_examples=50, deadline=None)
@given(careers)
def test_the_ledger_and_the_report_say_the_same_of_one_person(career: list[tuple[int, int, int]]) -> None:
    assert by_the_ledger(posts_of(career)) == by_the_report(posts_of(career))


def test_a_month_between_two_jobs_is_a_move_and_a_day_more_is_a_loss() -> None:
    for gap, lost in ((GAP, 1), (GAP + 1, 2)):
        posts = posts_of([(0, 0, 100), (1, gap, 100)])
        assert by_the_ledger(posts)[1].total() == by_the_report(posts)[1].total() == lost


async def test_the_ledgers_limit_is_the_reports(sessions: Sessions) -> None:
    assert NO_BREAK == GAP
    async with transaction(sessions, Actor("A")) as session:
        assert (await session.execute(text("SELECT gap_days FROM mobility_limits"))).scalar_one() == GAP
