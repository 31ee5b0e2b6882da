"""Who may see what of a conversation, as a model of a few lines, against the real service through any number of steps.

RIDGEWAY_STEPS says how many; without it, 300.
"""

import asyncio
import os
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import httpx
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from hypothesis.strategies import SearchStrategy, just, one_of, sampled_from
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.kit.clock import today
from tests.builders import Builder, SignedIn
from tests.conftest import Client

STEPS = int(os.environ.get("RIDGEWAY_STEPS", "300"))
LENGTH = 20
SECRET = "quokka"
PARTIES = ("amara", "ben", "clerk")
OTHERS = ("partner here", "partner there", "stranger", "leader", "administrator", "auditor")
Answer = TypeVar("Answer")


@dataclass
class Model:
    """All that decides who sees what."""

    state: str = "planned"
    writers: list[str] = field(default_factory=list)
    agreed: int | None = None
    shared: set[str] = field(default_factory=set)
    employers: set[str] = field(default_factory=lambda: {"here"})

    def sees(self, who: str) -> tuple[int, int | None]:
        """(status, the number of the wording that is shown)"""
        if who in {"amara", "ben"}:
            return 200, len(self.writers) or None
        if who == "clerk":
            return 200, max((n for n, writer in enumerate(self.writers, 1) if writer == who), default=None)
        if self.lets_in(who):
            return 200, self.agreed
        return 404, None

    def lets_in(self, who: str) -> bool:
        audience, place = {
            "partner here": ("hr_partner", "here"),
            "partner there": ("new_employer", "there"),
        }.get(who, ("", ""))
        return self.agreed is not None and audience in self.shared and place in self.employers


@dataclass
class World:
    """What every run of the machine shares."""

    make: Builder
    admin: AsyncEngine
    browse: Client
    loop: asyncio.AbstractEventLoop
    places: dict[str, UUID]
    cast: dict[str, SignedIn]

    clients: dict[UUID, httpx.AsyncClient] = field(default_factory=dict)
    opened: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def client_of(self, who: SignedIn) -> httpx.AsyncClient:
        if who.account_id not in self.clients:
            self.clients[who.account_id] = await self.opened.enter_async_context(self.browse(who))
        return self.clients[who.account_id]

    def run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)


def mostly(who: str) -> SearchStrategy[str]:
    """Most often whoever may, so that the run gets somewhere; anybody else now and then."""
    return one_of(just(who), just(who), sampled_from([*PARTIES, *OTHERS]))


class Conversations(RuleBasedStateMachine):
    world: ClassVar[World]

    @initialize(start=sampled_from(["planned", "held", "agreed", "agreed"]))
    def begin_somewhere(self, start: str) -> None:
        self.plan()
        if start != "planned":
            self.hold("ben")
        if start == "agreed":
            self.agree("amara")

    def plan(self) -> None:
        self.model = Model()
        self.people = {**self.world.cast, "amara": self.world.run(self.world.make.staff(self.world.places["here"]))}
        whom = {
            "person_id": self.people["amara"].person,
            "organisation_id": self.world.places["here"],
            "facilitator_id": self.people["ben"].person,
        }
        given = {name: str(key) for name, key in whom.items()}
        planned = self.ask(
            "clerk", "POST", "/planned", json={**given, "kind": "initial", "scheduled_at": "2027-05-01T09:00:00Z"}
        )
        assert planned.status_code == 201, planned.text
        self.talk = planned.json()["id"]

    @rule(who=mostly("ben"))
    def hold(self, who: str) -> None:
        given = {"summary": f"{SECRET} 1", "held_on": today().isoformat()}
        answer = self.ask(who, "POST", f"/{self.talk}/held", json=given, version=self.version())
        if self.may(answer, who, {"ben", "clerk"}, self.model.state == "planned"):
            self.model.state, self.model.writers = "held", [who]

    @rule(who=sampled_from([*PARTIES, *OTHERS]))
    def correct(self, who: str) -> None:
        words = {"summary": f"{SECRET} {len(self.model.writers) + 1}"}
        answer = self.ask(who, "POST", f"/{self.talk}/wordings", json=words, version=self.version())
        fits = self.model.state in {"held", "agreed"}
        if who == "clerk" and fits and self.model.sees(who)[1] != len(self.model.writers):
            # Whoever cannot read the latest words cannot write over them.
            assert answer.status_code in {403, 412}
        elif self.may(answer, who, set(PARTIES), fits):
            self.model.writers.append(who)
            self.model.state, self.model.agreed = "held", None

    @rule(who=mostly("amara"))
    def agree(self, who: str) -> None:
        if self.step(who, "agreed", {"amara"}, {"held"}):
            self.model.state, self.model.agreed = "agreed", len(self.model.writers)

    @rule(who=mostly("ben"))
    def close(self, who: str) -> None:
        if self.step(who, "closed", {"amara", "ben"}, {"agreed"}):
            self.model.state = "closed"

    @rule(who=mostly("ben"))
    def reopen(self, who: str) -> None:
        if self.step(who, "held", {"ben"}, {"closed"}, reason="person_asked"):
            self.model.state, self.model.agreed = "held", None

    @rule(
        who=mostly("amara"),
        audience=sampled_from(["hr_partner", "new_employer"]),
    )
    def share(self, who: str, audience: str) -> None:
        answer = self.ask(who, "PUT", f"/{self.talk}/shares/{audience}")
        if self.may(answer, who, {"amara"}, self.model.state in {"agreed", "closed"}):
            self.model.shared.add(audience)

    @rule(who=mostly("amara"), audience=sampled_from(["hr_partner", "new_employer"]))
    def revoke(self, who: str, audience: str) -> None:
        answer = self.ask(who, "DELETE", f"/{self.talk}/shares/{audience}")
        if self.may(answer, who, {"amara"}, True):
            self.model.shared.discard(audience)

    @rule(place=sampled_from(["here", "there"]))
    def join_or_leave(self, place: str) -> None:
        person, where = self.people["amara"].person, self.world.places[place]
        if place in self.model.employers:
            self.world.run(self.end(where, person))
        else:
            self.world.run(self.begin(where, person))
        self.model.employers ^= {place}

    @rule(who=sampled_from(["amara", "ben"]))
    def note(self, who: str) -> None:
        known = {note["purpose"]: note for note in self.ask(who, "GET", f"/{self.talk}/notes").json()}
        version = known["note"]["version"] if "note" in known else None
        kept = self.ask(who, "PUT", f"/{self.talk}/notes/note", json={"text": f"{who} alone"}, version=version)
        assert kept.status_code == 200, kept.text

    @rule(who=sampled_from(OTHERS))
    def look_for_notes_and_history(self, who: str) -> None:
        notes = self.ask(who, "GET", f"/{self.talk}/notes")
        assert notes.status_code == (403 if self.model.lets_in(who) else 404)
        wordings = self.ask(who, "GET", f"/{self.talk}/wordings")
        if self.model.lets_in(who):
            assert [one["number"] for one in wordings.json()] == [self.model.agreed]
            assert self.ask(who, "GET", f"/{self.talk}/states").json() == []
        else:
            assert wordings.status_code == 404

    @rule(who=sampled_from([*PARTIES, *OTHERS]))
    def look(self, who: str) -> None:
        self.compare(who)

    @invariant()
    def those_whom_it_may_concern_see_what_they_may(self) -> None:
        if hasattr(self, "talk"):
            for who in ("partner here", "partner there"):
                self.compare(who)

    def compare(self, who: str) -> None:
        status, number = self.model.sees(who)
        answer = self.ask(who, "GET", f"/{self.talk}")
        assert answer.status_code == status, (who, self.model, answer.text)
        shown = answer.json().get("wording")
        assert (shown["number"] if shown else None) == number, (who, self.model)
        assert (SECRET in answer.text) == (number is not None)
        assert "alone" not in answer.text

    def step(self, who: str, state: str, those: set[str], before: set[str], reason: str | None = None) -> bool:
        given = {"state": state, "reason": reason}
        answer = self.ask(who, "POST", f"/{self.talk}/states", json=given, version=self.version())
        return self.may(answer, who, those, self.model.state in before)

    def may(self, answer: httpx.Response, who: str, those: set[str], fits: bool) -> bool:
        """Whether it was done, as the model says; of several reasons against it, any may be told."""
        told = (who, self.model, answer.status_code, answer.text)
        if who in those and fits:
            assert answer.status_code in {200, 201}, told
            return True
        if self.model.sees(who)[0] == 404:
            assert answer.status_code == 404, told
        else:
            assert answer.status_code in {403, 409}, told
        return False

    def version(self) -> int:
        return self.ask("amara", "GET", f"/{self.talk}").json()["version"]

    def ask(self, who: str, method: str, path: str, version: int | None = None, **more: Any) -> httpx.Response:
        async def asked() -> httpx.Response:
            headers = {} if version is None else {"If-Match": f'"{version}"'}
            client = await self.world.client_of(self.people[who])
            return await client.request(method, f"/api/conversations{path}", headers=headers, **more)

        return self.world.run(asked())

    async def end(self, where: UUID, person: UUID) -> None:
        ended = "UPDATE employments SET ended = current_date - 1 WHERE organisation_id = :here AND person_id = :person"
        async with self.world.admin.begin() as connection:
            await connection.execute(text(ended), {"here": where, "person": person})

    async def begin(self, where: UUID, person: UUID) -> None:
        again = "UPDATE employments SET ended = NULL WHERE organisation_id = :here AND person_id = :person"
        async with self.world.admin.begin() as connection:
            found = await connection.execute(text(again), {"here": where, "person": person})
        if not found.rowcount:
            await self.world.make.employment(where, person)


async def test_the_service_and_the_model_agree_on_who_may_see_what(
    make: Builder, admin: AsyncEngine, browse: Client
) -> None:
    here, there = await make.organisation(), await make.organisation()
    cast = {
        "ben": await make.facilitator(here),
        "clerk": await make.facilitator(here),
        "partner here": await make.hr_partner(here),
        "partner there": await make.hr_partner(there),
        "stranger": await make.staff(here),
        "leader": await make.leader(),
        "administrator": await make.administrator(),
        "auditor": await make.auditor(),
    }
    Conversations.world = World(make, admin, browse, asyncio.get_running_loop(), {"here": here, "there": there}, cast)
    wanted = settings(
        max_examples=max(1, STEPS // LENGTH),
        stateful_step_count=LENGTH,
        deadline=None,
        database=None,
        # A run that disagrees is told as it was: making it shorter takes minutes.
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    # Hypothesis waits for each step, so it does that in a thread of its own.
    async with Conversations.world.opened:
        await asyncio.to_thread(run_state_machine_as_test, Conversations, settings=wanted)
