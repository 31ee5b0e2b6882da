"""Every way the service says no. Doors turn these into problem+json or an error summary; nothing below a door knows
HTTP.

Refusal
├── NotSignedIn      nobody is signed in, or the session has ended
├── NotAllowed       signed in, in sight of the thing, but this may not be done
├── NotFound         there is no such thing, or it is not for these eyes (the two are never told apart)
├── Invalid          what was given cannot be used; carries one Problem for each field
├── Conflict         somebody else changed it first, or it contradicts what is already recorded
│   ├── CannotOpen   sealed words, and a key that is not here (kit.vault)
│   └── Stale        the version that was sent is no longer the one that is kept
└── NotRead          a change was sent without saying which version was read
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one field, in words that say how to put it right."""

    field: str
    message: str


class Refusal(Exception):  # noqa: N818 - the service says no; nothing went wrong
    """The service will not do this; `message` is written for the person who asked."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotSignedIn(Refusal):
    def __init__(self, message: str = "Sign in to continue.") -> None:
        super().__init__(message)


class NotAllowed(Refusal):
    def __init__(self, message: str = "Your role does not let you do this.") -> None:
        super().__init__(message)


class NotFound(Refusal):
    def __init__(self, what: str = "page") -> None:
        super().__init__(f"We could not find that {what}. It may have been removed, or you may not have access to it.")


class Invalid(Refusal):
    """`problems` is never empty; the first one speaks for the whole where only one line fits."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


class Conflict(Refusal):
    pass


class Stale(Conflict):
    def __init__(self, message: str = "This has changed since you read it. Read it again, then send yours.") -> None:
        super().__init__(message)


class NotRead(Refusal):
    def __init__(self, message: str = "Send If-Match with the ETag of what you read: then no change is lost.") -> None:
        super().__init__(message)
