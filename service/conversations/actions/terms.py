"""Publishing an edition of the words that conversations are coded in."""

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.conversations.queries.terms import current_version, get_edition
from service.conversations.rules import term_problems
from service.conversations.schemas.terms import EditionIn, EditionOut
from service.conversations.tables import ConversationTerm, TermsVersion
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.errors import Conflict, Invalid


async def publish_edition(session: AsyncSession, actor: Actor, given: EditionIn) -> EditionOut:
    """A whole new edition. Raises NotAllowed, Conflict when another was published since the one it is based on,
    Invalid for codes given twice, a topic without codes, or an approval that is still to come."""
    actor.must("frameworks.edit")
    current = await current_version(session) or 0
    if given.based_on != current:
        raise Conflict(f"Edition {current} has been published since. Start again from it, so that nothing is lost.")
    problems = term_problems([(term.topic, term.code) for term in given.terms], given.approved_on, today())
    if problems:
        raise Invalid(*problems)
    version = current + 1
    head = given.model_dump(include={"approved_by", "approved_on", "note"})
    await session.execute(insert(TermsVersion), {**head, "version": version})
    rows = [{**term.model_dump(), "version": version, "place": place} for place, term in enumerate(given.terms, 1)]
    await session.execute(insert(ConversationTerm), rows)
    await record(session, actor, "conversations.terms_published", entity=version, terms=len(rows))
    return await get_edition(session, version)
