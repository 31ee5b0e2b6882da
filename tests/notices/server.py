"""A real mail server that does as it is told: takes, refuses, hangs up, or never answers."""

import asyncio
import socket
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller

TAKEN = "250 OK"


@dataclass
class Box:
    """`answers` are given one after the other to MAIL, RCPT and DATA where they are named; then all is taken. "hang"
    waits for ever; "taken, then hang" keeps the message and never says so.
    """

    answers: dict[str, list[str]] = field(default_factory=dict)
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)

    async def _answer(self, step: str) -> str:
        self.reached.add(step)
        waiting = self.answers.get(step)
        answer = waiting.pop(0) if waiting else TAKEN
        if answer.endswith("hang"):
            await asyncio.sleep(60)
        return answer

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        envelope.mail_from = address
        return await self._answer("MAIL")

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        answer = await self._answer("RCPT")
        if answer == TAKEN:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if not self.answers.get("DATA") or self.answers["DATA"][0].startswith("taken"):
            self.taken += [(address, envelope.content) for address in envelope.rcpt_tos]
        return await self._answer("DATA")

    def to(self, address: str) -> list[bytes]:
        return [content for to, content in self.taken if to == address]


@contextmanager
def mail_server(box: Box) -> Generator[int]:
    """Its port."""
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
