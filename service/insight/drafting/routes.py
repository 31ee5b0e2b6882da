from collections.abc import Sequence

from analytics.disclosure import Rule
from analytics.frames import Facts
from analytics.released.routes import ALL, routes_report
from service.insight.drafting.page import Page
from service.insight.released import rows_of
from service.insight.rules import SYSTEM, Measure
from service.insight.snapshots import Manifest
from service.insight.words import routes


def drafted(facts: Facts, manifest: Manifest, rule: Rule) -> Sequence[Page]:
    """The report on routes: those alone whose number of people can be shown, by name."""
    names = {named.code: named.name for named in manifest.profiles}
    released = [row for row in rows_of(routes_report(facts, manifest.on, rule)) if row["people"] is not None]
    total = next((row for row in released if row["from_profile"] == ALL and row["to_profile"] == ALL), None)
    rows = [
        {
            **{name: row[name] for name in ("from_profile", "to_profile", "people", "median_months", "across_share")},
            "from_name": names.get(row["from_profile"], row["from_profile"]),
            "to_name": names.get(row["to_profile"], row["to_profile"]),
            "reason": row["reason"] if row["across_share"] is None else None,
        }
        for row in released
        if ALL not in {row["from_profile"], row["to_profile"]}
    ]
    rows.sort(key=lambda row: (*(str(row[name]).casefold() for name in ("from_name", "to_name")), row["to_profile"]))
    return [Page(Measure.ROUTES, SYSTEM, "routes", rows, sentences=routes.reading(total, rows))]
