"""Leavers and joiners who may be one person: found, shown no further than needed, decided once."""

import asyncio
from datetime import date, timedelta
from types import MappingProxyType
from uuid import UUID

import polars as pl
import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.kit.actor import EVERYWHERE, Actor
from service.kit.clock import today
from service.kit.db import Sessions, transaction
from service.kit.errors import NotAllowed
from service.mobility.actions.pairs import find_pairs
from service.mobility.likeness import KNOWN, LEG, candidates
from service.mobility.rules.pairing import gap_words, overlap_problems
from tests.builders import Builder
from tests.conftest import Client
from tests.mobility.planted import planted, scores

NIGHTLY = Actor(
    "Ridgeway",
    roles=frozenset({"service"}),
    permissions=MappingProxyType({"mobility.reconcile": frozenset({EVERYWHERE})}),
)
LEAVER = ("l", "p1", "a", True, date(2026, 9, 1), "Siôn", "Parry-Jones", date(1980, 3, 12), "00417")
JOINER = ("j", "p2", "b", False, date(2026, 9, 11), "Sion", "Parry Jones", date(1980, 3, 12), "9001")


def found(*changes: dict[str, object], known: list[tuple[str, str, bool]] | None = None) -> pl.DataFrame:
    """What is proposed for a leaver and one joiner for each set of changes to JOINER."""
    joiners = [dict(zip(LEG, JOINER, strict=True)) | {"event_id": f"j{n}"} | c for n, c in enumerate(changes)]
    legs = pl.DataFrame([dict(zip(LEG, LEAVER, strict=True)), *joiners], schema=LEG)
    return candidates(legs, 90, pl.DataFrame(known or [], schema=KNOWN, orient="row"))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ("likeness", 10, 100, "same", False)),
        ({"given_name": "Soin"}, ("likeness", 10, 94, "same", False)),
        ({"birth_date": date(1980, 12, 3)}, ("likeness", 10, 100, "near", False)),
        ({"birth_date": date(1980, 3, 11)}, ("likeness", 10, 100, "near", False)),
        ({"birth_date": None, "employee_number": "417"}, ("likeness", 10, 100, "missing", True)),
        ({"person_id": "p1", "given_name": "Other"}, ("same_record", 10, 85, "same", False)),
        ({"birth_date": None}, None),
        ({"birth_date": date(1991, 7, 30)}, None),
        ({"given_name": "Mair", "family_name": "Price"}, None),
        ({"organisation_id": "a"}, None),
        ({"day": date(2026, 12, 1)}, None),
        ({"day": date(2026, 7, 1)}, None),
    ],
    ids=lambda value: " ".join(f"{k} {v}" for k, v in value.items()) or "alike" if isinstance(value, dict) else None,
)
def test_who_is_proposed(change: dict[str, object], expected: tuple | None) -> None:
    rows = found(change).select("basis", "gap_days", "name_likeness", "birth_dates", "same_number").rows()
    if expected and expected[0] == "same_record":
        assert rows[0][0] == "same_record"
    else:
        assert rows == ([expected] if expected else [])


def test_of_two_who_fit_the_nearer_is_proposed_and_the_rival_told() -> None:
    rows = found({"birth_date": date(1980, 3, 11)}, {}, {"day": date(2026, 9, 20)})
    assert rows.select("joiner_event_id", "has_rival").rows() == [("j1", True)]


def test_a_pair_said_to_be_two_people_makes_room_for_the_next_and_one_that_waits_does_not() -> None:
    assert found({}, {"day": date(2026, 9, 20)}, known=[("l", "j0", False)])["joiner_event_id"].to_list() == ["j1"]
    assert found({}, {"day": date(2026, 9, 20)}, known=[("l", "j0", True)]).is_empty()


def test_planted_moves_are_found_one_to_one_in_spite_of_typing_errors() -> None:
    legs, truth = planted(2000)
    proposed = candidates(legs, 90)
    precision, recall = scores(proposed, truth)
    assert precision > 0.995
    assert recall > 0.99
    for leg in ("leaver_event_id", "joiner_event_id"):
        assert proposed[leg].is_unique().all()


@pytest.mark.parametrize(("days", "problem"), [(90, False), (0, False), (-31, False), (-32, True)])
def test_a_pair_that_would_hold_two_posts_at_once_is_refused(days: int, problem: bool) -> None:
    assert bool(overlap_problems(days)) == problem


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "the new post began the day after"), (1, "1 day in between"), (12, "12 days in between")],
)
def test_the_gap_in_words(days: int, words: str) -> None:
    assert gap_words(days) == words


async def search(sessions: Sessions) -> int:
    async with transaction(sessions, NIGHTLY) as session:
        return await find_pairs(session, NIGHTLY, today() - timedelta(days=400))


async def two_records(make: Builder, family_name: str, gap: int = 10) -> tuple[UUID, UUID, UUID, UUID]:
    """(home, host, the leaver's record, the joiner's record)"""
    home, host = await make.organisation(), await make.organisation()
    leaver, joiner = [await make.person(place, family_name=family_name) for place in (home, host)]
    await make.assignment(home, leaver, started=date(2020, 1, 6), ended=today() - timedelta(days=60))
    await make.assignment(host, joiner, started=today() - timedelta(days=59 - gap))
    return home, host, leaver, joiner


async def queue(client: AsyncClient) -> list[dict]:
    answer = await client.get("/api/mobility/pairs")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_the_search_proposes_and_each_side_sees_no_more_than_it_needs(
    make: Builder, browse: Client, sessions: Sessions, admin: AsyncEngine
) -> None:
    home, host, leaver, joiner = await two_records(make, "Ap-Gwilym")
    await search(sessions)
    async with browse(await make.hr_partner(home)) as client:
        [line] = await queue(client)
        assert (line["leaver"], line["joiner"], line["gap_days"]) == ("Amara Ap-Gwilym", "", 10)
        pair = (await client.get(f"/api/mobility/pairs/{line['id']}")).json()
        page = (await client.get(f"/mobility/reconcile/{line['id']}")).text
    assert (pair["joiner"], pair["birth_dates"], pair["joiner_organisation_id"]) == (
        "Amara Ap-Gwilym",
        "same",
        str(host),
    )
    assert pair["joined_on"] == (today() - timedelta(days=49)).isoformat()
    assert "1985" not in page
    asked = text("SELECT count(DISTINCT subject_person_id) FROM audit_entries WHERE action = 'mobility.compared'"
                 " AND subject_person_id IN (:a, :b)")  # fmt: skip
    async with admin.connect() as connection:
        assert (await connection.execute(asked, {"a": leaver, "b": joiner})).scalar_one() == 2


async def test_a_second_search_proposes_nothing_twice(make: Builder, browse: Client, sessions: Sessions) -> None:
    home, *_ = await two_records(make, "Brown-Twice")
    await search(sessions)
    await search(sessions)
    async with browse(await make.hr_partner(home)) as client:
        assert len(await queue(client)) == 1


async def test_one_record_in_both_after_a_longer_break_waits_for_a_person(
    make: Builder, browse: Client, sessions: Sessions
) -> None:
    home, host = await make.organisation(), await make.organisation()
    person = await make.person(home, host)
    await make.assignment(home, person, started=date(2020, 1, 6), ended=today() - timedelta(days=60))
    await make.assignment(host, person, started=today() - timedelta(days=19))
    assert sorted(await make.moves(person)) == ["joiner", "leaver"]
    await search(sessions)
    async with browse(await make.hr_partner(host)) as client:
        [pair] = await queue(client)
    assert (pair["basis"], pair["gap_days"]) == ("same_record", 40)


async def test_nobody_but_the_service_searches_and_no_account_sees_the_legs(make: Builder, sessions: Sessions) -> None:
    here = await make.organisation()
    await make.pair(here, await make.organisation())
    partner = Actor("P", permissions={"mobility.reconcile": frozenset({here}), "people.read": frozenset({here})})
    async with transaction(sessions, partner) as session:
        with pytest.raises(NotAllowed):
            await find_pairs(session, partner)
        legs = await session.execute(text("SELECT * FROM private.legs_of_moves('1900-01-01')"))
        assert legs.all() == []


async def decide(client: AsyncClient, pair: UUID, decision: str) -> int:
    return (await client.post(f"/api/mobility/pairs/{pair}/decision", json={"decision": decision})).status_code


async def test_a_pair_is_one_move_from_then_on_and_nothing_of_it_is_left_over(make: Builder, browse: Client) -> None:
    home, host = await make.organisation(), await make.organisation()
    pair = await make.pair(home, host)
    async with browse(await make.hr_partner(home)) as client:
        before = (await client.get("/api/mobility/remainder")).json()
        assert await decide(client, pair, "pair") == 200
        after = (await client.get("/api/mobility/remainder")).json()
        assert await queue(client) == []
        assert await decide(client, pair, "pair") == 409
    assert (before["leavers"], before["unpaired_leavers"], before["waiting"]) == (1, 1, 1)
    assert (after["leavers"], after["unpaired_leavers"], after["waiting"]) == (1, 0, 0)


async def test_of_two_people_neither_side_learns_the_others_name_again(make: Builder, browse: Client) -> None:
    home, host = await make.organisation(), await make.organisation()
    pair = await make.pair(home, host)
    async with browse(await make.hr_partner(home)) as client:
        assert await decide(client, pair, "not_same") == 200
        assert (await client.get(f"/api/mobility/pairs/{pair}")).json()["joiner"] == ""


async def test_later_asks_again_in_two_weeks(make: Builder, browse: Client, admin: AsyncEngine) -> None:
    home, host = await make.organisation(), await make.organisation()
    pair = await make.pair(home, host)
    async with browse(await make.hr_partner(host)) as client:
        assert await decide(client, pair, "later") == 200
        assert await queue(client) == []
        async with admin.begin() as connection:
            await connection.execute(
                text("UPDATE move_pairs SET later_until = current_date WHERE id = :id"), {"id": pair}
            )
        assert len(await queue(client)) == 1


async def test_what_was_paired_by_mistake_is_undone(make: Builder, browse: Client) -> None:
    home, host = await make.organisation(), await make.organisation()
    pair = await make.pair(home, host)
    async with browse(await make.hr_partner(home)) as client:
        assert await decide(client, pair, "pair") == 200
        assert await decide(client, pair, "later") == 409
        assert await decide(client, pair, "not_same") == 200


async def test_a_leaver_is_used_once_however_many_decide_at_once(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    home, *hosts = [await make.organisation() for _ in range(5)]
    first = await make.pair(home, hosts[0])
    pairs = [first, *[await make.pair(home, host) for host in hosts[1:]]]
    one_leaver = text(
        "UPDATE move_pairs SET (leaver_person_id, leaver_event_id) ="
        " (SELECT leaver_person_id, leaver_event_id FROM move_pairs WHERE id = :first) WHERE id = ANY (:pairs)"
    )
    async with admin.begin() as connection:
        await connection.execute(one_leaver, {"first": first, "pairs": pairs})
    partners = [await make.hr_partner(host) for host in hosts]

    async def paired(number: int) -> int:
        async with browse(partners[number]) as client:
            return await decide(client, pairs[number], "pair")

    assert sorted(await asyncio.gather(*(paired(number) for number in range(4)))) == [200, 409, 409, 409]


async def test_a_pair_that_overlaps_too_long_is_refused_with_the_reason(make: Builder, browse: Client) -> None:
    home, host = await make.organisation(), await make.organisation()
    pair = await make.pair(home, host, gap_days=-40)
    async with browse(await make.hr_partner(home)) as client:
        answer = await client.post(f"/mobility/reconcile/{pair}", data={"decision": "pair"})
        assert answer.status_code == 422
        assert "overlap by 40 days" in answer.text
        assert "<title>Error: " in answer.text
        nothing = await client.post(f"/mobility/reconcile/{pair}", data={})
        assert nothing.status_code == 422
        assert len(await queue(client)) == 1


async def test_a_leg_that_is_corrected_undoes_its_pair_unless_the_day_stays(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    home, host = await make.organisation(), await make.organisation()
    pair = await make.pair(home, host)
    state = text("SELECT state, leaver_person_id FROM move_pairs WHERE id = :id")
    async with browse(await make.hr_partner(home)) as client:
        assert await decide(client, pair, "pair") == 200
        async with admin.connect() as connection:
            _, leaver = (await connection.execute(state, {"id": pair})).one()
        move = (await make.moves(leaver))["leaver"]
        assert (
            await client.post(f"/api/mobility/moves/{move}/correct", json={"kind": "retirement"})
        ).status_code == 201
        async with admin.begin() as connection:
            assert (await connection.execute(state, {"id": pair})).one()[0] == "paired"
            later = text("UPDATE assignments SET ended = ended + 9 WHERE person_id = :p")
            await connection.execute(later, {"p": leaver})
            assert (await connection.execute(state, {"id": pair})).one()[0] == "undone"


async def test_a_foreign_pair_is_not_there(make: Builder, browse: Client) -> None:
    pair = await make.pair(await make.organisation(), await make.organisation())
    async with browse(await make.hr_partner(await make.organisation())) as client:
        assert await decide(client, pair, "pair") == 404
        assert (await client.get(f"/mobility/reconcile/{pair}")).status_code == 404
    async with browse(await make.facilitator(await make.organisation())) as client:
        assert (await client.get("/mobility/reconcile")).status_code == 403


async def test_the_pages_of_the_queue(make: Builder, browse: Client) -> None:
    home, host = await make.organisation(name="Elm Trust"), await make.organisation(name="Oak Council")
    pair = await make.pair(home, host)
    async with browse(await make.hr_partner(home)) as client:
        page = (await client.get("/mobility/reconcile")).text
        assert "1 pair to decide" in page
        assert "now at Oak Council?" in page
        assert "The same name and date of birth; 10 days in between" in page
        answer = await client.post(f"/mobility/reconcile/{pair}", data={"decision": "pair"})
        assert answer.headers["location"] == "/mobility/reconcile"
        page = (await client.get("/mobility/reconcile")).text
    assert "Nothing to decide" in page
    assert "0 of 1 leaver went to no organisation" in page
