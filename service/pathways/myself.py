"""Whose pathway it is: the doors of this room and of `home` ask here."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.errors import NotFound
from service.pathways.queries.place import find_place, get_pathway, main_post
from service.pathways.schemas.steps import PathwayOut
from service.posts.queries import list_assignments
from service.posts.schemas import AssignmentOut


def myself(actor: Actor) -> UUID:
    """Raises NotFound for an account that is nobody's, such as a system leader's."""
    return actor.myself(what="pathway for this account")


async def pathway_of(
    session: AsyncSession,
    me: UUID,
    assignment_id: UUID | None = None,
    posts: Sequence[AssignmentOut] | None = None,
) -> PathwayOut:
    """From the main post, or from one that is named. Raises NotFound for a post that the reader does not hold now.
    `posts` are the reader's own, where they were read already."""
    if posts is None:
        posts = (await list_assignments(session, me)).items
    held = [post for post in posts if post.is_held_on(today())]
    if assignment_id is None:
        post = main_post(held)
    else:
        post = next((one for one in held if one.id == assignment_id), None)
        if post is None:
            raise NotFound("post")
    return await get_pathway(session, me, await find_place(session, me, post))
