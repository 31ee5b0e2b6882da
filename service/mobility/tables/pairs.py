from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, SmallInteger, func, text
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base, Key, code_of
from service.mobility.rules.pairing import Basis, BirthDates, PairState


class MovePair(Base):
    """A leaver and a joiner that may be one move inside the system. It links two moves and merges nothing: each record
    of a person stays as it is.

    How alike the two are is kept as what was compared, never as the names or dates themselves.
    """

    __tablename__ = "move_pairs"

    id: Mapped[Key]
    leaver_person_id: Mapped[UUID]
    leaver_event_id: Mapped[UUID]
    leaver_organisation_id: Mapped[UUID]
    joiner_person_id: Mapped[UUID]
    joiner_event_id: Mapped[UUID]
    joiner_organisation_id: Mapped[UUID]
    basis: Mapped[Basis] = mapped_column(code_of(Basis))
    gap_days: Mapped[int] = mapped_column(SmallInteger)
    name_likeness: Mapped[int] = mapped_column(SmallInteger, comment="0 to 100")
    birth_dates: Mapped[BirthDates] = mapped_column(code_of(BirthDates))
    same_number: Mapped[bool]
    has_rival: Mapped[bool] = mapped_column(comment="another record fits nearly as well")
    state: Mapped[PairState] = mapped_column(code_of(PairState), server_default=PairState.WAITING.value)
    found_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    later_until: Mapped[date | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["leaver_person_id", "leaver_event_id"],
            ["mobility_events.person_id", "mobility_events.id"],
            name="fk_move_pairs_leaver",
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["joiner_person_id", "joiner_event_id"],
            ["mobility_events.person_id", "mobility_events.id"],
            name="fk_move_pairs_joiner",
            ondelete="CASCADE",
        ),
        CheckConstraint("leaver_organisation_id <> joiner_organisation_id", name="two_organisations"),
        CheckConstraint("name_likeness BETWEEN 0 AND 100", name="likeness_is_0_to_100"),
        Index("uq_move_pairs_legs", "leaver_event_id", "joiner_event_id", unique=True),
        # A leaver, and a joiner, is used once.
        Index("uq_move_pairs_leaver", "leaver_event_id", unique=True, postgresql_where=text("state = 'paired'")),
        Index("uq_move_pairs_joiner", "joiner_event_id", unique=True, postgresql_where=text("state = 'paired'")),
        Index("ix_move_pairs_leaver_organisation", "leaver_organisation_id", "state", "found_at", "id"),
        Index("ix_move_pairs_joiner_organisation", "joiner_organisation_id", "state", "found_at", "id"),
        Index("ix_move_pairs_leaver_person", "leaver_person_id"),
        Index("ix_move_pairs_joiner_person", "joiner_person_id"),
    )
