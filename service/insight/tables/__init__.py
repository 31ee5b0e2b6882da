from service.insight.tables.flags import Flag, FlagHistory, FlagSighting
from service.insight.tables.know_how import KnowHow, KnowHowVersion
from service.insight.tables.releases import Release, ReleaseTable
from service.insight.tables.supplied import SuppliedFigure

__all__ = [
    "Flag",
    "FlagHistory",
    "FlagSighting",
    "KnowHow",
    "KnowHowVersion",
    "Release",
    "ReleaseTable",
    "SuppliedFigure",
]
