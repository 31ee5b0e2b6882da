"""What must be true before a role is given or taken away."""

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from service.access.grants import GRANTS, ROLE_NAMES, Reach, Role
from service.kit.errors import Problem


class Reason(StrEnum):
    """Why access changed: a code, because the audit trail holds no free text."""

    NEW_IN_ROLE = "new_in_role"
    COVER = "cover"
    MOVED = "moved"
    LEFT = "left"
    REVIEW = "review"
    MISTAKE = "mistake"


REASONS: Mapping[Reason, str] = {
    Reason.NEW_IN_ROLE: "New in this role",
    Reason.COVER: "Covering for somebody",
    Reason.MOVED: "Moved to other work",
    Reason.LEFT: "Left",
    Reason.REVIEW: "Review of who has access",
    Reason.MISTAKE: "Putting a mistake right",
}

# Staff is not given: every account that belongs to a person has it.
GIVEN_ROLES = tuple(role for role in Role if role is not Role.STAFF)


def in_an_organisation(role: Role) -> bool:
    return GRANTS[role][0] is Reach.ORGANISATION


def problems_with_giving(role: Role, organisation_id: UUID | None, *, to_self: bool) -> list[Problem]:
    found: list[Problem] = []
    if role not in GIVEN_ROLES:
        found.append(
            Problem("role", "Everyone whose account belongs to a person is staff already. Choose another role.")
        )
    if in_an_organisation(role) and organisation_id is None:
        found.append(Problem("organisation_id", f"Choose the organisation in which they are {_a(role)}."))
    if role in GIVEN_ROLES and not in_an_organisation(role) and organisation_id is not None:
        found.append(
            Problem("organisation_id", f"{ROLE_NAMES[role]} reaches the whole system. Leave the organisation empty.")
        )
    if to_self:
        found.append(Problem("role", "You cannot give a role to yourself. Ask another administrator."))
    return found


def problem_with_taking(role: Role, *, from_self: bool, other_administrators: int) -> str | None:
    """Why this grant must stay, in words; None when it may go. Somebody must always be left who can give access."""
    if role is not Role.ADMINISTRATOR:
        return None
    if from_self:
        return "You cannot take the administrator role from yourself. Ask another administrator."
    return None if other_administrators else "This is the last administrator. Give the role to somebody else first."


def _a(role: Role) -> str:
    return f"{'an' if role is Role.HR_PARTNER else 'a'} {ROLE_NAMES[role]}"
