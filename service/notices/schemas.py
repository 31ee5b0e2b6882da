"""What crosses the doors of this room."""

from datetime import datetime, time
from typing import Annotated
from uuid import UUID

from msgspec import Struct
from pydantic import AfterValidator, Field

from service.kit.fields import Given
from service.notices.rules import QUIET_FROM, QUIET_TO, Mailing


def _of_day(given: time) -> time:
    if given.tzinfo is not None or given.second or given.microsecond:
        raise ValueError("Use a time of day such as 19:00")
    return given


TimeOfDay = Annotated[time, AfterValidator(_of_day)]


class ChoicesIn(Given):
    """How email comes. Quiet hours are UK times of day and may go past midnight; leave both out for none."""

    email: Mailing = Field(title="how often we email you")
    quiet_from: TimeOfDay | None = Field(default=None, title="the start of quiet hours")
    quiet_to: TimeOfDay | None = Field(default=None, title="the end of quiet hours")


class ReadIn(Given):
    """Which notices were read; none named means all."""

    ids: list[UUID] = Field(default=[], max_length=100)


class NoticeOut(Struct, frozen=True):
    """`link` is a path of this service."""

    id: UUID
    kind: str
    headline: str
    link: str
    told_at: datetime
    read_at: datetime | None


class ChoicesOut(Struct, frozen=True):
    email: Mailing = Mailing.DAILY
    quiet_from: time | None = QUIET_FROM
    quiet_to: time | None = QUIET_TO


class NoticesOut(Struct, frozen=True):
    items: list[NoticeOut]
    next_cursor: str | None
    choices: ChoicesOut
