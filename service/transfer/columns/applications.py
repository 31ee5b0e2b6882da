"""The columns of a file of applications: applications.csv."""

from pathlib import Path

from service.transfer.columns.column import Columns, read_columns

APPLICATIONS = Columns(read_columns(Path(__file__).parent / "applications.csv"), "title")
