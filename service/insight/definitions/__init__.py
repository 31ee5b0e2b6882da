"""What each figure means: said once here, shown on the page, in the files and over JSON, and told at length in the
manual.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from service.insight.definitions.aspirations import of_aspirations
from service.insight.definitions.attention import of_attention
from service.insight.definitions.coverage import of_coverage
from service.insight.definitions.flags import of_equity
from service.insight.definitions.pipelines import of_pipelines
from service.insight.definitions.representation import CONTACT, definition_of
from service.insight.definitions.retention import of_retention
from service.insight.definitions.routes import of_routes
from service.insight.definitions.statutory import of_wdes, of_wres
from service.insight.definitions.trends import of_trends
from service.insight.rules import Measure

_DEFINED: Final[Mapping[Measure, Callable[[dict[str, Any]], dict[str, str]]]] = {
    Measure.COVERAGE: of_coverage,
    Measure.ROUTES: of_routes,
    Measure.ASPIRATIONS: of_aspirations,
    Measure.EQUITY: of_equity,
    Measure.WRES: of_wres,
    Measure.WDES: of_wdes,
    Measure.TRENDS: of_trends,
    Measure.RETENTION: of_retention,
    Measure.ATTENTION: of_attention,
    Measure.PIPELINES: of_pipelines,
}

__all__ = ["CONTACT", "definition_of", "meaning_of"]


def meaning_of(measure: Measure, rule: dict[str, Any]) -> dict[str, str]:
    """Term -> meaning of a report other than representation. `rule` is the release's disclosure rule."""
    protection = {
        "Rounding": f"Counts are rounded to the nearest {rule['base']}, and shares are worked out from rounded counts."
        " Rows need not add up.",
        "Withheld": f"* stands for a figure about fewer than {rule['floor']} people, nobody included, or one that"
        " would give such a figure away.",
        "Between releases": "Differences between two releases are protected by rounding only. Do not subtract one from"
        " the other.",
    }
    return _DEFINED[measure](rule) | protection
