"""The columns of a file of past conversations: conversations.csv. There is none for what was said."""

from pathlib import Path

from service.transfer.columns.column import Columns, Part, read_columns

CONVERSATIONS = Columns(read_columns(Path(__file__).parent / "conversations.csv"), "kind")
# Each is named after a topic of the terms.
OUTCOMES = tuple(column.field for column in CONVERSATIONS if column.part is Part.OUTCOME)
