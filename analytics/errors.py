"""What can go wrong, in words a reader can act on.

AnalyticsError
├── FactsError          the facts break their schema; names column, row and value
├── CountsError         counts that cannot be: negative, not whole, more events than people, not a number
├── CellsError          cells that lack a column, or that cannot be added or compared
├── TooLittleError      too little data for what was asked: fewer years, people or moves than it needs
├── PublishedError      a published table that is not laid out as expected
└── DisclosureError     a rule that is too weak, or a figure the rule cannot protect
"""


class AnalyticsError(Exception):
    """Root of every refusal by this package."""


class FactsError(AnalyticsError, ValueError):
    """Facts that break their schema. `row` counts from 0; `row` and `value` are None when a whole column is wrong."""

    def __init__(self, frame: str, column: str, problem: str, row: int | None = None, value: object = None) -> None:
        where = f"{frame}.{column}" if row is None else f"{frame}.{column}, row {row}, value {value!r}"
        super().__init__(f"{where}: {problem}")
        self.frame, self.column, self.problem, self.row, self.value = frame, column, problem, row, value


class CountsError(AnalyticsError, ValueError):
    """Counts that cannot be true of people."""


class CellsError(AnalyticsError, ValueError):
    """Cells that lack what a measure needs."""


class TooLittleError(AnalyticsError, ValueError):
    """Too few years, people or moves for what was asked; the message says how many it needs."""


class PublishedError(AnalyticsError, ValueError):
    """A published table that is not laid out as expected."""


class DisclosureError(AnalyticsError, ValueError):
    """A disclosure rule that is too weak, or a figure it cannot protect."""
