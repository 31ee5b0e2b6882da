"""What the reports are called, wherever they are named."""

from collections.abc import Mapping
from typing import Final

from service.insight.rules import Measure

REPORT_NAMES: Final[Mapping[Measure, str]] = {
    Measure.COVERAGE: "Career conversations",
    Measure.ROUTES: "Routes people took",
    Measure.ASPIRATIONS: "What people want, and what there is",
    Measure.EQUITY: "Who goes on: each step from conversation to appointment",
    Measure.RETENTION: "Who stays, who moves, who leaves",
    Measure.ATTENTION: "Where to look first",
    Measure.PIPELINES: "Who is coming through",
    Measure.WRES: "Workforce Race Equality Standard (WRES)",
    Measure.WDES: "Workforce Disability Equality Standard (WDES)",
    Measure.TRENDS: "Trends over releases",
}
