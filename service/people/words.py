"""What the trail says about a person's record, in words for that person."""

from collections.abc import Mapping

_DID: Mapping[str, str] = {
    "people.read": "opened your record",
    "people.added": "added you",
    "people.corrected": "corrected your name or email address",
    "posts.read": "read the list of your posts",
    "posts.added": "added a post",
    "posts.ended": "recorded the end of a post",
    "conversations.logged": "logged a career conversation with you",
    "conversations.read": "read the record of a career conversation with you",
    "conversations.planned": "planned a career conversation with you",
    "conversations.undone": "took back a career conversation that they had logged or planned",
    "conversations.corrected": "corrected the words of a career conversation with you",
    "conversations.prepared": "said that they have prepared for a career conversation with you",
    "conversations.held": "wrote down, or reopened, a career conversation with you",
    "conversations.closed": "closed a career conversation with you",
    "conversations.missed": "noted that a career conversation with you did not go ahead",
    "conversations.lapsed": "called off a career conversation with you",
    "conversations.shared_read": "read a career conversation that you share",
    "conversations.preparation_read": "read the preparation that you showed them",
    "conversations.note_kept": "kept a note of their own on a career conversation with you",
    "conversations.note_removed": "removed a note of their own on a career conversation with you",
    "conversations.preparation_kept": "prepared for a career conversation with you",
    "conversations.preparation_removed": "removed what they had prepared for a career conversation with you",
    "conversations.listed": "read the list of career conversations they had with you",
    "pathways.evidence_read": "read the evidence that you share with them",
    "pathways.support_arranged": "arranged support for your move into leadership",
    "pathways.transition_ended": "closed your move into leadership",
    "conversations.arranged": "planned a career conversation with you",
    "conversations.reason_given": "noted why you have no career conversation for now, or took that note away",
    "conversations.invitation_read": "downloaded an invitation to a meeting with you",
    "conversations.plan_read": "read what a career conversation with you led to",
    "conversations.action_read": "read an action in your plan",
    "conversations.action_added": "added an action to your plan",
    "conversations.action_changed": "changed an action in your plan",
    "conversations.action_closed": "marked an action in your plan as done, set aside or open again",
    "conversations.action_carried": "carried an action in your plan over to the next conversation",
    "conversations.action_reminded": "sent a reminder about an action in your plan",
    "transfer.imported": "added you, or changed your record, from a file",
    "transfer.compared": "compared your record with a file, before bringing it in",
    "transfer.brought_in": "brought in past conversations of yours from a file, without what was said",
    "transfer.answered": "gave answers to equality questions for you, from a file",
    "transfer.undone": "took back what a file had changed in your record",
    "transfer.exported": "downloaded a list of staff with you in it",
}


def did(action: str) -> str:
    """ "people.read" -> "opened your record"; an action of another room is named as it was recorded."""
    return _DID.get(action, action.replace(".", ": ").replace("_", " "))
