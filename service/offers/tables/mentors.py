from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, SmallInteger, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base, ShortText, code_of
from service.kit.ids import new_id
from service.offers.rules.mentors import MOST_PEOPLE, MOST_TOPICS, DeclineReason, MeetingWay, MentorKind, RequestState

_WAYS = ", ".join(f"'{way.value}'" for way in MeetingWay)


class Mentor(Base):
    """Somebody who offers to be a mentor or coach, to people of every employer. `topics` are dimensions of capability
    frameworks, as "framework.dimension". `taken` is kept by the history of requests.
    """

    __tablename__ = "mentors"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    kind: Mapped[MentorKind] = mapped_column(code_of(MentorKind))
    capacity: Mapped[int] = mapped_column(SmallInteger)
    taken: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    topics: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    level_from: Mapped[int] = mapped_column(SmallInteger)
    level_to: Mapped[int] = mapped_column(SmallInteger)
    ways: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    languages: Mapped[ShortText] = mapped_column(server_default="")
    paused: Mapped[bool] = mapped_column(server_default="false")
    version: Mapped[int] = mapped_column(server_default="1")
    since: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint(f"capacity BETWEEN 1 AND {MOST_PEOPLE}", name="capacity_is_1_to_10"),
        CheckConstraint("taken BETWEEN 0 AND capacity", name="never_too_many"),
        CheckConstraint(f"cardinality(topics) BETWEEN 1 AND {MOST_TOPICS}", name="1_to_8_topics"),
        CheckConstraint(f"ways <@ ARRAY[{_WAYS}] AND cardinality(ways) > 0", name="known_ways"),
        CheckConstraint("level_from BETWEEN 1 AND level_to AND level_to <= 9", name="levels_in_order"),
        Index("ix_mentors_topics", "topics", postgresql_using="gin"),
    )


class MentorRequest(Base):
    """One person asks one mentor. Read by the two of them alone, `words` too. Its state repeats the history's last."""

    __tablename__ = "mentor_requests"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    mentor_id: Mapped[UUID] = mapped_column(ForeignKey("mentors.person_id"))
    words: Mapped[str]
    state: Mapped[RequestState] = mapped_column(code_of(RequestState), server_default=RequestState.ASKED.value)
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint("person_id <> mentor_id", name="two_people"),
        Index("ix_mentor_requests_mentor", "mentor_id", "asked_at"),
        Index("ix_mentor_requests_id", "id"),
        Index(
            "uq_mentor_requests_one_open",
            "person_id",
            "mentor_id",
            unique=True,
            postgresql_where=text("state IN ('asked', 'accepted')"),
        ),
    )


class MentorRequestState(Base):
    """What became of a request, when, and by whom of the two. Rows are only ever added."""

    __tablename__ = "mentor_request_states"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    request_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    state: Mapped[RequestState] = mapped_column(code_of(RequestState))
    by_id: Mapped[UUID]
    reason: Mapped[DeclineReason | None] = mapped_column(code_of(DeclineReason))
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "request_id"],
            ["mentor_requests.person_id", "mentor_requests.id"],
            name="fk_mentor_request_states_request",
            ondelete="CASCADE",
        ),
        CheckConstraint("(state = 'declined') = (reason IS NOT NULL)", name="declined_for_a_reason"),
    )
