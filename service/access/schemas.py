from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from service.access.grants import Role
from service.access.rules import Reason
from service.kit.fields import Given, Line, Shown


def _address(text: str) -> str:
    name, _, place = text.rpartition("@")
    if not name or "." not in place.strip(".") or any(character.isspace() for character in text):
        raise ValueError("Enter an e-mail address, such as name@example.org")
    return text


Email = Annotated[Line, AfterValidator(_address)]


class AccountIn(Given):
    name: Line = Field(title="name")
    email: Email = Field(title="e-mail address", description="The one that the sign-in provider knows them by.")


class GrantIn(Given):
    account_id: UUID
    role: Role = Field(title="role")
    organisation_id: UUID | None = Field(
        default=None, title="organisation", description="For a facilitator or an HR partner."
    )
    reason: Reason = Field(title="reason")


class ReasonIn(Given):
    reason: Reason = Field(title="reason")


class GrantOut(Shown):
    id: UUID
    role: Role
    organisation_id: UUID | None
    organisation: str | None
    granted_at: datetime
    granted_by: str


class AccountOut(Shown):
    id: UUID
    name: str
    email: str
    closed_at: datetime | None
    signed_in_before: bool


class AccountWithGrantsOut(AccountOut):
    grants: list[GrantOut]


class AccountsOut(Shown):
    items: list[AccountOut]
    next_cursor: str | None


class HeldOut(Shown):
    role: Role
    organisation_id: UUID | None
    organisation: str | None


class SessionOut(Shown):
    account_id: UUID
    person_id: UUID | None
    name: str
    roles: list[HeldOut]
    everywhere: list[str] = Field(description="Permissions that hold in the whole system.")
    by_organisation: dict[UUID, list[str]] = Field(description="Permissions that hold in one organisation.")
    csrf_token: str = Field(description="Send this as X-CSRF-Token with every request that changes something.")
