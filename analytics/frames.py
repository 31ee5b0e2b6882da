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
needs        one row a person, employer and kind of thing that is due to them and was not done, and since when
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
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
DRIVERS: Final = ("plan_overdue", "secondment_ending", "no_aftercare", "no_support")
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
NEEDS: Final[Mapping[str, Column]] = {
    "person": _PERSON,
    "organisation": _ORGANISATION,
    "driver": _codes(*DRIVERS),
    "since": _DAY,
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
}
# What `coded` reads of each frame.
CODED: Final[Mapping[str, Sequence[str]]] = {
    "people": ("person", *CHARACTERISTICS),
    "spells": ("person", "organisation", "kind", "level", "staff_group", "fte", "started", "ended"),
    "events": ("person", "organisation", "stage", "opened_on", "closed_on", "outcome"),
}


@dataclass(frozen=True, eq=False)
class Facts:
    """The facts of one snapshot, checked. Make it with `Facts.of` or `Facts.read`. given: the frames before they were
    cast, whose names may be codes already."""

    people: pl.LazyFrame
    spells: pl.LazyFrame
    events: pl.LazyFrame | None = None
    plans: pl.LazyFrame | None = None
    dues: pl.LazyFrame | None = None
    reasons: pl.LazyFrame | None = None
    aspirations: pl.LazyFrame | None = None
    roles: pl.LazyFrame | None = None
    needs: pl.LazyFrame | None = None
    given: dict[str, pl.LazyFrame] = field(default_factory=dict[str, pl.LazyFrame], repr=False)

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
        every = {"people": people, "spells": spells, "events": events, **more}
        _refuse_no_frames(every)
        frames = {name: frame.lazy() for name, frame in every.items() if frame is not None}
        given = {name: _held(name, frame) for name, frame in frames.items() if name in CODED}
        checks = {name: check(name, frame, FRAMES[name], given.get(name)) for name, frame in frames.items()}
        _refuse_repeated_people(given["people"].select(pl.col("person").cast(PEOPLE["person"].dtype)))
        checked = cls(**checks)  # pyright: ignore[reportArgumentType]
        checked.given.update(given)
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

    def compact(self, name: str, columns: Sequence[str]) -> pl.LazyFrame:
        """Columns of one of the frames, text as categories: as codes from the start, where the facts came with them."""
        frame: pl.LazyFrame = self.given[name] if name in self.given else getattr(self, name)
        present = frame.collect_schema()
        return frame.select(_compact(column, FRAMES[name][column], present[column]) for column in columns)


def _held(name: str, frame: pl.LazyFrame) -> pl.LazyFrame:
    """What `coded` will ask for, read once for it and for `check`; the frame itself where a cast might hide a fault."""
    present = frame.collect_schema()
    columns = CODED[name]
    if not all(c in present and _casts_safely(FRAMES[name][c], present[c]) for c in columns):
        return frame
    return frame.select(_compact(c, FRAMES[name][c], present[c]) for c in columns).collect(engine="streaming").lazy()


def _casts_safely(spec: Column, given: pl.DataType) -> bool:
    """Whether what cannot be cast is found again as a null where none may be."""
    text = spec.dtype == pl.String and isinstance(given, pl.String | pl.Enum | pl.Categorical)
    return given == spec.dtype or text or (not spec.nullable and not given.is_float())


def check(
    name: str, frame: pl.LazyFrame, columns: Mapping[str, Column], held: pl.LazyFrame | None = None
) -> pl.LazyFrame:
    """Only the named columns, in their dtypes. held: some of them, read already. Raises FactsError for a missing column
    or the first value refused."""
    absent = {column: spec for column, spec in columns.items() if column not in frame.collect_schema()}
    for column, spec in absent.items():
        if not spec.optional:
            raise FactsError(name, column, "this column is missing")
    frame = frame.with_columns(pl.lit(None, dtype=spec.dtype).alias(column) for column, spec in absent.items())
    present = frame.collect_schema()
    checked = frame.select(_cast(column, spec, present[column]) for column, spec in columns.items())
    doubtful = {column: spec for column, spec in columns.items() if not _cannot_fail(spec, present[column])}
    in_memory = held.collect_schema() if held is not None else pl.Schema()
    faults = _faults(frame, {c: (spec, present[c]) for c, spec in doubtful.items() if c not in in_memory})
    if held is not None:
        faults |= _faults(held, {c: (spec, in_memory[c]) for c, spec in doubtful.items() if c in in_memory})
    for column in columns:
        if faults.get(column):
            _refuse(name, frame, column, columns[column], present[column])
    return checked


def _faults(frame: pl.LazyFrame, columns: Mapping[str, tuple[Column, pl.DataType]]) -> dict[str, bool]:
    """Which columns hold a value that is refused."""
    if not columns:
        return {}
    wrong = frame.select(_refused(column, spec, given).any() for column, (spec, given) in columns.items())
    return wrong.collect(engine="streaming").row(0, named=True)


def _cast(column: str, spec: Column, given: pl.DataType) -> pl.Expr:
    if given == spec.dtype:
        return pl.col(column)
    source = pl.col(column)
    if isinstance(given, pl.Enum | pl.Categorical) and spec.dtype != pl.String:
        source = source.cast(pl.String)
    return source.cast(spec.dtype, strict=False)


def _compact(column: str, spec: Column, given: pl.DataType) -> pl.Expr:
    if spec.dtype != pl.String:
        return _cast(column, spec, given)
    return pl.col(column) if isinstance(given, pl.Enum | pl.Categorical) else pl.col(column).cast(pl.Categorical)


def _cannot_fail(spec: Column, given: pl.DataType) -> bool:
    """Whether there is nothing to look for among the values: any will do, and so will none."""
    text = spec.dtype == pl.String and isinstance(given, pl.Enum | pl.Categorical)
    return spec.nullable and spec.test is None and (text or given == spec.dtype)


def _refused(column: str, spec: Column, given: pl.DataType) -> pl.Expr:
    """True where a value is absent but needed, cannot be cast, or fails its test."""
    if spec.dtype == pl.String and isinstance(given, pl.Enum):
        return _refused_name(column, spec, given.categories)
    value, was_there = _cast(column, spec, given), pl.col(column).is_not_null()
    refused = (was_there & value.is_null()) if spec.nullable else value.is_null()
    if given.is_float() and not pl.Series(dtype=spec.dtype).dtype.is_float():
        refused = refused | (pl.col(column) != pl.col(column).floor())
    return refused if spec.test is None else refused | (was_there & ~spec.test(value)).fill_null(value=False)


def _refused_name(column: str, spec: Column, names: pl.Series) -> pl.Expr:
    """The same where text comes as codes: each name is asked about once."""
    absent = pl.lit(value=False) if spec.nullable else pl.col(column).is_null()
    right = names.to_frame().select(pl.lit(value=True) if spec.test is None else spec.test(pl.first())).to_series()
    return absent if right.all() else absent | pl.col(column).is_in(names.filter(~right).to_list())


def _refuse(name: str, frame: pl.LazyFrame, column: str, spec: Column, given: pl.DataType) -> None:
    rows = frame.with_row_index("__row").filter(_refused(column, spec, given)).select("__row", pl.col(column))
    row, value = rows.head(1).collect().row(0)
    raise FactsError(name, column, spec.expected if value is not None else "a value is needed here", row, value)


def _refuse_no_frames(given: Mapping[str, object]) -> None:
    for name, frame in given.items():
        if name not in FRAMES:
            raise FactsError(name, "*", f"is none of {', '.join(FRAMES)}")
        if frame is None and name in ("people", "spells"):
            raise FactsError(name, "*", "facts need this frame")
        if frame is not None and not isinstance(frame, pl.LazyFrame | pl.DataFrame):
            raise FactsError(name, "*", f"a polars frame is needed, not a {type(frame).__name__}")


def _refuse_repeated_people(people: pl.LazyFrame) -> None:
    keys = people.select("person").collect(engine="streaming").to_series()
    rising = keys.to_numpy()
    if (rising[1:] > rising[:-1]).all() or keys.n_unique() == len(keys):
        return
    twice = people.select("person").with_row_index("__row").filter(~pl.col("person").is_first_distinct())
    row, person = twice.head(1).collect().row(0)
    raise FactsError("people", "person", "this person is already in an earlier row", row, person)


def _scan(folder: Path, name: str) -> pl.LazyFrame | None:
    """The frame of a file, or of all files of a folder; None where there is none. Raises FactsError for half a file."""
    single, several = Path(folder) / f"{name}.parquet", Path(folder) / name
    paths = [single] if single.is_file() else sorted(several.glob("*.parquet"))
    try:
        for path in paths:
            pl.read_parquet_schema(path)
    except pl.exceptions.PolarsError as error:
        raise FactsError(name, "*", "this file is not whole, or is no Parquet file") from error
    return pl.scan_parquet(paths) if paths else None
