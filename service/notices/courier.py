"""The courier: makes letters of what is due and hands them to the mail server, one at a time.

A letter is leased before it is handed over, marked when the server wants its words, and settled afterwards, each in a
transaction of its own. Two couriers never hold one letter, and nothing is lost. A courier that is killed before the
mark leaves a letter that is sent when the lease ends. After the mark it may have arrived: it is sent again some hours
later, under the same Message-ID and byte for byte the same, and only if the person has read nothing of it since.
"""

import asyncio
import logging
import threading
from dataclasses import dataclass, field
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage

from sqlalchemy import Interval, Text, Uuid, bindparam, text
from sqlalchemy.exc import DBAPIError

from service.kit.db import Sessions
from service.notices.carrier import Carrier, HandOverError
from service.notices.letters import Letter, message_of
from service.notices.rules import DOUBT, IN_DOUBT, SERVER_TROUBLE, MailState, after_failure

log = logging.getLogger(__name__)
_GATHER = text("SELECT private.gather_mail(:host)")
_TAKE = text("SELECT * FROM private.take_mail(:lease)").bindparams(bindparam("lease", type_=Interval))
_MARK = text("SELECT private.hand_over_mail(:id, :attempt, :doubt)").bindparams(
    bindparam("id", type_=Uuid), bindparam("doubt", type_=Interval)
)
_SETTLE = text("SELECT private.settle_mail(:id, :attempt, :state, :error, :wait)").bindparams(
    bindparam("id", type_=Uuid), bindparam("error", type_=Text), bindparam("wait", type_=Interval)
)
_SWEEP = text("SELECT private.sweep_notices()")


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. `longest` bounds one handing over, and must be well below `lease`."""

    look: float = 5
    rest: float = 30
    longest: float = 180
    lease: float = 600
    sweep: float = 6 * 3600


@dataclass(frozen=True, slots=True)
class Post:
    """What a letter needs besides its own: `service` is the address that people type, `host` the name in it."""

    sender: Address
    service: str
    host: str


@dataclass(slots=True)
class Tally:
    sent: int = 0
    failed: int = 0
    given_up: int = 0


@dataclass(slots=True)
class Courier:
    sessions: Sessions
    carrier: Carrier
    post: Post
    pace: Pace = Pace()
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Until told to stop. A database that does not answer is asked again."""
        swept = float("-inf")
        while not self.stop.is_set():
            try:
                await self.deliver()
                if (now := asyncio.get_running_loop().time()) - swept > self.pace.sweep:
                    await self._ask(_SWEEP)
                    swept = now
            except (DBAPIError, OSError) as error:
                log.error("the outbox cannot be read: %s", type(error).__name__)
            await self._pause(self.pace.look)

    async def deliver(self) -> Tally:
        """Everything that is due now, until the mail server fails us or we are told to stop."""
        tally = Tally()
        await self._ask(_GATHER, host=self.post.host)
        while not self.stop.is_set() and (letter := await self._take()):
            error = await self._hand_over(letter)
            await self._settle(letter, error, tally)
            if error in SERVER_TROUBLE:
                await self._pause(self.pace.rest)
                break
        await asyncio.to_thread(self.carrier.close)
        return tally

    async def _take(self) -> Letter | None:
        async with self.sessions() as session, session.begin():
            row = (await session.execute(_TAKE, {"lease": timedelta(seconds=self.pace.lease)})).one_or_none()
        return None if row is None else Letter(*row)

    async def _hand_over(self, letter: Letter) -> str:
        """Empty when the mail server took it, else a code of what went wrong."""
        if not letter.address:
            return "no_address"
        if not letter.sentences:
            return "nothing_left"
        try:
            message = message_of(letter, Address(addr_spec=letter.address), self.post.sender, self.post.service)
        except (ValueError, IndexError):
            return "bad_address"
        return await self._carry(letter, message, letter.address)

    async def _carry(self, letter: Letter, message: EmailMessage, address: str) -> str:
        loop, begun = asyncio.get_running_loop(), threading.Event()

        def begin() -> bool:
            """From the carrier's thread: marks the letter, and is sure of it, before any of it goes out."""
            known = {"id": letter.id, "attempt": letter.attempt, "doubt": DOUBT}
            asking = asyncio.run_coroutine_threadsafe(self._ask(_MARK, **known), loop)
            if is_ours := bool(asking.result(self.pace.longest)):
                begun.set()
            return is_ours

        handing = asyncio.to_thread(self.carrier.hand_over, message, self.post.sender.addr_spec, address, begin)
        try:
            await asyncio.wait_for(handing, self.pace.longest)
        except TimeoutError:
            self.carrier.drop()
            return IN_DOUBT if begun.is_set() else "timeout"
        except HandOverError as error:
            return error.code
        return ""

    async def _settle(self, letter: Letter, error: str, tally: Tally) -> None:
        state, wait = after_failure(letter.attempt, error) if error else (MailState.SENT, timedelta(0))
        known = {"id": letter.id, "attempt": letter.attempt, "state": state, "error": error or None, "wait": wait}
        if not await self._ask(_SETTLE, **known):
            log.warning("letter %s took longer than its lease", letter.id)
        if error:
            log.warning("letter %s, attempt %s: %s", letter.id, letter.attempt, error)
        setattr(tally, state, getattr(tally, state) + 1)

    async def _ask(self, question: object, **given: object) -> object:
        async with self.sessions() as session, session.begin():
            return (await session.execute(question, given)).scalar_one()  # pyright: ignore[reportArgumentType, reportCallIssue]

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self.stop.wait(), seconds)
        except TimeoutError:
            return
