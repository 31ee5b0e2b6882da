"""Putting a framework's version, and role profiles, into their tables. Who may do so is for the caller to know."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.capabilities.rules import Content, Requirement, Role
from service.capabilities.tables import (
    CapabilityBehaviour,
    CapabilityDimension,
    CapabilityFramework,
    CapabilityLevel,
    RoleProfile,
    RoleRequirement,
)
from service.kit.db import Base
from service.kit.ids import new_id

Row = dict[str, Any]


async def store_framework(session: AsyncSession, head: Mapping[str, Any], content: Content) -> None:
    """`head` is a row of capability_frameworks."""
    version = {"framework_code": head["code"], "framework_version": head["version"]}
    await session.execute(insert(CapabilityFramework), dict(head))
    await _insert(
        session,
        CapabilityLevel,
        [version | {"level": one.level, "name": one.name, "description": one.description} for one in content.levels],
    )
    await _insert(
        session,
        CapabilityDimension,
        [
            version | {"code": one.code, "name": one.name, "description": one.description, "place": place}
            for place, one in enumerate(content.dimensions, start=1)
        ],
    )
    await _insert(
        session,
        CapabilityBehaviour,
        [
            version
            | {"dimension_code": one.dimension, "code": one.code, "text": one.text, "level": one.level, "place": n}
            for n, one in enumerate(content.behaviours, start=1)
        ],
    )


async def store_roles(session: AsyncSession, roles: Iterable[tuple[Role, int]]) -> dict[str, UUID]:
    """(role, its version) -> the new id of each role's code."""
    given = [(new_id(), role, version) for role, version in roles]
    await _insert(session, RoleProfile, [_profile(key, role, version) for key, role, version in given])
    await _insert(
        session,
        RoleRequirement,
        [
            _requirement(key, place, one)
            for key, role, _ in given
            for place, one in enumerate(role.requirements, start=1)
        ],
    )
    return {role.code: key for key, role, _ in given}


async def _insert(session: AsyncSession, table: type[Base], rows: list[Row]) -> None:
    if rows:
        await session.execute(insert(table), rows)


def _profile(key: UUID, role: Role, version: int) -> Row:
    return {
        "id": key,
        "family_code": role.family,
        "level": role.level,
        "code": role.code,
        "title": role.title,
        "summary": role.summary,
        "version": version,
        "titles": list(role.titles),
        "tier": role.tier,
        "is_default": role.is_default,
    }


def _requirement(profile_id: UUID, place: int, asked: Requirement) -> Row:
    return {
        "profile_id": profile_id,
        "place": place,
        "kind": asked.kind,
        "framework_code": asked.framework,
        "framework_version": asked.version,
        "dimension_code": asked.dimension,
        "level": asked.level,
        "text": asked.text,
        "is_essential": asked.is_essential,
    }
