from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base, ShortText, code_of
from service.kit.ids import new_id
from service.offers.rules.checks import CheckStage, Finding
from service.offers.rules.subjects import Subject


class InclusionCheck(Base):
    """What was found when somebody asked, at one stage, whether it is fair. Rows are only ever added: the newest of a
    stage is its answer, the ones before stay to be seen.
    """

    __tablename__ = "inclusion_checks"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    subject: Mapped[Subject] = mapped_column(code_of(Subject))
    subject_id: Mapped[UUID]
    stage: Mapped[CheckStage] = mapped_column(code_of(CheckStage))
    finding: Mapped[Finding] = mapped_column(code_of(Finding))
    looked_at: Mapped[str] = mapped_column(server_default="", comment="the number, in words, with its release")
    will_do: Mapped[str] = mapped_column(server_default="")
    owner_account_id: Mapped[UUID]
    owner: Mapped[ShortText]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (
        CheckConstraint("finding = 'could_not_tell' OR looked_at <> ''", name="rests_on_a_number"),
        CheckConstraint("finding = 'fair' OR will_do <> ''", name="leads_to_something"),
        Index("ix_inclusion_checks_subject", "organisation_id", "subject", "subject_id", "at"),
    )
