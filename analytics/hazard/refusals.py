"""What a hazard model is not given: protected data as a term, cells that cannot be, fewer exits than it needs."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import polars as pl

from analytics.counting import Floats
from analytics.errors import CellsError, TooLittleError
from analytics.frames import GROUPS, NON_ANSWERS
from analytics.hazard.layout import Layout

EXPOSED: Final = "exposed"
_ALIKE, _HEAVY = 1e-10, 0.05
_UNANSWERED: Final = "unanswered"
# Words in the name of a term, or how such a word begins: special-category data, other protected characteristics, and
# what stands for them in the records of employers.
_HEALTH: Final = ("disab", "health", "sick", "illness", "impair", "pregnan", "matern", "patern", "genetic", "biometric")
_BELIEF: Final = ("relig", "belief", "faith", "union", "politic")
_WHO: Final = ("ethnic", "racial", "nationali", "sex", "gender", "transgender", "marital", "marri", "lgbt", "female")
_WORDS: Final = frozenset(
    ("race", "bame", "bme", "wres", "wdes", "trans", "male", "woman", "women", "heritage", "ancestry", "caste")
)
_PHRASES: Final = ("civil partner", "national origin", "skin colour", "family status", "caring responsib")
_BEGINNINGS: Final = (*_HEALTH, *_BELIEF, *_WHO)
_AGE: Final = frozenset(("age", "ages", "aged", "birth", "born", "dob", "birthday"))
_SPLIT: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
DECLARED_ONLY: Final = ("age", "age_band")


def refuse_terms(terms: Sequence[str], declared: Sequence[str]) -> None:
    """Raises CellsError for a term whose name says that it is special-category, or about age and not declared."""
    refuse_names("terms", terms)
    for term in terms:
        words = [word.lower() for word in _SPLIT.findall(term)]
        told = any(word.startswith(_BEGINNINGS) or word in _WORDS for word in words)
        if told or any(phrase in " ".join(words) for phrase in _PHRASES):
            raise CellsError(_special(term))
        if _AGE & set(words) and term not in declared:
            raise CellsError(_undeclared(term))


def refuse_levels(levels: Mapping[str, Sequence[Any]], declared: Sequence[str]) -> None:
    """Raises CellsError for a term whose levels are the groups of a characteristic, whatever it is called."""
    for term, known in levels.items():
        told = {str(level).strip().lower().replace(" ", "_") for level in known}
        for name, groups in GROUPS.items():
            if len(told & set(groups)) > 1 and told <= {*groups, *NON_ANSWERS, _UNANSWERED}:
                if name not in DECLARED_ONLY:
                    raise CellsError(_special(term))
                if term not in declared:
                    raise CellsError(_undeclared(term))


def refuse_names(argument: str, names: Sequence[str]) -> None:
    """Raises CellsError for names that are no list of texts, or one that is there twice."""
    if isinstance(names, str) or not all(isinstance(name, str) for name in names):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise CellsError(f"{argument}: a list of names of columns is needed")
    if twice := [name for at, name in enumerate(names) if name in names[:at]]:
        raise CellsError(f"{argument}: {twice[0]} is there twice")


def _special(term: str) -> str:
    return f"{term}: special-category and other protected data may not predict, only audit"


def _undeclared(term: str) -> str:
    return f"{term}: a term about age must be declared lawful first"


def refuse_counts(cells: pl.DataFrame, causes: Sequence[str], terms: Sequence[str]) -> None:
    """Raises CellsError naming column and row for counts that cannot be, or a column that is not there."""
    if not isinstance(cells, pl.DataFrame):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise CellsError(f"cells: a polars DataFrame is needed, not a {type(cells).__name__}")
    refuse_names("causes", causes)
    if not causes:
        raise CellsError("causes: at least one is needed")
    for name in (EXPOSED, *causes, *terms):
        if name not in cells.columns:
            raise CellsError(f"cells lack the column {name}")
    if both := [name for name in terms if name in (EXPOSED, *causes)]:
        raise CellsError(f"{both[0]}: a count is no term")
    for name in (EXPOSED, *causes):
        column = cells.get_column(name)
        numeric = column.dtype.is_numeric() and not column.dtype.is_decimal()
        if not numeric or column.null_count() or not column.is_finite().all() or (column < 0).any():
            raise CellsError(f"{name}: not a count of 0 or more")
    bare = cells.get_column(EXPOSED) == 0
    if bare.any():
        raise CellsError(f"{EXPOSED}, row {bare.arg_max()}: a month without exposure")
    over = cells.select(pl.sum_horizontal(causes) > pl.col(EXPOSED)).to_series()
    if over.any():
        raise CellsError(f"{EXPOSED}, row {over.arg_max()}: more people go than there are")


def refuse_few(cells: Layout, levels: Mapping[str, Sequence[Any]], causes: Sequence[str], fewest: int) -> None:
    """Raises TooLittleError for fewer exits than `fewest`, or a level in which nobody is gone for a cause."""
    if (events := int(cells.exits.sum())) < fewest:
        raise TooLittleError(f"{events} exits are too few to fit on: {fewest} are needed")
    if events >= cells.exposed.sum():
        raise TooLittleError("everybody is gone in every month: there is nobody to compare with")
    for cause, exits in zip(causes, cells.exits, strict=True):
        if not exits.sum():
            raise TooLittleError(f"nobody is gone for {cause}: leave it out")
        _refuse_empty(cells.of_levels(exits), levels, "nobody", f"gone for {cause}")
    _refuse_empty(cells.of_levels(cells.exposed - cells.exits.sum(axis=0)), levels, "everybody", "gone")


def _refuse_empty(seen: Sequence[Floats], levels: Mapping[str, Sequence[Any]], who: str, what: str) -> None:
    for (term, known), counts in zip(levels.items(), seen, strict=True):
        if not (counts > 0).all():
            level = known[int(counts.argmin())]
            raise TooLittleError(f"{who} of {term} {level!r} is {what}: merge it with another level")


def refuse_collinear(cells: Layout, levels: Mapping[str, Sequence[Any]]) -> None:
    """Raises CellsError naming terms that say the same: no data could tell what goes with which."""
    size = cells.information(cells.exposed / cells.exposed.sum())
    scale = np.sqrt(np.diag(size))
    values, vectors = np.linalg.eigh(size / np.outer(scale, scale))
    if values[0] > _ALIKE:
        return
    of = [term for term, known in levels.items() for _ in known[1:]]
    heavy = np.abs(vectors[1:, 0]) > _HEAVY * np.abs(vectors[1:, 0]).max()
    terms = dict.fromkeys(term for term, is_heavy in zip(of, heavy, strict=True) if is_heavy)
    raise CellsError(f"{', '.join(terms)}: these terms say the same, so leave one out or merge levels")
