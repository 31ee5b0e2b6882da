from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from service.capabilities.rules import Tier
from service.kit.db import Base, Key, ShortText, code_of
from service.pathways.rules.steps import StepKind, StepState
from service.pathways.rules.transitions import ExpectationKind


class PathwayStep(Base):
    """A way from one role to another that people can take. What it says never changes: a correction is the next
    version, and the one before is retired. Retired steps stay, for those who chose or took them.

    A role profile may be published anew; a step goes on to mean the newest profile of the same code.
    """

    __tablename__ = "pathway_steps"

    id: Mapped[Key]
    from_profile_id: Mapped[UUID] = mapped_column(ForeignKey("role_profiles.id"))
    to_profile_id: Mapped[UUID] = mapped_column(ForeignKey("role_profiles.id"))
    kind: Mapped[StepKind] = mapped_column(code_of(StepKind))
    typical_months: Mapped[int] = mapped_column(SmallInteger, comment="in the role before, where people took it")
    what_helps: Mapped[str] = mapped_column(String(500), server_default="")
    version: Mapped[int] = mapped_column(server_default="1")
    state: Mapped[StepState] = mapped_column(code_of(StepState), server_default=StepState.PUBLISHED.value)

    __table_args__ = (
        Index("uq_pathway_steps_from_to", "from_profile_id", "to_profile_id", "version", unique=True),
        Index("ix_pathway_steps_to", "to_profile_id"),
        CheckConstraint("from_profile_id <> to_profile_id", name="leads_elsewhere"),
        CheckConstraint("typical_months BETWEEN 1 AND 240", name="typical_months_is_1_to_240"),
    )


class LeadershipTier(Base):
    """A kind of leadership: from enabled leader to executive. The levels say where it is usual, and decide nothing."""

    __tablename__ = "leadership_tiers"

    code: Mapped[Tier] = mapped_column(code_of(Tier), primary_key=True)
    name: Mapped[ShortText]
    summary: Mapped[str]
    from_level: Mapped[int] = mapped_column(SmallInteger)
    to_level: Mapped[int] = mapped_column(SmallInteger)
    place: Mapped[int] = mapped_column(SmallInteger, comment="1 is the first tier")


class TierExpectation(Base):
    """What is expected of somebody new in a tier, and what they can expect of the system."""

    __tablename__ = "tier_expectations"

    tier: Mapped[Tier] = mapped_column(ForeignKey("leadership_tiers.code"), primary_key=True)
    kind: Mapped[ExpectationKind] = mapped_column(code_of(ExpectationKind), primary_key=True)
    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    text: Mapped[str]
