"""Names, employers and families that the lists of this room are told with."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.capabilities.tables import JobFamily, RoleProfile
from service.kit.errors import Invalid, Problem
from service.organisations.tables import Organisation
from service.people.queries import EMPLOYED_NOW
from service.people.tables import Employment


async def names_in_talent(session: AsyncSession, people: Iterable[UUID | None]) -> dict[UUID, str]:
    """person -> name, of those whom the reader meets on what they may read of this room."""
    wanted = list({person for person in people if person})
    if not wanted:
        return {}
    asked = text("SELECT person_id, name FROM private.names_in_talent(:people)")
    return {row.person_id: row.name for row in await session.execute(asked, {"people": wanted})}


async def employers_of(session: AsyncSession, person_id: UUID) -> dict[UUID, str]:
    """organisation -> name, of those that employ the reader now."""
    asked = select(Organisation.id, Organisation.name).join(Employment, Employment.organisation_id == Organisation.id)
    mine = asked.where(Employment.person_id == person_id, EMPLOYED_NOW).order_by(Organisation.name)
    return {row.id: row.name for row in await session.execute(mine)}


async def family_and_level(
    session: AsyncSession, profile_id: UUID | None, family_code: str | None, level: int | None
) -> Mapping[str, object]:
    """Those of the role profile where one is named. Raises Invalid for a profile or family that is none."""
    if profile_id is not None:
        asked = select(RoleProfile.family_code, RoleProfile.level).where(RoleProfile.id == profile_id)
        found = (await session.execute(asked)).one_or_none()
        if found is None:
            raise Invalid(Problem("profile_id", "Choose the role from the list of roles."))
        return {"profile_id": profile_id, "family_code": found.family_code, "level": found.level}
    if level is None:
        raise Invalid(Problem("level", "Choose a level."))
    known = select(JobFamily.code).where(JobFamily.code == family_code)
    if family_code is None or (await session.execute(known)).scalar_one_or_none() is None:
        raise Invalid(Problem("family_code", "Choose the job family from the list."))
    return {"profile_id": None, "family_code": family_code, "level": level}
