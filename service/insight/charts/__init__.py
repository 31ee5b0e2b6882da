"""Pictures of released figures, drawn once, when the release is made, and from nothing but its released rows.

Written as Vega-Lite and drawn by vl-convert: building the same through Altair took four times as long as drawing it.
"""

from service.insight.charts.dots import NARROW, described_dots, draw_dots
from service.insight.charts.representation import described, draw, drawn

__all__ = ["NARROW", "described", "described_dots", "draw", "draw_dots", "drawn"]
