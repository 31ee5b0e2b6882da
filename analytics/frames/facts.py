"""The facts of one snapshot, however they came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from analytics.errors import FactsError
from analytics.frames.checking import casts_safely, check, compact
from analytics.frames.columns import CODED, FRAMES, PEOPLE


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
    members: pl.LazyFrame | None = None
    critical: pl.LazyFrame | None = None
    transitions: pl.LazyFrame | None = None
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
        return frame.select(compact(column, FRAMES[name][column], present[column]) for column in columns)


def _held(name: str, frame: pl.LazyFrame) -> pl.LazyFrame:
    """What `coded` will ask for, read once for it and for `check`; the frame itself where a cast might hide a fault."""
    present = frame.collect_schema()
    columns = CODED[name]
    if not all(c in present and casts_safely(FRAMES[name][c], present[c]) for c in columns):
        return frame
    return frame.select(compact(c, FRAMES[name][c], present[c]) for c in columns).collect(engine="streaming").lazy()


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
