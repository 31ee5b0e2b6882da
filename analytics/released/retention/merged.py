"""Levels of a term that too few went from are put together, so that a model of cells can be fitted on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

UNORDERED: Final = ("contract",)  # codes in a fixed order that says nothing
FEW: Final = 5  # exits of each cause that a level needs of its own


@dataclass(frozen=True)
class Merged:
    """For each term, the label of each level as it is told, in order, and of any that was not seen."""

    labels: Mapping[str, Mapping[str, str]]
    unseen: Mapping[str, str]

    @classmethod
    def of(cls, cells: pl.DataFrame, terms: Sequence[str], causes: Sequence[str]) -> "Merged":
        """From cells with exits by cause. A term of which one level is left is left out.

        >>> seen = pl.DataFrame({"group": ["a", "b", "c"], "exposed": [900, 90, 90], "left": [70, 3, 4]})
        >>> Merged.of(seen, ["group"], ["left"]).labels["group"]
        {'b': 'b or c', 'c': 'b or c', 'a': 'a'}
        """
        labels: dict[str, dict[str, str]] = {}
        unseen: dict[str, str] = {}
        for term in terms:
            groups = _grouped(cells, term, causes)
            if len(groups) > 1:
                labels[term] = {level: " or ".join(group) for group, _ in groups for level in group}
                unseen[term] = " or ".join(max(groups, key=lambda one: sum(one[1]))[0])
        return cls(labels, unseen)

    def told(self, cells: pl.DataFrame) -> pl.DataFrame:
        """The cells with their levels put together."""
        return cells.with_columns(
            pl.col(term)
            .cast(pl.String)
            .replace_strict(
                dict(labels),
                default=self.unseen[term],
                return_dtype=pl.Enum(list(dict.fromkeys(labels.values()))),
            )
            for term, labels in self.labels.items()
        )


Group = tuple[list[str], list[int]]  # the levels, and the exits by cause


def _grouped(cells: pl.DataFrame, term: str, causes: Sequence[str]) -> list[Group]:
    """Bands are put together with the one beside them, other levels with the next smallest."""
    seen = cells.group_by(pl.col(term).cast(pl.String)).agg(pl.col(causes).sum())
    exits = {str(level): list(counts) for level, *counts in seen.iter_rows()}
    kind = cells.schema[term]
    bands = isinstance(kind, pl.Enum) and term not in UNORDERED
    order: list[str] = kind.categories.to_list() if isinstance(kind, pl.Enum) else sorted(exits)
    groups: list[Group] = [([level], exits.get(level, [0] * len(causes))) for level in order]
    while len(groups) > 1 and min(min(counts) for _, counts in groups) < FEW:
        if not bands:
            groups.sort(key=lambda one: (sum(one[1]), one[0]))
        least = min(range(len(groups)), key=lambda at: min(groups[at][1]))
        near = [at for at in (least - 1, least + 1) if 0 <= at < len(groups)]
        beside = min(near, key=lambda at: sum(groups[at][1])) if bands else int(least == 0)
        first, second = sorted((least, beside))
        both = [a + b for a, b in zip(groups[first][1], groups[second][1], strict=True)]
        groups[first] = (groups[first][0] + groups[second][0], both)
        del groups[second]
    return groups
