"""Where a page of something that is sorted by a moment ended."""

from datetime import datetime
from uuid import UUID

from service.kit.errors import Invalid, Problem
from service.kit.paging import Cursor


def after_moment(cursor: str | None) -> tuple[datetime, UUID] | None:
    """Raises Invalid for a cursor that is not ours."""
    given = Cursor.read(cursor)
    if given is None:
        return None
    try:
        moment = datetime.fromisoformat(given.text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Invalid(Problem("cursor", "Use the next_cursor of the page before, unchanged."))
    return moment, given.id
