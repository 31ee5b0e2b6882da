"""What is known locally, as it is read: who says it, for whom, since when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from service.insight.definitions.catalogue import TIER_NAMES, Tier, titles
from service.insight.presenters.representation import WHOLE_SYSTEM
from service.insight.schemas.know_how import NoteOut
from service.kit.clock import UK
from service.web.forms import Form
from service.web.presenters import day

TIER = TIER_NAMES[Tier.KNOWN]


@dataclass(frozen=True, slots=True)
class Known:
    """One note beside figures; `paragraphs` are its words."""

    href: str
    about: str
    place: str
    paragraphs: Sequence[str]
    signed: str


@dataclass(frozen=True, slots=True)
class KnownPage:
    notes: Sequence[Known]
    form: Form
    abouts: Sequence[Mapping[str, object]]
    places: Sequence[Mapping[str, object]]
    next: str
    is_leader: bool


@dataclass(frozen=True, slots=True)
class NotePage:
    id: UUID
    about: str
    place: str
    is_withdrawn: bool
    version: int
    history: Sequence[Known]
    form: Form


def known(note: NoteOut) -> Known:
    written = day(note.written_at.astimezone(UK).date())
    place = note.organisation or WHOLE_SYSTEM
    paragraphs = [part.strip() for part in note.words.split("\n") if part.strip()]
    verb = "Withdrawn by" if note.is_withdrawn else "Written by"
    about = titles().get(note.about, note.about)
    return Known(f"/reports/know-how/{note.id}", about, place, paragraphs, f"{verb} {note.author}, {place}, {written}")


def known_page(
    notes: Sequence[NoteOut], form: Form, places: Mapping[UUID, str], following: str | None, *, is_leader: bool
) -> KnownPage:
    named = [{"value": str(key), "text": name, "selected": form.value("organisation_id") == str(key)}
             for key, name in places.items()]  # fmt: skip
    whole = [{"value": "", "text": WHOLE_SYSTEM}] if is_leader else []
    measures = [
        {"value": code, "text": name, "selected": form.value("about") == code} for code, name in titles().items()
    ]
    return KnownPage([known(note) for note in notes], form, measures, [*whole, *named], following or "", is_leader)


def note_page(history: Sequence[NoteOut], form: Form) -> NotePage:
    """The newest version first."""
    last = history[-1]
    return NotePage(
        id=last.id,
        about=titles().get(last.about, last.about),
        place=last.organisation or WHOLE_SYSTEM,
        is_withdrawn=last.is_withdrawn,
        version=last.version,
        history=[known(note) for note in reversed(history)],
        form=form,
    )
