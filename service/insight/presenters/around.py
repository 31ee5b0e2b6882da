"""What stands around a report: how its figures went over releases, what is known locally, and the board pack."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from service.insight.presenters.know_how import Known, known
from service.insight.presenters.sheets import Part, trend_part
from service.insight.queries import ReleaseRow
from service.insight.schemas.know_how import NoteOut
from service.insight.shapes import Sheet


@dataclass(frozen=True, slots=True)
class Around:
    """`write` is where a reader writes down what they know, if they may."""

    trend: Part | None
    known: Sequence[Known]
    write: str
    pack: str


def around(row: ReleaseRow, about: str, trend: Sheet | None, notes: Sequence[NoteOut]) -> Around:
    """`about` is the measure's code in the catalogue."""
    asked = {"release": row.id, "organisation": row.organisation}
    return Around(
        trend=trend_part(trend, asked) if trend else None,
        known=[known(note) for note in notes],
        write=f"/reports/know-how?{urlencode({'about': about})}",
        pack=f"/reports/{row.id}/pack?{urlencode({'organisation': row.organisation})}",
    )
