"""Writing past conversations, and taking them back. Each comes in as held and recorded by whoever imports it, with one
wording that has codes and no words. Nobody has agreed to it: that is the person's to do, and until then it counts
nowhere."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.rules.steps import IMPORTED
from service.kit.actor import Actor
from service.transfer.copying import copy_in, run
from service.transfer.plans import PROBLEM, Place, Plan, Tell
from service.transfer.schemas import Applied, Undone

_INCOMING = """
    CREATE TEMPORARY TABLE incoming_conversations (
        person_id uuid, id uuid PRIMARY KEY, facilitator_id uuid, facilitator_kind text, kind text, mode text,
        held_on date, next_due_on date, codes jsonb) ON COMMIT DROP"""
_STATEMENTS = (
    """
    INSERT INTO conversations (person_id, id, organisation_id, facilitator_id, recorded_by_id, facilitator_kind, kind,
                               mode, held_on, next_due_on, terms_version)
    SELECT person_id, id, :organisation, facilitator_id, :me, facilitator_kind, kind, mode, held_on, next_due_on,
           (SELECT max(version) FROM terms_versions)
      FROM incoming_conversations""",
    """
    INSERT INTO wordings (person_id, conversation_id, number, written_by_id, summary, codes)
    SELECT person_id, id, 1, :me, '', codes FROM incoming_conversations""",
    """
    INSERT INTO conversation_states (person_id, conversation_id, number, state, by_id, reason)
    SELECT person_id, id, 1, 'held', :me, :imported FROM incoming_conversations""",
    """
    INSERT INTO import_changes (organisation_id, import_id, what, record_id, after)
    SELECT :organisation, :import, 'conversations', i.id, c.version
      FROM incoming_conversations i JOIN conversations c ON c.person_id = i.person_id AND c.id = i.id""",
    """
    INSERT INTO audit_entries (account_id, actor, action, subject_person_id, organisation_id, entity_id, detail)
    SELECT CAST(:account AS uuid), :actor, 'transfer.brought_in', person_id, :organisation,
           CAST(CAST(:import AS uuid) AS text), jsonb_build_object('conversations', count(*))
      FROM incoming_conversations GROUP BY person_id""",
)
_TAKE_BACK = """
    CREATE TEMPORARY TABLE taken_back ON COMMIT DROP AS
    SELECT about, is_taken FROM private.take_back_conversations(:organisation, :import)"""
_AUDIT = """
    INSERT INTO audit_entries (account_id, actor, action, subject_person_id, organisation_id, entity_id, detail)
    SELECT CAST(:account AS uuid), :actor, 'transfer.undone', about, :organisation,
           CAST(CAST(:import AS uuid) AS text), '{}'
      FROM (SELECT DISTINCT about FROM taken_back WHERE is_taken) AS people"""
_FORGET = "DELETE FROM import_changes WHERE organisation_id = :organisation AND import_id = :import"
_TAKEN = "SELECT count(*) FROM taken_back WHERE is_taken"
_LEFT = "SELECT DISTINCT about FROM taken_back WHERE NOT is_taken ORDER BY about"


async def bring_in(session: AsyncSession, actor: Actor, place: Place, plan: Plan, tell: Tell) -> Applied:
    """Raises IntegrityError when somebody in the plan is no longer employed here at all."""
    conversations = plan.writes["conversations"]
    await session.execute(text(_INCOMING))
    await copy_in(session, "incoming_conversations", conversations)
    facts = _facts(actor, place) | {"me": actor.person_id, "imported": IMPORTED}
    for number, statement in enumerate(_STATEMENTS, start=1):
        await run(session, statement, facts)
        tell(number / len(_STATEMENTS))
    return Applied(conversations_added=conversations.height, rows_left_out=plan.count(PROBLEM))


async def take_back(session: AsyncSession, actor: Actor, place: Place) -> Undone:
    """What nobody has agreed, corrected, shared, noted or planned from since; the people of the rest are named."""
    facts = _facts(actor, place)
    for statement in (_TAKE_BACK, _AUDIT, _FORGET):
        await run(session, statement, facts)
    taken: int = (await session.execute(text(_TAKEN))).scalar_one()
    left = (await session.execute(text(_LEFT))).scalars().all()
    return Undone(restored=taken, left=tuple(left))


def _facts(actor: Actor, place: Place) -> dict[str, str | UUID | None]:
    who = {"account": actor.account_id, "actor": actor.name}
    return {"organisation": place.organisation_id, "import": place.import_id, **who}
