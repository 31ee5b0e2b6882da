"""What the capability frameworks keep: shared reference, published in versions, with nothing in it about a person."""

from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.capabilities.rules import FrameworkKind, FrameworkState, ProfileState, RequirementKind, Tier
from service.kit.db import Base, CodeText, Key, ShortText, code_of

_FRAMEWORK = ["capability_frameworks.code", "capability_frameworks.version"]


class CapabilityFramework(Base):
    """One version of a framework. The current one is the newest that is published; older ones stay to be read."""

    __tablename__ = "capability_frameworks"

    code: Mapped[CodeText] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[ShortText]
    kind: Mapped[FrameworkKind] = mapped_column(code_of(FrameworkKind))
    source_note: Mapped[str] = mapped_column(server_default="")
    licence_note: Mapped[str] = mapped_column(server_default="")
    approved_by: Mapped[ShortText]
    approved_on: Mapped[date]
    state: Mapped[FrameworkState] = mapped_column(
        code_of(FrameworkState), server_default=FrameworkState.PUBLISHED.value
    )

    __table_args__ = (CheckConstraint("version >= 1", name="version_is_1_or_more"),)


class CapabilityDimension(Base):
    """One of the things that a framework describes, such as "Relating"."""

    __tablename__ = "capability_dimensions"

    framework_code: Mapped[CodeText] = mapped_column(primary_key=True)
    framework_version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[CodeText] = mapped_column(primary_key=True)
    name: Mapped[ShortText]
    description: Mapped[str] = mapped_column(server_default="")
    place: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(["framework_code", "framework_version"], _FRAMEWORK, name="fk_dimensions_framework"),
    )


class CapabilityLevel(Base):
    """How far a capability reaches. A level of the framework, not a system level and not a score."""

    __tablename__ = "capability_levels"

    framework_code: Mapped[CodeText] = mapped_column(primary_key=True)
    framework_version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    name: Mapped[ShortText]
    description: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (
        ForeignKeyConstraint(["framework_code", "framework_version"], _FRAMEWORK, name="fk_levels_framework"),
        CheckConstraint("level BETWEEN 1 AND 9", name="level_is_1_to_9"),
    )


class CapabilityBehaviour(Base):
    """What others can see when somebody has the capability; at one level, or at every level where `level` is NULL."""

    __tablename__ = "capability_behaviours"

    framework_code: Mapped[CodeText] = mapped_column(primary_key=True)
    framework_version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    dimension_code: Mapped[CodeText] = mapped_column(primary_key=True)
    code: Mapped[CodeText] = mapped_column(primary_key=True)
    text: Mapped[str]
    level: Mapped[int | None] = mapped_column(SmallInteger)
    place: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(
            ["framework_code", "framework_version", "dimension_code"],
            [f"capability_dimensions.{name}" for name in ("framework_code", "framework_version", "code")],
            name="fk_behaviours_dimension",
        ),
        ForeignKeyConstraint(
            ["framework_code", "framework_version", "level"],
            [f"capability_levels.{name}" for name in ("framework_code", "framework_version", "level")],
            name="fk_behaviours_level",
        ),
    )


class JobFamily(Base):
    """Jobs of one kind, from the first to the most senior. `staff_group` is NULL where a family spans several."""

    __tablename__ = "job_families"

    code: Mapped[CodeText] = mapped_column(primary_key=True)
    name: Mapped[ShortText]
    staff_group: Mapped[CodeText | None]


class RoleProfile(Base):
    """What one role in a family is and asks, at one system level, whoever the employer is.

    `titles` are the job titles that mean this role, in lower case. `is_default` marks the one profile of a staff group
    and level that stands for posts whose own title nobody knows.
    """

    __tablename__ = "role_profiles"

    id: Mapped[Key]
    family_code: Mapped[CodeText] = mapped_column(ForeignKey("job_families.code"))
    level: Mapped[int] = mapped_column(SmallInteger)
    code: Mapped[CodeText]
    title: Mapped[ShortText]
    summary: Mapped[str] = mapped_column(server_default="")
    version: Mapped[int] = mapped_column(server_default="1")
    state: Mapped[ProfileState] = mapped_column(code_of(ProfileState), server_default=ProfileState.PUBLISHED.value)
    replaced_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("role_profiles.id"))
    titles: Mapped[list[str]] = mapped_column(ARRAY(Text()), server_default="{}")
    tier: Mapped[Tier | None] = mapped_column(code_of(Tier))
    is_default: Mapped[bool] = mapped_column(server_default="false")

    __table_args__ = (
        Index("uq_role_profiles_code_version", "code", "version", unique=True),
        Index("ix_role_profiles_family_level", "family_code", "level"),
        Index("ix_role_profiles_title", "title", "id"),
        CheckConstraint("level BETWEEN 1 AND 9", name="level_is_1_to_9"),
    )


class RoleRequirement(Base):
    """One thing that a role asks: a capability of a framework's version, or an experience, registration or
    qualification in words.
    """

    __tablename__ = "role_requirements"

    profile_id: Mapped[UUID] = mapped_column(ForeignKey("role_profiles.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[RequirementKind] = mapped_column(code_of(RequirementKind))
    framework_code: Mapped[CodeText | None]
    framework_version: Mapped[int | None]
    dimension_code: Mapped[CodeText | None]
    level: Mapped[int | None] = mapped_column(SmallInteger)
    text: Mapped[str] = mapped_column(server_default="")
    is_essential: Mapped[bool]

    __table_args__ = (
        ForeignKeyConstraint(
            ["framework_code", "framework_version", "dimension_code"],
            [f"capability_dimensions.{name}" for name in ("framework_code", "framework_version", "code")],
            name="fk_requirements_dimension",
        ),
        ForeignKeyConstraint(
            ["framework_code", "framework_version", "level"],
            [f"capability_levels.{name}" for name in ("framework_code", "framework_version", "level")],
            name="fk_requirements_level",
        ),
        CheckConstraint(
            "CASE WHEN kind = 'capability' THEN num_nonnulls(framework_code, framework_version, dimension_code) = 3"
            " ELSE num_nonnulls(framework_code, framework_version, dimension_code, level) = 0 AND text <> '' END",
            name="names_a_capability_or_says_it_in_words",
        ),
    )
