"""When something is a reason, and when it is none: to the day, and as the rooms that it comes from see it."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.kit.clock import now, today
from service.kit.db import Sessions, transaction
from service.mobility.queries.secondments import list_secondments_of
from service.mobility.rules.secondments import RETURN_CHECK
from service.pathways.rules.transitions import SUPPORT_WITHIN
from service.prompts.queries import list_mine
from service.prompts.rules import ReasonKind, in_order
from tests.builders import Builder, SignedIn
from tests.prompts.conftest import DAY, Ward, eyes

NOW = today()
Setting = Callable[[Builder, UUID, UUID], Awaitable[Any]]


async def kinds(sessions: Sessions, who: SignedIn) -> list[str]:
    async with transaction(sessions, eyes(who)) as session:
        return [one.kind.value for one in await list_mine(session)]


def ends(after: int, **given: Any) -> Setting:
    async def made(make: Builder, place: UUID, who: UUID) -> None:
        given.setdefault("starts", NOW - 100 * DAY)
        await make.secondment(place, await make.organisation(), who, ends=NOW + after * DAY, **given)

    return made


def owed(due_on: date, **given: Any) -> Setting:
    async def made(make: Builder, place: UUID, who: UUID) -> None:
        opening = await make.opportunity(place, closes_on=NOW - 30 * DAY)
        interest = await make.interest(who, place, opening, "submitted", "not_shortlisted")
        await make.aftercare(who, interest, place, due_on=due_on, **given)

    return made


def led(days_ago: int, **given: Any) -> Setting:
    async def made(make: Builder, place: UUID, who: UUID) -> None:
        post = await make.assignment(place, who, started=NOW - days_ago * DAY)
        await make.transition(place, who, post, started_on=NOW - days_ago * DAY, **given)

    return made


def due(days_ago: int, **given: Any) -> Setting:
    async def made(make: Builder, place: UUID, who: UUID) -> None:
        await make.plan_action(place, who, due_on=NOW - days_ago * DAY, **given)

    return made


RECORDED: dict[str, tuple[Setting, list[str]]] = {
    "a secondment that ends in 90 days": (ends(RETURN_CHECK.days), ["return_role"]),
    "one that ends in 91": (ends(RETURN_CHECK.days + 1), []),
    "one that ends today": (ends(0), ["return_role"]),
    "one that ended yesterday": (ends(-1), []),
    "one with a post to return to": (ends(10, return_role="known"), []),
    "one of which somebody said that there is none": (ends(10, return_role="none"), ["return_role"]),
    "one that has not begun": (ends(20, starts=NOW + DAY), []),
    "a conversation owed by yesterday": (owed(NOW - DAY), ["aftercare"]),
    "one owed by today": (owed(NOW), []),
    "one that took place": (owed(NOW - DAY, talked_on=NOW - 2 * DAY, talked_at=now()), []),
    "one that they want no more": (owed(NOW - DAY, declined_at=now()), []),
    "a leader of 15 days": (led(SUPPORT_WITHIN.days + 1), ["support"]),
    "a leader of 14 days": (led(SUPPORT_WITHIN.days), []),
    "a leader with support": (led(30, state="supported"), []),
    "an action of yesterday": (due(1), ["plan"]),
    "an action of today": (due(0), []),
    "an action that is done": (due(1, state="done", closed_on=NOW), []),
}


@pytest.mark.parametrize("recorded", RECORDED)
async def test_a_reason_stands_from_its_day_on_and_no_longer_than_what_it_follows_from(
    make: Builder, sessions: Sessions, recorded: str
) -> None:
    setting, expected = RECORDED[recorded]
    place = await make.organisation()
    who = await make.staff(place)
    await setting(make, place, who.person)
    assert await kinds(sessions, who) == expected


def talked(days_ago: int, **given: Any) -> Setting:
    async def made(make: Builder, place: UUID, who: UUID) -> None:
        other = await make.person(place)
        await make.conversation(place, who, other, held_on=NOW - days_ago * DAY, **given)

    return made


async def planned(make: Builder, place: UUID, who: UUID) -> None:
    await make.conversation(place, who, await make.person(place), scheduled_at=now() + 20 * DAY)


async def asked_for(make: Builder, place: UUID, who: UUID) -> None:
    await make.request(place, who)


async def nothing(make: Builder, place: UUID, who: UUID) -> None:
    pass


TALKED: dict[str, tuple[Setting, bool]] = {
    "none ever": (nothing, True),
    "agreed 367 days ago": (talked(367, agreed=True), True),
    "agreed 364 days ago": (talked(364, agreed=True), False),
    "one that waits for the person to agree it": (talked(30), False),
    "one that was never agreed and is long past": (talked(400), True),
    "asked for": (asked_for, False),
    "planned": (planned, False),
}


@pytest.mark.parametrize("so_far", TALKED)
async def test_a_year_without_a_conversation_that_was_agreed_is_one_unless_one_is_under_way(
    make: Builder, sessions: Sessions, so_far: str
) -> None:
    setting, expected = TALKED[so_far]
    place = await make.organisation()
    who = await make.staff(place)
    await make.assignment(place, who.person, started=NOW - 400 * DAY)
    await setting(make, place, who.person)
    assert await kinds(sessions, who) == (["conversation"] if expected else [])


async def test_somebody_who_was_not_here_a_year_ago_or_has_a_reason_recorded_is_not_reminded(
    make: Builder, sessions: Sessions, admin: AsyncEngine
) -> None:
    place = await make.organisation()
    new, away = await make.staff(place), await make.staff(place)
    await make.assignment(place, new.person, started=NOW - 300 * DAY)
    await make.assignment(place, away.person, started=NOW - 400 * DAY)
    async with admin.begin() as connection:
        said = text("UPDATE conversation_dues SET none_reason = 'away', reason_given_on = :d WHERE person_id = :p")
        await connection.execute(said, {"p": away.person, "d": NOW})
    assert [await kinds(sessions, who) for who in (new, away)] == [[], []]


async def test_each_reason_is_said_once_in_a_fixed_order_with_its_day_and_no_word(
    ward: Ward, sessions: Sessions
) -> None:
    await ward.make.plan_action(ward.here, ward.amara.person, due_on=NOW - DAY)
    async with transaction(sessions, eyes(ward.amara)) as session:
        found = await list_mine(session)
        [seconded] = await list_secondments_of(session, ward.amara.person, NOW)
    assert [(one.kind, one.about_id, one.since, one.number) for one in found] == [
        (ReasonKind.RETURN, ward.secondment, NOW + 80 * DAY, 1),
        (ReasonKind.AFTERCARE, ward.interest, NOW - DAY, 1),
        (ReasonKind.SUPPORT, ward.transition, NOW - 15 * DAY, 1),
        (ReasonKind.PLAN, ward.action, NOW - 3 * DAY, 2),
        (ReasonKind.CONVERSATION, ward.amara.person, None, 1),
    ]
    assert seconded.needs_return_role


def test_the_order_is_of_kinds_and_days_and_knows_nothing_about_anybody() -> None:
    assert in_order(ReasonKind.RETURN, NOW) < in_order(ReasonKind.PLAN, NOW - DAY) < in_order(ReasonKind.PLAN, NOW)
