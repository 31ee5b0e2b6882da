"""The columns of each frame and what they may hold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from analytics.frames.names import (
    BOARD,
    CHARACTERISTICS,
    CONTRACTS,
    DRIVERS,
    GROUPS,
    KINDS,
    NON_ANSWERS,
    PIPELINE,
    PLACED,
    SOURCES,
    STAGES,
)

Test = Callable[[pl.Expr], pl.Expr]


@dataclass(frozen=True)
class Column:
    """What a column may hold. `test` is true for a value we accept; `expected` says the same in words."""

    dtype: pl.DataType | type[pl.DataType]
    expected: str
    nullable: bool = False
    test: Test | None = None
    optional: bool = False  # an older snapshot may lack the column: it is null throughout


def _codes(*codes: str) -> Column:
    return Column(pl.Enum(codes), f"is none of {', '.join(codes)}")


_PERSON: Final = Column(pl.UInt64, "is not a pseudonymous key (a whole number of 0 or more)")
_ORGANISATION: Final = Column(
    pl.String, "is not an organisation's code", test=lambda c: c.str.len_bytes().is_between(1, 64)
)
_DAY: Final = Column(pl.Date, "is not a date")
_TEXT: Final = Column(pl.String, "is not text", nullable=True)

PEOPLE: Final[Mapping[str, Column]] = {
    "person": _PERSON,
    **{characteristic: _codes(*groups, *NON_ANSWERS) for characteristic, groups in GROUPS.items()},
}
SPELLS: Final[Mapping[str, Column]] = {
    "person": _PERSON,
    "organisation": _ORGANISATION,
    "kind": _codes(*KINDS),
    "level": Column(pl.Int8, "is not a system level from 1 to 9", nullable=True, test=lambda c: c.is_between(1, 9)),
    "staff_group": Column(pl.String, "is not a staff group"),
    "fte": Column(pl.Float32, "is not more than 0 and at most 1.5", test=lambda c: (c > 0) & (c <= 1.5)),
    "started": _DAY,
    "ended": Column(
        pl.Date, "is not a date on or after the start", nullable=True, test=lambda c: c >= pl.col("started")
    ),
    "end_reason": _TEXT,
    "destination": _TEXT,
    "contract": Column(pl.Enum(CONTRACTS), f"is none of {', '.join(CONTRACTS)}", nullable=True, optional=True),
    "board": Column(pl.Enum(BOARD), f"is none of {', '.join(BOARD)}", nullable=True, optional=True),
    "profile": Column(pl.String, "is not a role profile's code", nullable=True, optional=True),
}
EVENTS: Final[Mapping[str, Column]] = {
    "person": _PERSON,
    "organisation": _ORGANISATION,
    "stage": _codes(*STAGES),
    "opened_on": _DAY,
    "closed_on": Column(
        pl.Date, "is not a date on or after the opening", nullable=True, test=lambda c: c >= pl.col("opened_on")
    ),
    "outcome": _TEXT,
    "source": Column(pl.Enum(SOURCES), f"is none of {', '.join(SOURCES)}", nullable=True, optional=True),
    "target": Column(
        pl.Int8, "is not a system level from 1 to 9", nullable=True, test=lambda c: c.is_between(1, 9), optional=True
    ),
}
PLANS: Final[Mapping[str, Column]] = {
    "person": _PERSON,
    "organisation": _ORGANISATION,
    "held_on": _DAY,
    "state": _codes("open", "done", "dropped", "carried"),
    "closed_on": Column(pl.Date, "is not a date", nullable=True),
    "support": _TEXT,
}
DUES: Final[Mapping[str, Column]] = {
    "person": _PERSON,
    "last_on": _DAY,
    "due_on": Column(pl.Date, "is not a date", nullable=True),
}
REASONS: Final[Mapping[str, Column]] = {
    "person": _PERSON,
    "organisation": _ORGANISATION,
    "reason": Column(pl.String, "is not a reason's code"),
    "given_on": _DAY,
}
_LEVEL: Final = Column(pl.Int8, "is not a system level from 1 to 9", nullable=True, test=lambda c: c.is_between(1, 9))
ASPIRATIONS: Final[Mapping[str, Column]] = {
    "person": _PERSON,
    "family": Column(pl.String, "is not a job family's code"),
    "level": _LEVEL,
    "tier": _TEXT,
    "place": Column(pl.String, "is not an organisation's code, or empty for anywhere"),
    "timeframe": _TEXT,
}
ROLES: Final[Mapping[str, Column]] = {
    "board": Column(pl.Enum(BOARD), f"is none of {', '.join(BOARD)}", nullable=True, optional=True),
    "profile": Column(pl.String, "is not a role profile's code"),
    "family": Column(pl.String, "is not a job family's code"),
    "level": _LEVEL,
    "tier": _TEXT,
    "steps": Column(pl.Int32, "is not a number of steps", test=lambda c: c >= 0),
}
NEEDS: Final[Mapping[str, Column]] = {
    "person": _PERSON,
    "organisation": _ORGANISATION,
    "driver": _codes(*DRIVERS),
    "since": _DAY,
}
_TIER: Final = Column(pl.String, "is not a leadership tier's code", test=lambda c: c.str.len_bytes().is_between(1, 64))
MEMBERS: Final[Mapping[str, Column]] = {
    "person": _PERSON,
    "organisation": _ORGANISATION,
    "family": Column(pl.String, "is not a job family's code"),
    "level": replace(_LEVEL, nullable=False),
    "stage": _codes(*PIPELINE, PLACED),
    "entered_on": _DAY,
    "expires_on": Column(
        pl.Date, "is not a date on or after the entry", nullable=True, test=lambda c: c >= pl.col("entered_on")
    ),
}
CRITICAL: Final[Mapping[str, Column]] = {
    "organisation": _ORGANISATION,
    "family": Column(pl.String, "is not a job family's code"),
    "level": replace(_LEVEL, nullable=False),
}
TRANSITIONS: Final[Mapping[str, Column]] = {
    "person": _PERSON,
    "organisation": _ORGANISATION,
    "tier": _TIER,
    "started_on": _DAY,
    "supported_on": Column(pl.Date, "is not a date", nullable=True),
    "ended_on": Column(
        pl.Date, "is not a date on or after the start", nullable=True, test=lambda c: c >= pl.col("started_on")
    ),
    "asked_on": Column(pl.Date, "is not a date", nullable=True),
    "perception": Column(pl.Int8, "is not a number from 1 to 5", nullable=True, test=lambda c: c.is_between(1, 5)),
    "perceived_on": Column(pl.Date, "is not a date", nullable=True),
}
FRAMES: Final[Mapping[str, Mapping[str, Column]]] = {
    "people": PEOPLE,
    "spells": SPELLS,
    "events": EVENTS,
    "plans": PLANS,
    "dues": DUES,
    "reasons": REASONS,
    "aspirations": ASPIRATIONS,
    "roles": ROLES,
    "needs": NEEDS,
    "members": MEMBERS,
    "critical": CRITICAL,
    "transitions": TRANSITIONS,
}
# What `coded` reads of each frame.
CODED: Final[Mapping[str, Sequence[str]]] = {
    "people": ("person", *CHARACTERISTICS),
    "spells": ("person", "organisation", "kind", "level", "staff_group", "fte", "started", "ended"),
    "events": ("person", "organisation", "stage", "opened_on", "closed_on", "outcome"),
}
