from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analytics.disclosure import Rule
from analytics.frames import Facts
from analytics.released.aspirations import ALL, ANYWHERE, aspirations_report, supply
from service.insight.drafting.page import Drafted, Page
from service.insight.released import rows_of
from service.insight.rules import SYSTEM, Measure
from service.insight.snapshots import Manifest
from service.insight.words import aspirations

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Supply:
    """Where roles of each kind are held, how many steps lead to them, and what things are called."""

    places: Mapping[tuple[str, str], frozenset[str]]
    steps: Mapping[tuple[str, str], int]
    families: Mapping[str, str]
    organisations: Mapping[str, str]

    def nearest(self, family: str, target: str, place: str) -> str:
        """What comes nearest to a role that is not held there: the same role elsewhere, else the same work."""
        elsewhere = sorted(
            self.organisations[code] for code in self.places.get((family, target), ()) if code in self.organisations
        )
        if elsewhere:
            return aspirations.elsewhere_words(elsewhere)
        there = {other for (of, other), places in self.places.items() if of == family and place in places}
        return aspirations.nearest_words(target, there)


def drafted(facts: Facts, manifest: Manifest, rule: Rule) -> Drafted:
    """The report on what people want: those wishes alone that enough people share to show."""
    shown = [row for row in rows_of(aspirations_report(facts, manifest.on, rule)) if row["wanted"] is not None]
    total = next((row["wanted"] for row in shown if _all_of(row) == {"family", "target", "place"}), None)
    found = _supply(supply(facts, manifest.on).to_dicts(), manifest)
    kinds = [_kind(row, found) for row in shown if _all_of(row) == {"place"}]
    places = [_kind(row, found) for row in shown if not _all_of(row)]
    kinds, places = _sorted(kinds), _sorted(places)
    return Drafted(
        [
            Page(Measure.ASPIRATIONS, SYSTEM, "kinds", kinds, sentences=aspirations.reading(total, kinds, places)),
            Page(Measure.ASPIRATIONS, SYSTEM, "places", places),
        ],
        aspirations.headline(total, kinds, places),
    )


def _all_of(row: Row) -> set[str]:
    return {key for key in ("family", "target", "place") if row[key] == ALL}


def _supply(rows: Iterable[Row], manifest: Manifest) -> _Supply:
    places: dict[tuple[str, str], set[str]] = {}
    steps: dict[tuple[str, str], int] = {}
    for row in rows:
        kind = row["family"], row["target"]
        steps[kind] = row["steps"] or 0
        if row["exists"]:
            places.setdefault(kind, set()).add(row["place"])
    names = [{named.code: named.name for named in of} for of in (manifest.families, manifest.organisations)]
    return _Supply({kind: frozenset(where) for kind, where in places.items()}, steps, names[0], names[1])


def _kind(row: Row, found: _Supply) -> dict[str, Any]:
    """One wish beside what there is: "none" where nobody held such a role there in the last year, "thin" where fewer
    hold one than want one, or too few to show.
    """
    kind, place = (row["family"], row["target"]), ANYWHERE if row["place"] == ALL else row["place"]
    exists = place in found.places.get(kind, ())
    thin = row["held"] is None or row["held"] < row["wanted"]
    told = {
        **{name: row[name] for name in ("family", "target", "place", "wanted")},
        "held": row["held"] if exists else None,
        "family_name": found.families.get(row["family"], row["family"]),
        "target_name": aspirations.target_name(row["target"]),
        "place_name": found.organisations.get(row["place"], "Anywhere in the system"),
        "supply_code": ("thin" if thin else "some") if exists else "none",
        "steps": found.steps.get(kind, 0) > 0,
        "reason": row["reason"] if exists else None,
    }
    if row["place"] == ALL:
        del told["place"], told["place_name"]
    nearest = "" if exists else found.nearest(*kind, place)
    return told | {"supply": aspirations.supply_words(told), "nearest": nearest}


def _sorted(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """By kind of work, role and place."""
    order = ("family_name", "target", "place_name", "family", "place")
    return sorted(rows, key=lambda row: tuple(str(row.get(name, "")).casefold() for name in order))
