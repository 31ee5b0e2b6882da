from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base, CodeText


class ReleasedRoute(Base):
    """A step that people in this system really took, as a release tells it: rounded, and only where enough people took
    it. Everybody who signs in may read those of the newest release; only a release writes them, and never again.
    """

    __tablename__ = "released_routes"

    from_profile: Mapped[CodeText] = mapped_column(primary_key=True)
    to_profile: Mapped[CodeText] = mapped_column(primary_key=True)
    release_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    snapshot_on: Mapped[date]
    people: Mapped[int]
    median_months: Mapped[int | None]
    across_share: Mapped[float | None]
    is_shown: Mapped[bool] = mapped_column(server_default="true")
