"""Rows out of PostgreSQL into Parquet, in constant memory: COPY BINARY, whose rows all have one width when nothing
in them is null.

A column that may be absent sends a value that stands for "absent" (ABSENT, NEVER) and is null again in the file.
Rows are cut into parts of PART_ROWS; while one part is turned into a file on another thread, the next one arrives.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import asyncpg
import numpy as np
import polars as pl
from numpy.typing import NDArray

PART_ROWS: Final = 262_144
ABSENT: Final = -1
NEVER: Final = "9999-12-31"
_HEADER: Final = len(b"PGCOPY\n\xff\r\n\0") + 8
_END: Final = b"\xff\xff"
_EPOCH: Final = 10_957  # days from 1970, where polars begins, to 2000, where PostgreSQL does
_NEVER_DAY: Final = 2_921_939  # NEVER, in days from 2000


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the query: its SQL, which must never be null, what comes over the wire, and what it is in the
    file.
    """

    name: str
    sql: str
    wire: str
    dtype: pl.DataType | type[pl.DataType]

    def read(self, rows: NDArray[Any]) -> pl.Expr:
        """The column as the file has it, from an array of whole rows."""
        wire = rows[self.name]
        column = pl.lit(pl.Series(self.name, np.ascontiguousarray(wire).astype(wire.dtype.newbyteorder("="))))
        if self.dtype == pl.Date:
            return pl.when(column != _NEVER_DAY).then(column + _EPOCH).cast(pl.Date).alias(self.name)
        if isinstance(self.dtype, pl.Enum):
            return pl.when(column != ABSENT).then(column).cast(pl.UInt32).cat.to(self.dtype).alias(self.name)
        return pl.when(column != ABSENT).then(column).cast(self.dtype).alias(self.name)


def key(name: str, sql: str) -> Field:
    return Field(name, f"({sql})::int8", ">i8", pl.UInt64)


def small(name: str, sql: str) -> Field:
    return Field(name, f"coalesce({sql}, {ABSENT})::int2", ">i2", pl.Int8)


def real(name: str, sql: str) -> Field:
    return Field(name, f"({sql})::float4", ">f4", pl.Float32)


def day(name: str, sql: str) -> Field:
    return Field(name, f"coalesce({sql}, date '{NEVER}')", ">i4", pl.Date)


def code(name: str, sql: str, codes: Sequence[str]) -> Field:
    """`sql` gives the position in `codes`, counted from 0, or null."""
    return Field(name, f"coalesce({sql}, {ABSENT})::int4", ">i4", pl.Enum(codes))


@dataclass(frozen=True, slots=True)
class Part:
    """A file that was written: its name within the snapshot, its rows and its fingerprint."""

    file: str
    rows: int
    sha256: str


async def copy_out(
    connection: asyncpg.Connection, query: str, fields: Sequence[Field], folder: Path, name: str
) -> list[Part]:
    """The rows of `query` ("FROM ... ORDER BY ...") as folder/name/part-00000.parquet and on; one empty part where
    there are none.
    """
    (folder / name).mkdir()
    parts = _Parts(fields, folder, name)
    columns = ", ".join(field.sql for field in fields)
    await connection.copy_from_query(f"SELECT {columns} {query}", output=parts.take, format="binary")
    return await parts.finish()


class _Parts:
    """Takes bytes as they come; holds no more than two parts of them."""

    def __init__(self, fields: Sequence[Field], folder: Path, name: str) -> None:
        self.fields, self.folder, self.name = fields, folder, name
        lengths_and_values = [
            pair for field in fields for pair in ((f"{field.name} bytes", ">i4"), (field.name, field.wire))
        ]
        self.row = np.dtype([("fields", ">i2"), *lengths_and_values])
        self.waiting = bytearray()
        self.started = False
        self.writing: asyncio.Task[Part] | None = None
        self.written: list[Part] = []

    async def take(self, data: bytes) -> None:
        self.waiting += data
        if not self.started and len(self.waiting) >= _HEADER:
            del self.waiting[:_HEADER]
            self.started = True
        size = PART_ROWS * self.row.itemsize
        while len(self.waiting) >= size:
            await self._write(bytes(self.waiting[:size]))
            del self.waiting[:size]

    async def finish(self) -> list[Part]:
        if not self.waiting.endswith(_END):
            raise RuntimeError(f"the database stopped in the middle of {self.name}")
        rest = bytes(self.waiting[: -len(_END)])
        if rest or self.writing is None:
            await self._write(rest)
        await self._settle()
        return self.written

    async def _write(self, rows: bytes) -> None:
        await self._settle()
        file = f"{self.name}/part-{len(self.written):05}.parquet"
        self.writing = asyncio.create_task(asyncio.to_thread(self._file, rows, file))

    async def _settle(self) -> None:
        if self.writing is not None:
            self.written.append(await self.writing)

    def _file(self, data: bytes, file: str) -> Part:
        whole, left = divmod(len(data), self.row.itemsize)
        rows = np.frombuffer(data, self.row, whole)
        # A null would shift every row after it: then the count of fields is no longer where it should be.
        if left or (rows["fields"] != len(self.fields)).any():
            raise RuntimeError(f"a null came where {self.name} cannot have one")
        path = self.folder / file
        pl.select(*(field.read(rows) for field in self.fields)).write_parquet(
            path, compression="zstd", compression_level=1
        )
        return Part(file, len(rows), fingerprint(path))


def fingerprint(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        digest = sha256()
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
