"""What the pages of this room show: words and lists, ready for a template."""

from service.transfer.presenters.columns import ColumnsPage, UnknownCode, columns_page, unknown_codes
from service.transfer.presenters.one import ImportPage, groups_of, shown_problems
from service.transfer.presenters.start import PastImport, StartPage, past

__all__ = [
    "ColumnsPage",
    "ImportPage",
    "PastImport",
    "StartPage",
    "UnknownCode",
    "columns_page",
    "groups_of",
    "past",
    "shown_problems",
    "unknown_codes",
]
