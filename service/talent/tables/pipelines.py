from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, SmallInteger, Uuid, func, text
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base, CodeText, Key, ShortText, code_of
from service.kit.ids import new_id
from service.talent.rules.codes import Entry, MemberState, PipelineState, Stage, Step


class Pipeline(Base):
    """A way into one kind of role: whom it is for, by criteria that everybody can read. `in_scope` are the employers
    whose people may enter; empty, all of them.
    """

    __tablename__ = "pipelines"

    id: Mapped[Key]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), comment="looks after it")
    in_scope: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), server_default="{}")
    title: Mapped[ShortText]
    family_code: Mapped[CodeText] = mapped_column(ForeignKey("job_families.code"))
    level: Mapped[int] = mapped_column(SmallInteger)
    purpose: Mapped[str]
    criteria: Mapped[str]
    owner: Mapped[ShortText]
    state: Mapped[PipelineState] = mapped_column(code_of(PipelineState), server_default=PipelineState.OPEN.value)
    opened_on: Mapped[date] = mapped_column(server_default=func.current_date())
    version: Mapped[int] = mapped_column(server_default="1")

    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 9", name="level_is_1_to_9"),
        Index("ix_pipelines_title", "title", "id"),
        Index("ix_pipelines_family_level", "family_code", "level"),
    )


class PipelineMembership(Base):
    """Somebody in a pipeline, as its steps have made it: a trigger keeps state, stage and dates, so that each change
    has its step. It lapses at `expires_on` unless it is reviewed.

    `organisation_id` is the employer it arose in; `shown_to` are others that the person lets see it.
    """

    __tablename__ = "pipeline_memberships"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    pipeline_id: Mapped[UUID] = mapped_column(ForeignKey("pipelines.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    source: Mapped[Entry] = mapped_column(code_of(Entry))
    state: Mapped[MemberState] = mapped_column(code_of(MemberState), server_default=MemberState.ASKED.value)
    stage: Mapped[Stage] = mapped_column(code_of(Stage), server_default=Stage.FEEDER.value)
    entered_on: Mapped[date | None]
    reviewed_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    is_disputed: Mapped[bool] = mapped_column(server_default="false", comment="the person did not agree")
    shown_to: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), server_default="{}")
    version: Mapped[int] = mapped_column(server_default="0", comment="the number of its last step")
    changed_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (
        CheckConstraint(
            "state <> 'current' OR num_nonnulls(entered_on, expires_on) = 2", name="a_current_one_has_its_dates"
        ),
        Index("ix_pipeline_memberships_id", "id"),
        Index("ix_pipeline_memberships_pipeline", "pipeline_id", "stage", "id"),
        Index("ix_pipeline_memberships_organisation", "organisation_id", "expires_on", "id"),
        Index(
            "uq_pipeline_memberships_once",
            "person_id",
            "pipeline_id",
            unique=True,
            postgresql_where=text("state IN ('asked', 'current')"),
        ),
    )


class MembershipState(Base):
    """One step of a membership, in order and only ever added: who said what of it, and on what it rests."""

    __tablename__ = "membership_states"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    membership_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    step: Mapped[Step] = mapped_column(code_of(Step))
    stage: Mapped[Stage] = mapped_column(code_of(Stage))
    words: Mapped[str] = mapped_column(server_default="")
    evidence_id: Mapped[UUID | None] = mapped_column(comment="a piece of the person's own, which they may delete")
    by_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "membership_id"],
            ["pipeline_memberships.person_id", "pipeline_memberships.id"],
            name="fk_membership_states_membership",
        ),
        CheckConstraint(
            "step IN ('declined', 'left') OR words <> '' OR evidence_id IS NOT NULL", name="rests_on_something"
        ),
        CheckConstraint("step <> 'reviewed' OR by_id <> person_id", name="reviewed_by_somebody_else"),
    )
