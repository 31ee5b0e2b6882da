"""Published tables -> cells, so that the same measures run on figures anybody can check.

Reads the comma-separated tables of Civil Service Statistics (Open Government Licence v3): a first line `# caption`,
then a heading, one column for the characteristic, a Headcount, and perhaps a responsibility level or an organisation.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import polars as pl

from analytics.cells import CHARACTERISTIC, add
from analytics.errors import PublishedError

_CHARACTERISTIC_OF: Final[Mapping[str, str]] = {
    "Ethnicity": "ethnicity",
    "Sex": "sex",
    "Disability status": "disability",
    "Age": "age_band",
    "Age band": "age_band",
}
_SCOPE_OF: Final[Mapping[str, str]] = {"Organisation": "organisation", "Responsibility level": "level"}
_GROUP_OF: Final[Mapping[str, str]] = {
    "not_declared": "prefer_not_to_say",
    "not_reported": "not_known",
    "65_&amp;_over": "65+",
    "65_and_over": "65+",
}
_TOTALS: Final = ("All employees", "Total")


def civil_service(path: Path) -> pl.DataFrame:
    """The headcounts of one table as cells: organisation and level where the table has them, characteristic, group, n.

    level is the published responsibility level in words, null for "Not reported"; "Not declared" becomes
    prefer_not_to_say and "Not reported" not_known. Rows of totals are left out. Headcounts were rounded to 10 by the
    publisher. Raises PublishedError where the file is not such a table.
    """
    table = _read(path)
    named = [column for column in table.columns if column in _CHARACTERISTIC_OF]
    if len(named) != 1 or "Headcount" not in table.columns:
        raise PublishedError(
            f"{path.name}: no single characteristic with a Headcount (columns {', '.join(table.columns)})"
        )
    scope = [column for column in table.columns if column in _SCOPE_OF]
    parts = table.filter(~pl.any_horizontal(pl.all().is_in(_TOTALS).fill_null(value=False)))
    return add(parts.select(*_scope(scope), *_counted(path, parts, named[0])))


def _read(path: Path) -> pl.DataFrame:
    with path.open(encoding="utf-8-sig") as lines:
        if not lines.readline().startswith("#"):
            raise PublishedError(f"{path.name}: the first line is not a caption that starts with #")
    return pl.read_csv(path, skip_lines=1, infer_schema=False)


def _scope(columns: list[str]) -> list[pl.Expr]:
    named = {_SCOPE_OF[column]: pl.col(column) for column in columns}
    if "level" in named:
        named["level"] = named["level"].replace("Not reported", None)
    return [named[name].alias(name) for name in ("organisation", "level") if name in named]


def _counted(path: Path, table: pl.DataFrame, column: str) -> list[pl.Expr | pl.Series]:
    n = table.get_column("Headcount").str.replace_all(",", "").cast(pl.Int64, strict=False)
    if n.has_nulls() or (n < 0).any():
        raise PublishedError(f"{path.name}: a Headcount is not a whole number")
    code = pl.col(column).str.strip_chars().str.to_lowercase().str.replace_all(r"[\s-]+", "_")
    if _CHARACTERISTIC_OF[column] == "age_band":
        code = pl.col(column).str.to_lowercase().str.replace_all(r"\s+", "_")
    return [
        pl.lit(_CHARACTERISTIC_OF[column], dtype=CHARACTERISTIC).alias("characteristic"),
        code.replace(_GROUP_OF).alias("group"),
        n.alias("n"),
    ]
