from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Uuid, func, text
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base, ShortText, code_of
from service.kit.ids import new_id
from service.offers.rules.positive_action import PARTS, RecordState
from service.offers.rules.subjects import Subject

_WORDS = ("group_described", "evidence", "figure", "comparator", "rationale", "proportionality", "alternatives")
# A figure brings its sentence and its release with it.
_WHOLE = (*PARTS, "evidence", "release_id")
_SAID = " AND ".join(f"{part} <> ''" if part in _WORDS else f"{part} IS NOT NULL" for part in _WHOLE)


class PositiveActionRecord(Base):
    """The case for a targeted offer or a priority window: written, approved, and in force until its review date. Once
    it is approved its words stay as they are; what is renewed is written anew. It is about a group, never a person.

    `figure` names the released figure that it cites: "release/characteristic/group/level".
    """

    __tablename__ = "positive_action_records"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    subject: Mapped[Subject] = mapped_column(code_of(Subject))
    subject_id: Mapped[UUID]
    title: Mapped[ShortText] = mapped_column(comment="of the subject, when this was written")
    group_described: Mapped[str] = mapped_column(server_default="")
    evidence: Mapped[str] = mapped_column(server_default="", comment="the sentence of the release, as given")
    figure: Mapped[ShortText] = mapped_column(server_default="")
    release_id: Mapped[UUID | None]
    comparator: Mapped[str] = mapped_column(server_default="")
    rationale: Mapped[str] = mapped_column(server_default="", comment="Equality Act 2010, section 158")
    proportionality: Mapped[str] = mapped_column(server_default="")
    alternatives: Mapped[str] = mapped_column(server_default="")
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    review_on: Mapped[date | None]
    state: Mapped[RecordState] = mapped_column(code_of(RecordState), server_default=RecordState.DRAFT.value)
    written_by_id: Mapped[UUID | None] = mapped_column(comment="the account that last wrote the draft")
    approved_by: Mapped[ShortText] = mapped_column(server_default="")
    approved_by_id: Mapped[UUID | None] = mapped_column(comment="the account")
    approved_on: Mapped[date | None]
    reminded_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(server_default="1")
    written_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint("subject <> 'pipeline'", name="about_what_people_apply_for"),
        CheckConstraint(
            f"state = 'draft' OR (approved_by <> '' AND approved_on IS NOT NULL AND {_SAID})", name="approved_whole"
        ),
        CheckConstraint(
            "review_on > approved_on AND review_on <= approved_on + interval '12 months'", name="reviewed_in_a_year"
        ),
        Index(
            "uq_positive_action_records_one",
            "organisation_id",
            "subject",
            "subject_id",
            "state",
            unique=True,
            postgresql_where=text("state <> 'ended'"),
        ),
        Index("ix_positive_action_records_subject", "subject", "subject_id"),
    )


class EqualQualification(Base):
    """That these candidates are equally qualified, and how that is known: without it positive action decides nothing
    between people. `candidates` are applications or people, as the subject's own room names them.
    """

    __tablename__ = "equal_qualifications"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    subject: Mapped[Subject] = mapped_column(code_of(Subject))
    subject_id: Mapped[UUID]
    candidates: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid(as_uuid=True)))
    words: Mapped[str]
    recorded_by: Mapped[ShortText]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (
        CheckConstraint("cardinality(candidates) BETWEEN 2 AND 50", name="two_or_more"),
        CheckConstraint("words <> ''", name="says_how"),
        Index("ix_equal_qualifications_candidates", "candidates", postgresql_using="gin"),
        Index("ix_equal_qualifications_subject", "organisation_id", "subject", "subject_id", "at"),
    )


class OfferDeclaration(Base):
    """That somebody said, for this one offer or opportunity, that they belong to the group it is for. It names no
    group, is read by them alone, is never compared with what they answered for monitoring, and is deleted when the
    subject closes.
    """

    __tablename__ = "offer_declarations"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    subject: Mapped[Subject] = mapped_column(code_of(Subject), primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    keep_until: Mapped[date]
    at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        Index("ix_offer_declarations_subject", "subject", "subject_id"),
        Index("ix_offer_declarations_keep_until", "keep_until"),
    )
