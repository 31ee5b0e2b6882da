from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.insight.rules import Measure
from service.insight.shapes import SHAPES
from service.insight.words import Headline

WHOLE_SYSTEM = "the whole system"


@dataclass(frozen=True, slots=True)
class Page:
    """One part of a report, ready to keep: its released rows, the title and sentences above it, pictures by name. If it
    shows figures of several releases, all of them must stand (`releases`).
    """

    measure: Measure
    organisation: str
    part: str
    rows: Sequence[Mapping[str, Any]]
    title: str = ""
    sentences: Sequence[str] = ()
    charts: Mapping[str, str] = field(default_factory=dict[str, str])
    releases: Sequence[int] = ()


def page_of(
    measure: Measure,
    organisation: str,
    part: str,
    rows: Sequence[Mapping[str, Any]],
    title: str = "",
    sentences: Sequence[str] = (),
    charts: Mapping[str, str] | None = None,
) -> Page:
    """A part whose rows keep the columns of its shape, and why a figure is withheld."""
    shape = next(shape for shape in SHAPES[measure] if shape.part == part)
    names = {"reason", *(name for column in shape.columns for name in (column.name, column.high))}
    kept = [{name: value for name, value in row.items() if name in names} for row in rows]
    return Page(measure, organisation, part, kept, title, sentences, charts or {})


def by_organisation(rows: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The rows of each organisation, in their order."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["organisation"], []).append(row)
    return found


@dataclass(frozen=True, slots=True)
class Drafted:
    """The parts of a report, and what it adds to the front page."""

    pages: Sequence[Page]
    headlines: Sequence[Headline]
