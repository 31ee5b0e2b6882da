"""The catalogue: which parts each report has, and which columns each part. Pages, files and JSON all read it."""

from service.insight.shapes.catalogue import SHAPES, Sheet, in_order
from service.insight.shapes.columns import Column, Kind, Shape

__all__ = ["SHAPES", "Column", "Kind", "Shape", "Sheet", "in_order"]
