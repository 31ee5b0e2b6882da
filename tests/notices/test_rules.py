from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.notices.carrier import Route
from service.notices.presenters import hour_words
from service.notices.rules import MailState, after_failure, is_path_here


@pytest.mark.parametrize(
    "link", ["//other.test/x", "/\\other.test", "https://other.test", "me", "", "/a\nb", "/" * 400]
)
def test_a_notice_leads_nowhere_else(link: str) -> None:
    assert is_path_here("/offers/3?state=open#top")
    assert not is_path_here(link)


@pytest.mark.parametrize(
    ("attempt", "error", "state", "wait"),
    [
        (1, "no_connection", MailState.FAILED, timedelta(minutes=1)),
        (2, "refused_for_now", MailState.FAILED, timedelta(minutes=2)),
        (9, "timeout", MailState.FAILED, timedelta(minutes=256)),
        (10, "timeout", MailState.FAILED, timedelta(hours=8)),
        (15, "timeout", MailState.FAILED, timedelta(hours=8)),
        (16, "timeout", MailState.GIVEN_UP, timedelta(0)),
        (1, "refused_for_good", MailState.GIVEN_UP, timedelta(0)),
        (1, "no_address", MailState.GIVEN_UP, timedelta(0)),
    ],
)
def test_a_letter_is_tried_again_ever_more_slowly(attempt: int, error: str, state: MailState, wait: timedelta) -> None:
    assert after_failure(attempt, error) == (state, wait)


NIGHT = ("19:00", "07:00")
# mailing, quiet hours, urgent, told (UK time), e-mailed (UK time)
DUE = [
    ("daily", NIGHT, False, "2026-11-20 10:00", "2026-11-21 08:00"),
    ("daily", NIGHT, False, "2026-11-20 07:59", "2026-11-20 08:00"),
    ("daily", NIGHT, False, "2026-11-20 08:00", "2026-11-21 08:00"),
    ("daily", ("22:00", "09:30"), False, "2026-11-20 10:00", "2026-11-21 09:30"),
    ("daily", None, False, "2026-10-24 12:00", "2026-10-25 08:00"),  # the clocks go back that night
    ("weekly", NIGHT, False, "2026-11-20 10:00", "2026-11-23 08:00"),  # a Friday
    ("weekly", NIGHT, False, "2026-11-23 07:00", "2026-11-23 08:00"),
    ("weekly", NIGHT, False, "2026-11-23 08:00", "2026-11-30 08:00"),
    ("every", NIGHT, False, "2026-11-20 18:59", "2026-11-20 18:59"),
    ("every", NIGHT, False, "2026-11-20 19:00", "2026-11-21 07:00"),
    ("every", NIGHT, False, "2026-11-20 23:30", "2026-11-21 07:00"),
    ("every", NIGHT, False, "2026-11-21 06:59", "2026-11-21 07:00"),
    ("every", NIGHT, False, "2026-11-21 07:00", "2026-11-21 07:00"),
    ("every", NIGHT, False, "2026-03-28 23:00", "2026-03-29 07:00"),  # the clocks go forward that night
    ("every", ("12:00", "13:00"), False, "2026-11-20 12:30", "2026-11-20 13:00"),
    ("every", ("12:00", "13:00"), False, "2026-11-20 13:00", "2026-11-20 13:00"),
    ("every", None, False, "2026-11-20 03:00", "2026-11-20 03:00"),
    ("every", NIGHT, True, "2026-11-20 23:30", "2026-11-20 23:30"),
    ("weekly", NIGHT, True, "2026-11-20 23:30", "2026-11-20 23:30"),
    ("none", NIGHT, False, "2026-11-20 10:00", None),
    ("none", NIGHT, True, "2026-11-20 10:00", None),
]


@pytest.mark.parametrize(("mailing", "quiet", "urgent", "told", "due"), DUE)
async def test_when_an_email_is_due(
    admin: AsyncEngine, mailing: str, quiet: tuple[str, str] | None, urgent: bool, told: str, due: str | None
) -> None:
    begins, ends = (time.fromisoformat(one) for one in quiet) if quiet else (None, None)
    asked = text("SELECT private.mail_due(:mailing, :begins, :ends, :urgent, :told)")
    given = {"mailing": mailing, "begins": begins, "ends": ends, "urgent": urgent, "told": _uk(told)}
    async with admin.connect() as connection:
        assert (await connection.execute(asked, given)).scalar_one() == (due and _uk(due))


def _uk(said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=ZoneInfo("Europe/London"))


@pytest.mark.parametrize(
    ("clock", "words"),
    [("00:00", "midnight"), ("12:00", "midday"), ("07:00", "7am"), ("19:30", "7:30pm"), ("12:15", "12:15pm")],
)
def test_an_hour_in_words(clock: str, words: str) -> None:
    assert hour_words(clock) == words


@pytest.mark.parametrize(
    ("url", "password", "route"),
    [
        ("smtp://mail.test", "", Route("mail.test", 25, "", "", False)),
        ("smtp://us%40er:p%2Fw@mail.test:587", "", Route("mail.test", 587, "us@er", "p/w", False)),
        ("smtps://user:x@mail.test", "from a file", Route("mail.test", 465, "user", "from a file", True)),
    ],
)
def test_the_way_to_the_mail_server(url: str, password: str, route: Route) -> None:
    assert Route.of(url, password) == route


@pytest.mark.parametrize("url", ["https://mail.test", "mail.test:25", "smtp://"])
def test_an_address_that_is_no_mail_server(url: str) -> None:
    with pytest.raises(ValueError, match="RIDGEWAY_SMTP_URL"):
        Route.of(url)
