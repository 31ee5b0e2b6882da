from datetime import date
from uuid import UUID

from service.kit.paging import Cursor


def after(cursor: str | None) -> tuple[date, UUID] | None:
    """The day and identifier of the last row seen. Raises Invalid when the cursor is not one that we made."""
    found = Cursor.read(cursor)
    return (found.day, found.id) if found else None


def ends_at(day: date, key: UUID) -> str:
    """The cursor of the page after the row with this day and identifier."""
    return str(Cursor(day.isoformat(), key))
