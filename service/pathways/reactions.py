"""What a pathway does when a post begins or ends. `listen` is called once, where the rooms are put together."""

from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.events import subscribe
from service.pathways.actions.transitions import end_with_post, open_transitions
from service.posts.events import AssignmentEnded, AssignmentStarted


def listen() -> None:
    subscribe(AssignmentStarted, on_started)
    subscribe(AssignmentEnded, on_ended)


async def on_started(session: AsyncSession, actor: Actor, event: AssignmentStarted) -> None:
    await open_transitions(session, actor, event.organisation_id)


async def on_ended(session: AsyncSession, actor: Actor, event: AssignmentEnded) -> None:
    await end_with_post(session, actor, event.organisation_id, event.assignment_id, event.ended)
