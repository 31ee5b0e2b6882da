"""What an upload leaves on disk until it is imported or forgotten: a folder for each import, closed to other accounts.

The file itself is not kept: what is kept is the texts that were read from it and, after a check, its plan.
"""

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import polars as pl

from service.kit.errors import Conflict
from service.transfer.plans import Tell
from service.transfer.rules import KEEP_FOR


@dataclass(frozen=True, slots=True)
class Staging:
    """Names: texts (as Sheet.texts), shape (as Sheet.problems), and the frames of a Plan."""

    folder: Path

    def of(self, import_id: UUID) -> Path:
        return self.folder / str(import_id)

    def keep(self, import_id: UUID, **frames: pl.DataFrame) -> None:
        """Each file appears whole or not at all, readable by this account only."""
        here = self.of(import_id)
        here.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, frame in frames.items():
            making = here / f".{name}-{os.getpid()}-{time.monotonic_ns()}"
            making.touch(mode=0o600, exist_ok=False)
            frame.write_parquet(making, compression="zstd", compression_level=1)
            making.replace(here / f"{name}.parquet")

    def read(self, import_id: UUID, name: str) -> pl.DataFrame:
        """Raises Conflict when the file is no longer kept."""
        path = self.of(import_id) / f"{name}.parquet"
        if not path.exists():
            raise Conflict("We no longer keep this file. Upload it again.")
        return pl.read_parquet(path, memory_map=False)

    def teller(self, import_id: UUID) -> Tell:
        """Notes how far the work on an import is, for a page that waits for it, perhaps in another process."""
        here = self.of(import_id)

        def tell(share: float) -> None:
            if here.exists():
                making = here / f".progress-{os.getpid()}"
                making.write_text(f"{share:.0%}".rstrip("%"))
                making.replace(here / "progress")

        return tell

    def progress(self, import_id: UUID) -> int | None:
        """How much of the work is done, in hundredths; nothing when none has begun."""
        noted = self.of(import_id) / "progress"
        return int(noted.read_text()) if noted.exists() else None

    def drop(self, import_id: UUID, *names: str) -> None:
        for name in names:
            (self.of(import_id) / f"{name}.parquet").unlink(missing_ok=True)

    def has(self, import_id: UUID, *names: str) -> bool:
        return all((self.of(import_id) / f"{name}.parquet").exists() for name in names)

    def forget(self, import_id: UUID) -> None:
        shutil.rmtree(self.of(import_id), ignore_errors=True)

    def sweep(self) -> None:
        """Deletes what has not been touched for longer than files are kept."""
        if not self.folder.exists():
            return
        for here in self.folder.iterdir():
            if time.time() - here.stat().st_mtime > KEEP_FOR.total_seconds():
                shutil.rmtree(here, ignore_errors=True)
