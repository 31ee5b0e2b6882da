"""Reading one cell: text in, value out, or a fault in words that say how to put it right.

Plain Python, one value at a time; `checking` calls these once for each distinct text in a column.
"""

import calendar
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Literal
from uuid import UUID

from rapidfuzz import fuzz, process

from service.transfer.columns.column import plain

Value = str | float | int | date
DateOrder = Literal["day_first", "month_first"]
# Stands for "take the date that is held away".
NO_DATE = date.max
_NO = frozenset({"none", "no date", "open"})


class Fault(Exception):  # noqa: N818  a fault of the file, not an error of ours
    """`kind` groups like with like in the preview; `fix` says what to do; `value`: the part of the cell that it is
    about, where it is not the whole."""

    def __init__(self, kind: str, fix: str, value: str | None = None) -> None:
        super().__init__(fix)
        self.kind = kind
        self.fix = fix
        self.value = value


_FORMULA = re.compile(r"^\s*(=|[+\-@].*[(|!]|[+\-@]\s*\$?[A-Za-z]{1,3}\$?\d)", re.DOTALL)
_ESCAPED = re.compile(r"^'(?=[=+\-@\t\r'])")


def unescaped(text: str) -> str:
    """Takes off the apostrophe that our own downloads put before text that a spreadsheet would run."""
    return _ESCAPED.sub("", text)


def check_text(text: str) -> None:
    """Raises Fault for a formula or for characters that no name or code has."""
    if _FORMULA.match(text):
        raise Fault("formula", "This is a formula. Put the value itself in the cell.")
    if not text.isprintable() and any(unicodedata.category(c) in {"Cc", "Cs"} for c in text):
        raise Fault("characters", "Remove line breaks and control characters.")


def line(text: str, longest: int) -> str:
    if len(text) > longest:
        raise Fault("too_long", f"Shorten this to {longest} characters or fewer.")
    return text


def employee_number(text: str) -> str:
    if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", text):
        raise Fault(
            "mangled", "A spreadsheet has shortened this number. Format the column as text and enter it in full."
        )
    return line(text, 40)


_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+")


def email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise Fault("email", "Write an e-mail address such as name@example.org.")
    return line(text, 200)


def identifier(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise Fault("identifier", "Copy this unchanged from our download, or leave it empty.") from None


def whole(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}(\.0+)?", text):
        raise Fault("number", "Write a whole number, such as 20.")
    return int(text.split(".", maxsplit=1)[0])


def decimal(text: str) -> float:
    """A full-time equivalent, to three places."""
    plainly = text.replace(",", ".") if text.count(",") == 1 and "." not in text else text
    if not re.fullmatch(r"\d{1,6}(\.\d{1,17})?|\.\d{1,17}", plainly):
        raise Fault("number", "Write a number such as 0.6.")
    value = round(float(plainly), 3)
    if not 0 < value <= 1.5:
        # The hours of a week are the usual mistake.
        hint = " These look like hours: divide them by full-time hours." if 7 <= value <= 60 else ""
        raise Fault(
            "out_of_range", f"Give the full-time equivalent as a number above 0 and up to 1.5, such as 0.6.{hint}"
        )
    return value


MONTHS = tuple(calendar.month_name)[1:]
_SEPARATOR = r"[/.\- ]"
_NUMBERS = re.compile(rf"(\d{{1,2}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{4}}|\d{{2}})")
_YEAR_FIRST = re.compile(rf"(\d{{4}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{1,2}})|(\d{{4}})(\d\d)(\d\d)")
_WORDS = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?{_SEPARATOR}*([A-Za-z]{{3,9}}){_SEPARATOR}*(\d{{4}}|\d{{2}})")
_MIDNIGHT = re.compile(r"[ T]00:00(:00(\.0+)?)?Z?$")


def day(text: str, order: DateOrder = "day_first") -> date:
    """27/03/2026, 2026-03-27, 20260327, 27-MAR-2026, 27 March 2026. Raises Fault, saying which part of it cannot be."""
    year, month, number = _parts(_MIDNIGHT.sub("", text), order)
    if len(year) == 2:
        raise Fault("two_digit_year", f"Write the year in full: 19{year} or 20{year}.")
    if not 1 <= month <= 12:
        raise Fault("no_such_month", f"There is no month {month}. {_expected(order)}")
    try:
        return date(int(year), month, number)
    except ValueError:
        raise Fault(
            "no_such_day", f"The day does not exist: there is no {number} {MONTHS[month - 1]} {year}."
        ) from None


def _parts(text: str, order: DateOrder) -> tuple[str, int, int]:
    if found := _NUMBERS.fullmatch(text):
        first, second = int(found[1]), int(found[2])
        return (found[3], second, first) if order == "day_first" else (found[3], first, second)
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, number = (part for part in found.groups() if part is not None)
        return year, int(month), int(number)
    if (found := _WORDS.fullmatch(text)) and (month := _month(found[2])):
        return found[3], month, int(found[1])
    raise Fault("not_a_date", f"Write a date such as 27/03/2026 or 2026-03-27. {_expected(order)}")


def _month(word: str) -> int:
    return next((n for n, name in enumerate(MONTHS, start=1) if name.lower().startswith(word.lower())), 0)


def _expected(order: DateOrder) -> str:
    return "We read the day first." if order == "day_first" else "We read the month first."


def end_day(text: str, order: DateOrder = "day_first") -> date:
    """A date, or the word none."""
    return NO_DATE if text.lower() in _NO else day(text, order)


def years_before(text: str, on: date) -> date:
    """The day that lies so many whole years before `on`: for files that give years in post instead of a date."""
    if not re.fullmatch(r"\d{1,2}", text):
        raise Fault("number", "Write a whole number of years such as 4.")
    year = on.year - int(text)
    return on.replace(year=year, day=28) if (on.month, on.day) == (2, 29) else on.replace(year=year)


def within(value: date, earliest: date, latest: date) -> date:
    if value is not NO_DATE and not earliest <= value <= latest:
        raise Fault("unlikely_date", f"Check the year: we expect a date from {earliest:%Y} to {latest:%Y}.")
    return value


def choice(text: str, known: Mapping[str, str], words: Mapping[str, str], name_all: bool = False) -> str:
    """The code that a text stands for. `known`: plain name -> code; `words`: code -> our words. Raises Fault with the
    nearest that is known, and with all of them if so asked."""
    if (code := known.get(plain(text))) is not None:
        return code
    near = process.extractOne(plain(text)[:80], known.keys(), scorer=fuzz.WRatio, score_cutoff=72)
    meant = known[near[0]] if near else ""
    advice = f"Did you mean “{words.get(meant, meant)}”?" if near else f"Use one of: {_some(words)}."
    others = f" Use one of: {_some(words)}." if near and name_all else ""
    raise Fault("unknown_code", f"We do not know this value. {advice}{others}")


def choices(text: str, known: Mapping[str, str], words: Mapping[str, str], read_as: Mapping[str, str]) -> str:
    """Several codes with a semicolon between them, each once, in the order given. `read_as`: plain name -> what the
    reader of the file says that it means. Raises Fault with all that is known."""
    codes: dict[str, None] = {}
    for part in (part.strip() for part in text.split(";")):
        name = plain(read_as.get(plain(part), part))
        if part and name not in known:
            allowed = "; ".join(f"{code} ({label})" for code, label in words.items())
            use = f"Use {allowed}." if allowed else "No codes are agreed for this column yet: leave it empty."
            fix = f"We do not know “{part[:80]}”. {use}"
            raise Fault("unknown_code", fix, part)
        if part:
            codes[known[name]] = None
    return ";".join(codes)


def _some(words: Mapping[str, str]) -> str:
    return ", ".join(list(words.values())[:12]) + (" and others, listed in the manual" if len(words) > 12 else "")


Reader = Callable[[str], Value]
