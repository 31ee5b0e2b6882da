"""The released figures that positive action may cite: where a group is a smaller share of one level than of everyone.
A figure is chosen, never typed: its sentence is written from the release.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from service.kit.levels import LEVEL_NAMES

WHOLE = "all"
# characteristic -> group -> who they are; ages are said from their code
GROUPS: Mapping[str, Mapping[str, str]] = {
    "ethnicity": {
        "white": "White staff",
        "mixed": "Staff of mixed or multiple ethnic groups",
        "asian": "Asian or Asian British staff",
        "black": "Black, Black British, Caribbean or African staff",
        "other": "Staff of other ethnic groups",
    },
    "disability": {"disabled": "Disabled staff", "non_disabled": "Staff who are not disabled"},
    "sex": {"female": "Female staff", "male": "Male staff"},
    "age_band": {},
}
_CODE = re.compile(r"([1-9][0-9]{0,8})/[a-z_]{1,40}/[a-z0-9_+-]{1,40}/[1-9]")
_AGE = re.compile(r"([0-9]{2})(?:-([0-9]{2})|\+)")


@dataclass(frozen=True, slots=True)
class Share:
    """One released share of the whole system; `low` to `high` is its 95% range. The level WHOLE is everyone."""

    release_id: UUID
    number: int
    facts_on: date
    part: str
    group: str
    level: str
    share: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A group at one level, beside the group among everyone."""

    here: Share
    whole: Share

    @property
    def code(self) -> str:
        """ "12/disability/disabled/8": release, characteristic, group, level."""
        return f"{self.here.number}/{self.here.part}/{self.here.group}/{self.here.level}"

    @property
    def is_clear(self) -> bool:
        """Whether the whole range lies below the share among everyone: else the difference could be chance."""
        return self.here.high is not None and self.here.high < self.whole.share

    @property
    def name(self) -> str:
        """ "Level 8: 8.2%, against 13.7% of everyone" """
        shares = f"{_percent(self.here.share)}, against {_percent(self.whole.share)} of everyone"
        return f"Level {self.here.level}: {shares}{'' if self.is_clear else '. Could be chance'}"

    @property
    def sentence(self) -> str:
        """As the database writes it into a record that cites this figure (`private.cited`)."""
        here, number, on = self.here, self.here.number, f"{self.here.facts_on:%-d %B %Y}"
        level = f"level {here.level} ({LEVEL_NAMES[int(here.level)].lower()})"
        chance = "" if self.is_clear else " The difference could be chance."
        return (
            f"{group_name(here.part, here.group)} are {_said(here)} of people at {level}, and {_said(self.whole)} of"
            f" everyone who works in the system.{chance} From release {number}, with the facts of {on}."
        )


def group_name(part: str, group: str) -> str:
    """ "Disabled staff", "Staff aged 25 to 34"; "" for whoever gave no answer."""
    if part == "age_band" and (age := _AGE.fullmatch(group)):
        return f"Staff aged {age[1]} to {age[2]}" if age[2] else f"Staff aged {age[1]} and over"
    return GROUPS.get(part, {}).get(group, "")


def figures(shares: Iterable[Share]) -> list[Figure]:
    """Those that can show under-representation, by characteristic and group; of each, the clear ones first."""
    found = {(one.part, one.group, one.level): one for one in shares if group_name(one.part, one.group)}
    pairs = [(one, found.get((*key[:2], WHOLE))) for key, one in found.items() if key[2].isdecimal()]
    lower = [Figure(here, whole) for here, whole in pairs if whole and here.share < whole.share]
    order = [*GROUPS]
    return sorted(lower, key=lambda one: (order.index(one.here.part), one.here.group, not one.is_clear, one.here.level))


def release_in(code: str) -> int | None:
    """The number of the release that a figure's code names; None for anything else."""
    found = _CODE.fullmatch(code)
    return int(found[1]) if found else None


def _said(one: Share) -> str:
    spread = "" if one.low is None or one.high is None else f" (range {_percent(one.low)} to {_percent(one.high)})"
    return f"{_percent(one.share)}{spread}"


def _percent(share: float) -> str:
    """0.0825 -> 8.3%: half up, as the database rounds."""
    return f"{(Decimal(str(share)) * 100).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"
