"""The columns of a file of moves: moves.csv."""

from pathlib import Path

from service.transfer.columns.column import Columns, read_columns

MOVES = Columns(read_columns(Path(__file__).parent / "moves.csv"), "move_kind")
