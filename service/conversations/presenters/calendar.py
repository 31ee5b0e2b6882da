"""Meetings as an iCalendar file (RFC 5545). It never says what a meeting is about, or with whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from icalendar import Calendar, Event, vCalAddress, vText, vUri

from service.conversations.schemas.calendar import Meeting
from service.kit.clock import now
from service.web.presenters import moment

TITLE = "Meeting"


def calendar_of(meetings: Sequence[Meeting], address: str, is_feed: bool) -> bytes:
    """One file with all the meetings. `address` is that of the service, and the only thing that it leads to. Times are
    UTC, so that they are right on either side of a change of the clocks."""
    made = Calendar()
    made.add("prodid", "-//Ridgeway//Meetings//EN")
    made.add("version", "2.0")
    cancelled = not is_feed and all(meeting.is_cancelled for meeting in meetings)
    made.add("method", "CANCEL" if cancelled else "PUBLISH")
    if is_feed:
        made.add("x-wr-calname", "Ridgeway")
        made.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for meeting in meetings:
        made.add_component(_event(meeting, address))
    return made.to_ical()


def tag_of(meetings: Sequence[Meeting], address: str) -> str:
    """The same for as long as nothing that the calendar is told has changed."""
    told = "\n".join([address, *(repr(meeting) for meeting in meetings)])
    return f'"{sha256(told.encode()).hexdigest()[:32]}"'


def _event(meeting: Meeting, address: str) -> Event:
    event = Event()
    # RFC 5545 takes any address of a participant; we have none to give away.
    organizer = vCalAddress(address)
    organizer.params["cn"] = vText("Ridgeway")
    starts = meeting.starts.astimezone(UTC)
    event.add("uid", f"{meeting.id}@{urlsplit(address).hostname}")
    event.add("dtstamp", now())
    event.add("dtstart", starts)
    event.add("dtend", starts + timedelta(minutes=meeting.minutes))
    event.add("summary", TITLE)
    event.add("description", f"Sign in to Ridgeway to see it: {address}/")
    event.add("url", vUri(f"{address}/"))
    event.add("organizer", organizer, encode=False)
    event.add("sequence", meeting.version)
    event.add("status", "CANCELLED" if meeting.is_cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    return event


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """`address` only on the page that has just made it."""

    made_at: datetime | None
    address: str = ""

    @property
    def since(self) -> str:
        return moment(self.made_at) if self.made_at else ""

    @property
    def subscribe(self) -> str:
        """The same address, by which a calendar on this device takes it up."""
        return f"webcal://{self.address.split('://', 1)[-1]}"
