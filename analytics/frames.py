"""The facts we accept: a few frames, their columns and codes said once, and checked at the border.

people  one row a person: the answers they gave, as reporting groups
spells  one row an assignment: where, at which level, from when until when (`ended` is the last day worked)
events  one row a step: conversation, offer, application, shortlist, appointment, completion, and entries into a formal
        disciplinary or capability process

and, where a snapshot has them:
plans        one row an action of somebody's plan, beside the day of the agreed conversation that it came from
dues         one row a person who has agreed a conversation: the day of the last one, and the day set for the next
reasons      one row a person and employer: why there has been no conversation, as a code, and since when
aspirations  one row a person who told the role they want, and did not mute it
roles        one row a role profile: its family, level and tier, and how many published steps lead to it
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from analytics.errors import FactsError

NON_ANSWERS: Final = ("prefer_not_to_say", "not_stated", "not_known")
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "ethnicity": ("white", "mixed", "asian", "black", "other"),
    "sex": ("female", "male"),
    "disability": ("disabled", "non_disabled"),
    "age_band": ("16-24", "25-34", "35-44", "45-54", "55-64", "65+"),
}
CHARACTERISTICS: Final = tuple(GROUPS)
KINDS: Final = ("substantive", "acting_up", "secondment")  # the order in which one of several is the main one
STAGES: Final = (
    *("conversation", "offer", "application", "shortlist", "appointment", "completion"),
    *("disciplinary", "capability"),  # entries into a formal process, where an employer imports them
)
BOARD: Final = ("voting", "non_voting")
LEVELS: Final = range(1, 10)
LABELS: Final[Mapping[str, str]] = {
    "ethnicity": "Ethnicity",
    "sex": "Sex",
    "disability": "Disability",
    "age_band": "Age band",
    "white": "White",
    "mixed": "Mixed or multiple ethnic groups",
    "asian": "Asian or Asian British",
    "black": "Black, Black British, Caribbean or African",
    "other": "Other ethnic group",
    "female": "Female",
    "male": "Male",
    "disabled": "Disabled",
    "non_disabled": "Not disabled",
    "16-24": "16 to 24",
    "25-34": "25 to 34",
    "35-44": "35 to 44",
    "45-54": "45 to 54",
    "55-64": "55 to 64",
    "65+": "65 and over",
    "prefer_not_to_say": "Prefer not to say",
    "not_stated": "Not stated",
    "not_known": "Not known",
}

_GROUP_ORDER: Final = [*(group for groups in GROUPS.values() for group in groups), *NON_ANSWERS]


def group_order(column: str = "group") -> list[pl.Expr]:
    """What to sort by for groups in the order above, then non-answers, then groups we do not know by name."""
    rank = pl.col(column).cast(pl.String)
    rank = rank.replace_strict(_GROUP_ORDER, list(range(len(_GROUP_ORDER))), default=len(_GROUP_ORDER))
    return [rank, pl.col(column)]


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
FRAMES: Final[Mapping[str, Mapping[str, Column]]] = {
    "people": PEOPLE,
    "spells": SPELLS,
    "events": EVENTS,
    "plans": PLANS,
    "dues": DUES,
    "reasons": REASONS,
    "aspirations": ASPIRATIONS,
    "roles": ROLES,
}


@dataclass(frozen=True)
class Facts:
    """The facts of one snapshot, checked. Make it with `Facts.of` or `Facts.read`."""

    people: pl.LazyFrame
    spells: pl.LazyFrame
    events: pl.LazyFrame | None = None
    plans: pl.LazyFrame | None = None
    dues: pl.LazyFrame | None = None
    reasons: pl.LazyFrame | None = None
    aspirations: pl.LazyFrame | None = None
    roles: pl.LazyFrame | None = None

    @classmethod
    def of(
        cls,
        people: pl.LazyFrame,
        spells: pl.LazyFrame,
        events: pl.LazyFrame | None = None,
        **more: pl.LazyFrame | None,
    ) -> "Facts":
        """Check the frames (`more` by the names of FRAMES) and give them back with the dtypes above.

        Raises FactsError naming column, row and value.
        """
        given = {"people": people, "spells": spells, "events": events, **more}
        checked = cls(**{name: check(name, frame, FRAMES[name]) for name, frame in given.items() if frame is not None})
        _refuse_repeated_people(checked.people)
        return checked

    @classmethod
    def read(cls, folder: Path) -> "Facts":
        """A snapshot folder: `people.parquet` or `people/*.parquet`, the same for spells, and for each of the other
        frames where there is one.

        Raises FactsError where people or spells are missing, or a frame breaks its schema.
        """
        found = {name: scanned for name in FRAMES if (scanned := _scan(folder, name)) is not None}
        for name in ("people", "spells"):
            if name not in found:
                raise FactsError(name, "*", "this snapshot has no such file")
        return cls.of(**found)


def check(name: str, frame: pl.LazyFrame, columns: Mapping[str, Column]) -> pl.LazyFrame:
    """Only the named columns, in their dtypes. Raises FactsError for a missing column or the first value refused."""
    absent = {column: spec for column, spec in columns.items() if column not in frame.collect_schema()}
    for column, spec in absent.items():
        if not spec.optional:
            raise FactsError(name, column, "this column is missing")
    frame = frame.with_columns(pl.lit(None, dtype=spec.dtype).alias(column) for column, spec in absent.items())
    present = frame.collect_schema()
    checked = frame.select(_cast(column, spec, present[column]) for column, spec in columns.items())
    wrong = frame.select(_refused(column, spec, present[column]).any() for column, spec in columns.items())
    faults = wrong.collect(engine="streaming").row(0, named=True)
    for column, bad in faults.items():
        if bad:
            _refuse(name, frame, column, columns[column], present[column])
    return checked


def _cast(column: str, spec: Column, given: pl.DataType) -> pl.Expr:
    if given == spec.dtype:
        return pl.col(column)
    source = pl.col(column)
    if isinstance(given, pl.Enum | pl.Categorical) and spec.dtype != pl.String:
        source = source.cast(pl.String)
    return source.cast(spec.dtype, strict=False)


def _refused(column: str, spec: Column, given: pl.DataType) -> pl.Expr:
    """True where a value is absent but needed, cannot be cast, or fails its test."""
    value, was_there = _cast(column, spec, given), pl.col(column).is_not_null()
    refused = (was_there & value.is_null()) if spec.nullable else value.is_null()
    if given.is_float() and not pl.Series(dtype=spec.dtype).dtype.is_float():
        refused = refused | (pl.col(column) != pl.col(column).floor())
    return refused if spec.test is None else refused | (was_there & ~spec.test(value)).fill_null(value=False)


def _refuse(name: str, frame: pl.LazyFrame, column: str, spec: Column, given: pl.DataType) -> None:
    rows = frame.with_row_index("__row").filter(_refused(column, spec, given)).select("__row", pl.col(column))
    row, value = rows.head(1).collect().row(0)
    raise FactsError(name, column, spec.expected if value is not None else "a value is needed here", row, value)


def _refuse_repeated_people(people: pl.LazyFrame) -> None:
    seen = people.select(rows=pl.len(), people=pl.col("person").n_unique()).collect(engine="streaming").row(0)
    if seen[0] == seen[1]:
        return
    twice = people.select("person").with_row_index("__row").filter(~pl.col("person").is_first_distinct())
    row, person = twice.head(1).collect().row(0)
    raise FactsError("people", "person", "this person is already in an earlier row", row, person)


def _scan(folder: Path, name: str) -> pl.LazyFrame | None:
    if (folder / f"{name}.parquet").is_file():
        return pl.scan_parquet(folder / f"{name}.parquet")
    return pl.scan_parquet(folder / name / "*.parquet") if any((folder / name).glob("*.parquet")) else None
