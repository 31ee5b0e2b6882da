"""The words of drafts."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from service.conversations.schemas.drafts import DraftOut
from service.web.forms import Form
from service.web.presenters import moment, words

# The parts of a form that are of nobody's making.
VERSION = "draft_version"
UNSAID = frozenset({"id", VERSION, "again", "conflict"})


@dataclass(frozen=True, slots=True)
class ConflictPage:
    """Two tabs saved the same draft: what each of them has, and nothing lost."""

    theirs: DraftOut
    mine: Form

    @property
    def differences(self) -> list[tuple[str, str, str]]:
        """(what, as it was saved elsewhere, as it was typed here), where the two differ."""
        theirs, mine = shown(self.theirs.values), shown(self.mine.values)
        names = dict.fromkeys((*theirs, *mine))
        pairs = [(words(name.replace("-", " ")), theirs.get(name, ""), mine.get(name, "")) for name in names]
        return [pair for pair in pairs if pair[1] != pair[2]]

    @property
    def saved_at(self) -> str:
        return moment(self.theirs.saved_at)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What was typed here, on top of the version that was saved elsewhere."""
        typed = [(name, value) for name, value in self.mine.values.items() if name != VERSION]
        return [*typed, (VERSION, str(self.theirs.version))]


def shown(values: Mapping[str, str]) -> dict[str, str]:
    """What a person would call something they typed."""
    return {
        name: value
        for name, value in values.items()
        if value.strip() and name not in UNSAID and not name.endswith("_id")
    }


def form_of(draft: DraftOut) -> Form:
    """The form exactly as it was left."""
    return Form({**draft.values, "id": str(draft.id), VERSION: str(draft.version)})


def about_of(form: Form) -> UUID | None:
    """Whom a form is about, once that is clear: its person_id is "person.organisation"."""
    try:
        return UUID(form.value("person_id").partition(".")[0])
    except ValueError:
        return None
