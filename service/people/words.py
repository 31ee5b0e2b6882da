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
    "conversations.listed": "read the list of career conversations they had with you",
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
