"""What the columns of each kind of file are."""

from collections.abc import Mapping

from service.transfer.columns.applications import APPLICATIONS
from service.transfer.columns.column import CODED, YES, Column, Columns, Kind, Part, plain
from service.transfer.columns.conversations import CONVERSATIONS, OUTCOMES
from service.transfer.columns.moves import MOVES
from service.transfer.columns.offers import OFFERS
from service.transfer.columns.workforce import (
    EQUALITY_FIELDS,
    PERSON_FIELDS,
    POST_FIELDS,
    TELLS_OF_A_POST,
    WORKFORCE,
)
from service.transfer.rules import FileKind

COLUMNS_OF: Mapping[FileKind, Columns] = {
    FileKind.WORKFORCE: WORKFORCE,
    FileKind.CONVERSATIONS: CONVERSATIONS,
    FileKind.MOVES: MOVES,
    FileKind.OFFERS: OFFERS,
    FileKind.APPLICATIONS: APPLICATIONS,
}
FIELDS = tuple(dict.fromkeys(name for columns in COLUMNS_OF.values() for name in columns.fields))
# Columns that our own downloads add.
OURS = frozenset({"what to fix", "row"})

__all__ = [
    "APPLICATIONS",
    "CODED",
    "COLUMNS_OF",
    "CONVERSATIONS",
    "EQUALITY_FIELDS",
    "FIELDS",
    "MOVES",
    "OFFERS",
    "OURS",
    "OUTCOMES",
    "PERSON_FIELDS",
    "POST_FIELDS",
    "TELLS_OF_A_POST",
    "WORKFORCE",
    "YES",
    "Column",
    "Columns",
    "Kind",
    "Part",
    "plain",
]
