"""What somebody is to a conversation, and whether it is still the one that they read."""

from uuid import UUID

from service.conversations.rules.steps import Part
from service.conversations.schemas.record import ConversationOut, Held
from service.kit.actor import Actor
from service.kit.errors import NotAllowed, Stale


def parts_of(actor: Actor, talk: Held) -> frozenset[Part]:
    """None for those whom the person lets read it: they are no party."""
    who = {Part.PERSON: talk.person, Part.FACILITATOR: talk.facilitator, Part.RECORDER: talk.recorded_by}
    return frozenset(part for part, party in who.items() if party.id == actor.person_id)


def me_in(actor: Actor, talk: Held) -> UUID:
    """The actor as a party of it. Raises NotAllowed for anybody else."""
    if actor.person_id is None or not parts_of(actor, talk):
        raise NotAllowed("Only its parties can do this.")
    return actor.person_id


def speaker_in(actor: Actor, talk: Held) -> UUID:
    """The actor as one of the two who talk. Raises NotAllowed for whoever only arranged it, and for readers."""
    if actor.person_id is None or actor.person_id not in {talk.person.id, talk.facilitator.id}:
        raise NotAllowed("Only the two who talk can do this.")
    return actor.person_id


def the_one_read(talk: ConversationOut, version: int) -> ConversationOut:
    """Raises Stale when it has changed since that version was read."""
    if talk.version != version:
        raise Stale
    return talk
