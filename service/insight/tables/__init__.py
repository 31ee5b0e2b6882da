from service.insight.tables.flags import Flag, FlagHistory, FlagSighting
from service.insight.tables.know_how import KnowHow, KnowHowVersion
from service.insight.tables.releases import Release, ReleaseTable

__all__ = [
    "Flag",
    "FlagHistory",
    "FlagSighting",
    "KnowHow",
    "KnowHowVersion",
    "Release",
    "ReleaseTable",
]
