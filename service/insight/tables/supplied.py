from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base, CodeText, Key, ShortText


class SuppliedFigure(Base):
    """A count that an organisation took from elsewhere: its staff survey, its board, its formal processes. Only ever
    added; of one organisation, measure, day and group the newest counts.
    """

    __tablename__ = "supplied_figures"

    id: Mapped[Key]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    measure: Mapped[CodeText] = mapped_column(comment="wres.5: a line of a statutory return")
    period_end: Mapped[date]
    group_code: Mapped[CodeText]
    numerator: Mapped[int]
    denominator: Mapped[int]
    by_id: Mapped[UUID]
    by_name: Mapped[ShortText]
    at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint("0 <= numerator AND numerator <= denominator", name="part_of_all"),
        Index("ix_supplied_figures_organisation", "organisation_id", "measure", "period_end"),
        Index("ix_supplied_figures_by", "by_id"),
    )
