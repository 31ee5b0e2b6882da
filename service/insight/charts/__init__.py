"""Pictures of released figures, drawn once, when the release is made, and from nothing but its released rows.

Those that every organisation has are written as SVG by hand (`svg`, `ranges`): drawing so few marks by Vega took most
of a release's time. The system's own are written as Vega-Lite and drawn by vl-convert.
"""

from service.insight.charts.dots import described_dots, draw_dots
from service.insight.charts.organisations import described_organisations, draw_organisations
from service.insight.charts.representation import described, draw, drawn
from service.insight.charts.rows import MANY, NARROW

__all__ = [
    "MANY",
    "NARROW",
    "described",
    "described_dots",
    "described_organisations",
    "draw",
    "draw_dots",
    "draw_organisations",
    "drawn",
]
