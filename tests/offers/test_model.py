"""Applications as a model of a few lines, against the real service: whoever applies, withdraws or decides in whatever
order, places are never oversold, the waiting list keeps its order, and each state is reached as the table says.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import httpx
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from hypothesis.strategies import integers, sampled_from
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.offers.rules.applications import FOLLOWS, LIVE, REASONS, ApplicationState, Decision, DecisionReason
from tests.builders import Builder, SignedIn
from tests.conftest import Client
from tests.offers.test_places import assert_consistent, held

S = ApplicationState
PEOPLE, PLACES, KEPT = 5, 2, 1
Answer = TypeVar("Answer")


@dataclass
class Sent:
    """What the model knows of somebody's last application. `place` is kept, open, or nothing."""

    key: str
    state: ApplicationState
    version: int
    place: str = ""


@dataclass
class World:
    """What every run of the machine shares: the last of the people works for the partner, for whom a place is kept."""

    make: Builder
    admin: AsyncEngine
    loop: asyncio.AbstractEventLoop
    trust: UUID
    partner: UUID
    decider: httpx.AsyncClient
    people: list[httpx.AsyncClient] = field(default_factory=list)

    def run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)


class Applications(RuleBasedStateMachine):
    world: ClassVar[World]

    @initialize(in_order=sampled_from([True, False]))
    def offer_something(self, in_order: bool) -> None:
        self.in_order = in_order
        self.offer, self.cohort = self.world.run(self._offered())
        self.sent: dict[int, Sent] = {}
        self.places = PLACES

    async def _offered(self) -> tuple[UUID, UUID]:
        make, trust = self.world.make, self.world.trust
        offer = await make.offer(trust, place_rule="in_order" if self.in_order else "by_decision")
        for stage in ("shortlist_closed", "decisions_made"):
            await make.check(trust, offer, stage)
        return offer, await make.cohort(trust, offer, PLACES, kept={self.world.partner: KEPT})

    @rule(who=integers(0, PEOPLE - 1))
    def apply(self, who: int) -> None:
        url = f"/api/offers/{self.offer}/applications"
        answer = self.world.run(self.world.people[who].post(url, json={"cohort_id": str(self.cohort)}))
        if who in self.sent and self.sent[who].state in LIVE:
            assert answer.status_code == 409
            return
        assert answer.status_code == 201, answer.text
        self.sent[who] = Sent(answer.json()["application"]["id"], S.SUBMITTED, 2)
        if self.in_order:
            self.reach(who, S.PLACED if self.room(who) else S.WAITING)

    @rule(who=integers(0, PEOPLE - 1))
    def withdraw(self, who: int) -> None:
        if not (one := self.sent.get(who)):
            return
        url, seen = f"/api/me/offers/{one.key}/withdraw", {"If-Match": f'"{one.version}"'}
        answer = self.world.run(self.world.people[who].post(url, headers=seen))
        assert answer.status_code == (200 if S.WITHDRAWN in FOLLOWS[one.state] else 409), answer.text
        if answer.is_success:
            self.reach(who, S.WITHDRAWN)

    @rule(who=integers(0, PEOPLE - 1), decision=sampled_from(list(Decision)))
    def decide(self, who: int, decision: Decision) -> None:
        if not (one := self.sent.get(who)):
            return
        to = S(decision.value)
        reason = DecisionReason.OFFER_WITHDRAWN if to is S.UNSUCCESSFUL else REASONS[decision][0]
        pick = {"application_id": one.key, "version": one.version}
        given = {"picks": [pick], "decision": decision, "reason": reason}
        answer = self.world.run(self.world.decider.post(f"/api/offers/{self.offer}/decisions", json=given))
        if to not in FOLLOWS[one.state]:
            assert answer.status_code == 422, answer.text
        elif to is S.PLACED and not self.room(who):
            assert answer.status_code == 409, answer.text
        else:
            assert answer.status_code == 200, answer.text
            self.reach(who, to)

    @rule()
    def give_one_place_more(self) -> None:
        self.world.run(self._more())
        self.places += 1
        self.move_up()

    async def _more(self) -> None:
        async with self.world.admin.begin() as connection:
            more = text("UPDATE offer_cohorts SET places = places + 1 WHERE id = :id")
            await connection.execute(more, {"id": self.cohort})

    def room(self, who: int) -> str:
        """Which kind of place there is for somebody: theirs first, then what is open to all."""
        taken = [one.place for one in self.sent.values()]
        if who == PEOPLE - 1 and taken.count("kept") < KEPT:
            return "kept"
        return "open" if taken.count("open") < self.places - KEPT else ""

    def reach(self, who: int, to: ApplicationState) -> None:
        one = self.sent[who]
        freed = bool(one.place) and to in {S.WITHDRAWN, S.UNSUCCESSFUL}
        one.place = self.room(who) if to is S.PLACED else "" if freed else one.place
        one.state, one.version = to, one.version + 1
        if freed or to is S.WAITING:
            self.move_up()

    def move_up(self) -> None:
        """Free places go to those who wait, in the order in which they sent."""
        for who in self.in_sending_order():
            if self.sent[who].state is S.WAITING and self.room(who):
                self.reach(who, S.PLACED)

    def in_sending_order(self) -> list[int]:
        keys = {one.key: who for who, one in self.sent.items()}
        _, found = self.world.run(held(self.world.admin, self.cohort))
        return [keys[str(row.id)] for row in found if str(row.id) in keys]

    @invariant()
    def the_database_agrees(self) -> None:
        if not hasattr(self, "cohort"):
            return
        cohort, found = self.world.run(held(self.world.admin, self.cohort))
        assert_consistent(cohort, found)
        rows = {str(row.id): (row.state, row.version, row.has_place, row.has_kept_place) for row in found}
        for one in self.sent.values():
            assert rows[one.key] == (one.state, one.version, bool(one.place), one.place == "kept")


async def test_whatever_happens_in_whatever_order_the_model_holds(
    make: Builder, admin: AsyncEngine, browse: Client
) -> None:
    trust, partner = await make.organisation(), await make.organisation()
    async with AsyncExitStack() as opened:

        async def client(who: SignedIn) -> httpx.AsyncClient:
            return await opened.enter_async_context(browse(who))

        decider = await client(await make.hr_partner(trust))
        world = World(make, admin, asyncio.get_running_loop(), trust, partner, decider)
        for place in [*[trust] * (PEOPLE - 1), partner]:
            who = await make.staff(place)
            await make.assignment(place, who.person)
            world.people.append(await client(who))
        Applications.world = world
        wanted = settings(
            max_examples=10,
            stateful_step_count=10,
            deadline=None,
            database=None,
            # A run that disagrees is told as it was.
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        )
        # Hypothesis waits for each step, so it does that in a thread of its own.
        await asyncio.to_thread(run_state_machine_as_test, Applications, settings=wanted)
