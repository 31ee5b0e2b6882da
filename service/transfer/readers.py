"""A file, whatever it is, as a Sheet of texts."""

from service.transfer.sheets import Sheet, refuse
from service.transfer.texts import read_csv
from service.transfer.workbooks import read_xlsx


def read(content: bytes) -> Sheet:
    """By what the file is, not by what it is called. Raises Invalid in words when it is neither CSV nor XLSX."""
    if not content.strip():
        raise refuse("The file is empty. Start from the template.")
    return read_xlsx(content) if content.startswith(b"PK") else read_csv(content)
