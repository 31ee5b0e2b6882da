"""The released rows as files: CSV for machines, XLSX laid out as the Government Statistical Service asks.

That is a cover, contents, notes, and one table a sheet. Every number is the released one; a withheld one is *, with the
reason beside it.
"""

from service.insight.files.layout import plain
from service.insight.files.representation import as_csv, as_xlsx
from service.insight.files.sheets import sheet_as_csv, sheets_as_xlsx

__all__ = ["as_csv", "as_xlsx", "plain", "sheet_as_csv", "sheets_as_xlsx"]
