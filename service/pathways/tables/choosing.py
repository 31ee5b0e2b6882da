from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base
from service.kit.ids import new_id


class StatedRole(Base):
    """The person says which role profile is theirs, for one post or, with none, for themselves. The newest row of a
    post is in force; one without a profile goes back to what the job title says.
    """

    __tablename__ = "stated_roles"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    assignment_id: Mapped[UUID | None]
    profile_id: Mapped[UUID | None] = mapped_column(ForeignKey("role_profiles.id"))
    stated_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class ChosenStep(Base):
    """A step that somebody works towards, until they set it aside. Only they know."""

    __tablename__ = "chosen_steps"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    step_id: Mapped[UUID] = mapped_column(ForeignKey("pathway_steps.id"))
    chosen_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    set_aside_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_chosen_steps_current",
            "person_id",
            "step_id",
            unique=True,
            postgresql_where=text("set_aside_at IS NULL"),
        ),
    )
