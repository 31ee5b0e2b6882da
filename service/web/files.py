"""What files are called on their way out. The framework adds the character set to every kind of text, so none of them
says it again.
"""

from typing import Final

CSV: Final = "text/csv"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
