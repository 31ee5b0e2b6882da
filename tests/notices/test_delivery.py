"""E-mails: sent once, whatever happens to the courier or to the mail server, and saying nothing about anybody."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.kit.db import Sessions
from service.notices.courier import Courier
from tests.builders import Builder
from tests.notices.conftest import NEWS, URGENT, Told, letters_of, now_due
from tests.notices.server import Box, free_port, mail_server

Couriers = Callable[..., Courier]
COMMAND = [sys.executable, "-c", "from service.cli.deliver import deliver; deliver(once=True)"]


def begin(database_url: str, port: int, folder: Path) -> subprocess.Popen[bytes]:
    """The real command, in a process of its own."""
    environment = os.environ | {
        "RIDGEWAY_DATABASE_URL": database_url,
        "RIDGEWAY_FOLDER": str(folder),
        "RIDGEWAY_PUBLIC_URL": "https://ridgeway.test",
        "RIDGEWAY_SMTP_URL": f"smtp://127.0.0.1:{port}",
        "RIDGEWAY_MAIL_FROM": "no-reply@ridgeway.test",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    return subprocess.Popen(COMMAND, env=environment, stderr=subprocess.DEVNULL, cwd=folder)


# Where the courier is killed: at which step of the conversation, what the server does there, whether the letter may
# have arrived then, whether the person reads what it tells of, and how often it arrives over all.
MOMENTS: dict[str, tuple[str, str, bool, bool, int]] = {
    "before the message is handed over": ("RCPT", "hang", False, False, 1),
    "after it was taken and before the courier knew": ("DATA", "taken, then hang", True, False, 2),
    "after it was taken, and the person read it": ("DATA", "taken, then hang", True, True, 1),
}


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_letter_whose_courier_is_killed_arrives_as_one_message(
    told: Told, couriers: Couriers, admin: AsyncEngine, database_url: str, tmp_path: Path, moment: str
) -> None:
    step, answer, in_doubt, is_read, arrives = MOMENTS[moment]
    person, address = await told()
    box = Box({step: [answer] * 50})
    with mail_server(box) as port:
        running = begin(database_url, port, tmp_path)
        while step not in box.reached:
            assert running.poll() is None
            await asyncio.sleep(0.02)
        running.send_signal(signal.SIGKILL)
        running.wait()
        before = [*box.taken]
        box.answers.clear()
        # Nobody else takes it until the lease ends, or for hours where it may have arrived.
        for minutes, is_free in ((11, not in_doubt), (5 * 60, not in_doubt), (2 * 60, True)):
            await pass_by(admin, person, minutes)
            async with admin.connect() as connection:
                asked = text("SELECT due_at <= now() FROM letters WHERE person_id = :person AND state = 'sending'")
                assert (await connection.execute(asked, {"person": person})).scalar_one() is is_free
        assert box.to(address) == [content for to, content in before if to == address]
        if is_read:
            async with admin.begin() as connection:
                await connection.execute(text("UPDATE notices SET read_at = now() WHERE person_id = :p"), {"p": person})
        await couriers(port).deliver()
    assert await letters_of(admin, person) == [("given_up", 2, "nothing_left") if is_read else ("sent", 2, None)]
    assert len(box.to(address)) == arrives
    assert len(set(box.to(address))) == 1, "the same message, byte for byte"


async def pass_by(admin: AsyncEngine, person: UUID, minutes: int) -> None:
    """These minutes go by for the letters of somebody."""
    async with admin.begin() as connection:
        sooner = text("UPDATE letters SET due_at = due_at - make_interval(mins => :m) WHERE person_id = :p")
        await connection.execute(sooner, {"m": minutes, "p": person})


async def test_a_letter_whose_server_falls_silent_over_its_words_is_in_doubt_for_hours(
    told: Told, couriers: Couriers, admin: AsyncEngine
) -> None:
    person, address = await told()
    box = Box({"DATA": ["taken, then hang"]})
    with mail_server(box) as port:
        await couriers(port).deliver()
        assert await letters_of(admin, person) == [("failed", 1, "in_doubt")]
        await pass_by(admin, person, 5 * 60)
        await couriers(port).deliver()
        assert len(box.to(address)) == 1
        await pass_by(admin, person, 61)
        await couriers(port).deliver()
    assert await letters_of(admin, person) == [("sent", 2, None)]
    assert len(box.to(address)) == 2


class SlowBox(Box):
    """Before it answers to the first recipient, `meanwhile` happens in the loop of the test."""

    meanwhile: Callable[[], Future[None]] | None = None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        if what := self.meanwhile:
            self.meanwhile = None
            await asyncio.wrap_future(what())
        return await super().handle_RCPT(server, session, envelope, address, options)


async def test_a_courier_whose_lease_ended_lets_the_letter_go(
    told: Told, couriers: Couriers, admin: AsyncEngine
) -> None:
    person, address = await told()
    box, loop = SlowBox(), asyncio.get_running_loop()
    with mail_server(box) as port:

        async def another_takes_it() -> None:
            await now_due(admin, person)
            await couriers(port).deliver()

        box.meanwhile = lambda: asyncio.run_coroutine_threadsafe(another_takes_it(), loop)
        await couriers(port).deliver()
    assert len(box.to(address)) == 1
    assert await letters_of(admin, person) == [("sent", 2, None)]


async def test_two_couriers_at_once_send_nothing_twice(told: Told, couriers: Couriers, admin: AsyncEngine) -> None:
    people = [await told() for _ in range(12)]
    box = Box()
    with mail_server(box) as port:
        await asyncio.gather(*(couriers(port).deliver() for _ in range(3)))
    for person, address in people:
        assert len(box.to(address)) == 1
        assert await letters_of(admin, person) == [("sent", 1, None)]


@pytest.mark.parametrize(
    ("answers", "then"),
    [
        ({"RCPT": ["450 later"]}, ("failed", 1, "refused_for_now")),
        ({"RCPT": ["550 nobody"]}, ("given_up", 1, "refused_for_good")),
        ({"DATA": ["451 later"]}, ("failed", 1, "refused_for_now")),
        ({"DATA": ["554 no"]}, ("given_up", 1, "refused_for_good")),
        ({"MAIL": ["421 closing"]}, ("failed", 1, "sender_refused")),
        ({"MAIL": ["hang"]}, ("failed", 1, "timeout")),
    ],
    ids=["later", "nobody", "full", "unwanted", "busy", "hangs"],
)
async def test_a_server_that_does_not_take_it_is_asked_again_unless_it_said_never(
    told: Told, couriers: Couriers, admin: AsyncEngine, answers: dict[str, list[str]], then: tuple[str, int, str]
) -> None:
    box = Box({step: [*given] for step, given in answers.items()})
    with mail_server(box) as port:
        person, address = await told()
        await couriers(port).deliver()
        assert await letters_of(admin, person) == [then]
        await couriers(port).deliver()
        assert box.to(address) == []
        await now_due(admin, person)
        await couriers(port).deliver()
    assert len(box.to(address)) == (0 if then[0] == "given_up" else 1)


async def test_while_the_server_is_down_letters_wait_and_the_courier_stops_trying(
    told: Told, couriers: Couriers, admin: AsyncEngine
) -> None:
    (one, first), (other, second) = await told(), await told()
    await couriers(free_port()).deliver()
    states = [*await letters_of(admin, one), *await letters_of(admin, other)]
    assert states == [("failed", 1, "no_connection"), ("waiting", 0, None)]
    box = Box()
    await now_due(admin, one)
    with mail_server(box) as port:
        await couriers(port).deliver()
    assert [len(box.to(address)) for address in (first, second)] == [1, 1]


async def test_after_the_last_attempt_it_is_given_up(told: Told, couriers: Couriers, admin: AsyncEngine) -> None:
    person, _ = await told()
    box = Box()
    with mail_server(box) as port:
        box.answers = {"RCPT": ["450 later"] * 100}
        await couriers(port).deliver()
        async with admin.begin() as connection:
            last = text("UPDATE letters SET attempts = 15, due_at = now() WHERE person_id = :person")
            await connection.execute(last, {"person": person})
        await couriers(port).deliver()
    assert await letters_of(admin, person) == [("given_up", 16, "refused_for_now")]


async def test_somebody_without_a_confirmed_address_is_not_written_to(
    told: Told, couriers: Couriers, admin: AsyncEngine, make: Builder
) -> None:
    nobody, _ = await told(email=None)
    changed, theirs = await told()
    odd, _ = await told(email="no address at all")
    async with admin.begin() as connection:
        # As an employer does: from then on it opens no account, and gets no letters.
        await connection.execute(text("UPDATE people SET email = 'x' || email WHERE id = :id"), {"id": changed})
    box = Box()
    with mail_server(box) as port:
        await couriers(port).deliver()
    assert await letters_of(admin, nobody) == [("given_up", 1, "no_address")]
    assert await letters_of(admin, changed) == [("given_up", 1, "no_address")]
    assert await letters_of(admin, odd) == [("given_up", 1, "bad_address")]
    assert box.to(theirs) == box.to(f"x{theirs}") == []


async def test_the_address_that_somebody_signs_in_with_counts(
    told: Told, couriers: Couriers, make: Builder, admin: AsyncEngine
) -> None:
    person, old = await told()
    await make.account([], person, email=f"new-{old}", issuer="https://provider.test", subject=old)
    box = Box()
    with mail_server(box) as port:
        await couriers(port).deliver()
    assert (len(box.to(old)), len(box.to(f"new-{old}"))) == (0, 1)


async def test_a_letter_says_fixed_sentences_and_the_address_of_the_service_alone(
    told: Told, couriers: Couriers, admin: AsyncEngine
) -> None:
    person, address = await told(NEWS, NEWS, given_name="Blodeuwedd")
    box = Box()
    with mail_server(box) as port:
        await couriers(port).deliver()
        assert box.to(address) == []  # a digest waits for the morning
        await now_due(admin, person)
        await couriers(port).deliver()
    [content] = box.to(address)
    letter = message_from_bytes(content, policy=policy.default)
    assert letter["Subject"] == "You have 2 new notices in Ridgeway"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe"] == "<https://ridgeway.test/me/notices>"
    assert letter["Message-ID"].endswith("@ridgeway.test>")
    assert letter["Date"].datetime.tzinfo is not None
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().splitlines() == [
        "You have 2 new notices in Ridgeway.",
        "",
        "- There is news about something you asked for. (2 times)",
        "",
        "Sign in to read more:",
        "https://ridgeway.test/me/notices",
        "",
        "There you can also choose how often we email you, or that we do not.",
    ]
    assert b"Leading well" not in content
    assert b"Blodeuwedd" not in content


async def test_what_was_read_meanwhile_is_not_sent_and_what_is_urgent_comes_alone(
    told: Told, couriers: Couriers, admin: AsyncEngine
) -> None:
    (reader, read), (other, both) = await told(), await told(NEWS, URGENT)
    async with admin.begin() as connection:
        await connection.execute(text("UPDATE notices SET read_at = now() WHERE person_id = :id"), {"id": reader})
    await now_due(admin, other)
    box = Box()
    with mail_server(box) as port:
        await couriers(port).deliver()
    assert box.to(read) == []
    assert len(box.to(both)) == 2


async def test_old_notices_and_letters_go_with_the_courier(
    told: Told, couriers: Couriers, admin: AsyncEngine, sessions: Sessions
) -> None:
    person, _ = await told()
    box = Box()
    with mail_server(box) as port:
        courier = couriers(port)
        await courier.deliver()
        async with admin.begin() as connection:
            for table, moment in (("notices", "told_at"), ("letters", "settled_at")):
                old = f"UPDATE {table} SET {moment} = now() - interval '366 days' WHERE person_id = :id"
                await connection.execute(text(old), {"id": person})
        running = asyncio.create_task(courier.run())
        await asyncio.sleep(0.3)
        courier.stop.set()
        await running
    async with admin.connect() as connection:
        left = (
            "SELECT (SELECT count(*) FROM notices WHERE person_id = :id), count(*) FROM letters WHERE person_id = :id"
        )
        assert (await connection.execute(text(left), {"id": person})).one() == (0, 0)
