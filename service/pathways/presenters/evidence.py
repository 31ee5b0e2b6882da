from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from service.pathways.rules.evidence import READER_HINTS, READERS, EvidenceReader
from service.pathways.schemas.evidence import DimensionOut, EvidenceOut
from service.web.forms import Form

DATE = ("day", "month", "year")


@dataclass(frozen=True, slots=True)
class ListPage:
    """The reader's evidence, or what somebody shares with the reader."""

    items: Sequence[EvidenceOut]
    next_cursor: str | None
    dimensions: Sequence[DimensionOut] = ()
    shown: Mapping[str, int] = field(default_factory=dict[str, int])
    name: str = ""
    done: str = ""

    @property
    def ways(self) -> list[tuple[DimensionOut, int]]:
        """The six ways, each with how many pieces were written for it."""
        return [(one, self.shown.get(one.dimension, 0)) for one in self.dimensions if one.kind == "behaviours"]

    def readers(self, piece: EvidenceOut) -> str:
        if not piece.shared_with:
            return "Only you can read this"
        return "Shared with: " + "; ".join(_plain(reader) for reader in piece.shared_with)


@dataclass(frozen=True, slots=True)
class FormPage:
    """Writing a piece, or correcting one. `stands` is what was saved meanwhile in another window."""

    form: Form
    dimensions: Sequence[DimensionOut]
    places: Mapping[UUID, str]
    evidence_id: UUID | None = None
    role: str = ""
    stands: EvidenceOut | None = None

    @property
    def title(self) -> str:
        return "Change your evidence" if self.evidence_id else "Add evidence"

    @property
    def action(self) -> str:
        return f"/me/evidence/{self.evidence_id}" if self.evidence_id else "/me/evidence"

    @property
    def groups(self) -> list[tuple[str, list[dict[str, object]]]]:
        """(framework, its dimensions as options), for a select with headings."""
        groups: dict[str, list[dict[str, object]]] = {}
        chosen = self.form.value("dimension")
        for one in self.dimensions:
            option: dict[str, object] = {"value": one.dimension, "text": one.name, "selected": one.dimension == chosen}
            groups.setdefault(one.framework, []).append(option)
        return list(groups.items())

    @property
    def choices(self) -> list[dict[str, object]]:
        chosen = self.form.value("organisation_id")
        lines = [("", "Somewhere else"), *((str(key), name) for key, name in self.places.items())]
        return [{"value": value, "text": text, "selected": value == chosen} for value, text in lines]


@dataclass(frozen=True, slots=True)
class OnePage:
    """One piece with those who can read it."""

    piece: EvidenceOut
    places: Mapping[UUID, str]

    @property
    def place(self) -> str:
        return self.places.get(self.piece.organisation_id, "") if self.piece.organisation_id else ""

    @property
    def audience(self) -> str:
        if not self.piece.shared_with:
            return "Only you can read this."
        return "You can read this, and: " + "; ".join(_plain(one) for one in self.piece.shared_with) + "."

    @property
    def readers(self) -> list[tuple[EvidenceReader, str, str, bool]]:
        """(code, name, hint, whether it is shared with them now)"""
        return [(one, READERS[one], READER_HINTS[one], one in self.piece.shared_with) for one in EvidenceReader]


def form_of(piece: EvidenceOut) -> Form:
    """What is kept, as the form would have been filled in."""
    day = piece.happened_on
    dates = dict(zip((f"happened_on-{part}" for part in DATE), (day.day, day.month, day.year), strict=True))
    values = {
        "dimension": piece.dimension,
        "situation": piece.situation,
        "what_happened": piece.what_happened,
        "witness": piece.witness,
        "organisation_id": str(piece.organisation_id or ""),
        "profile_id": str(piece.profile_id or ""),
        "version": str(piece.version),
    }
    return Form({**values, **{name: str(value) for name, value in dates.items()}})


def _plain(reader: EvidenceReader) -> str:
    name = READERS[reader].replace("my career", "your career").replace("employs me", "employs you")
    return name if name.startswith("HR") else name[0].lower() + name[1:]
