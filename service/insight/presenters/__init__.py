"""What the pages say, in the order they say it. Templates only place it."""

from service.insight.presenters.changed import changed_page
from service.insight.presenters.representation import (
    LINKS,
    WITHHELD,
    organisation_name,
    release_line,
    report_page,
    stamp_of,
)
from service.insight.presenters.sheets import sheets_page

__all__ = [
    "LINKS",
    "WITHHELD",
    "changed_page",
    "organisation_name",
    "release_line",
    "report_page",
    "sheets_page",
    "stamp_of",
]
