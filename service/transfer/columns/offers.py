"""The columns of a file of offers: offers.csv."""

from pathlib import Path

from service.transfer.columns.column import Columns, read_columns

OFFERS = Columns(read_columns(Path(__file__).parent / "offers.csv"), "offer_kind")
