"""The words of the page of notices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from service.notices.rules import MAILINGS, Mailing
from service.notices.schemas import ChoicesOut, NoticeOut
from service.web.forms import Form

HOURS = tuple(time(hour) for hour in range(24))


@dataclass(frozen=True, slots=True)
class NoticesPage:
    notices: Sequence[NoticeOut]
    next_cursor: str | None
    form: Form
    is_first: bool = True
    saved: bool = False

    @property
    def any_unread(self) -> bool:
        return any(notice.read_at is None for notice in self.notices)

    @property
    def mailings(self) -> list[dict[str, str | bool]]:
        chosen = self.form.value("email")
        return [{"value": code, "text": said, "checked": code == chosen} for code, said in MAILINGS.items()]

    def hours(self, name: str) -> list[dict[str, str | bool]]:
        """Every full hour, whatever else was chosen over JSON, and none."""
        chosen = self.form.value(name)
        known = sorted({*(f"{hour:%H:%M}" for hour in HOURS), *({chosen} if _is_time(chosen) else ())})
        none: dict[str, str | bool] = {"value": "", "text": "No quiet hours", "selected": not chosen}
        return [none, *({"value": one, "text": hour_words(one), "selected": one == chosen} for one in known)]


def form_of(choices: ChoicesOut) -> Form:
    return Form(
        {
            "email": Mailing(choices.email).value,
            "quiet_from": f"{choices.quiet_from:%H:%M}" if choices.quiet_from else "",
            "quiet_to": f"{choices.quiet_to:%H:%M}" if choices.quiet_to else "",
        }
    )


def hour_words(clock: str) -> str:
    """19:00 -> 7pm; 07:30 -> 7:30am; 00:00 -> midnight"""
    at = time.fromisoformat(clock)
    if at == time(0):
        return "midnight"
    if at == time(12):
        return "midday"
    minutes = f":{at:%M}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes}{'am' if at.hour < 12 else 'pm'}"


def _is_time(text: str) -> bool:
    try:
        time.fromisoformat(text)
    except ValueError:
        return False
    return True
