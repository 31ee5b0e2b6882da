from collections.abc import Mapping
from dataclasses import dataclass, field

from service.people.schemas import PersonOut
from service.posts.rules import CONTRACT_NAMES, DESTINATIONS, END_REASONS, STAFF_GROUP_NAMES, AssignmentKind
from service.posts.rules import KIND_NAMES as POSTS
from service.posts.schemas import AssignmentOut
from service.web.forms import Form


def options(names: Mapping[str, str], chosen: str, ask: str) -> list[dict[str, object]]:
    """The choices of a select, with a first line that asks for one."""
    lines = [("", ask), *names.items()]
    return [{"value": code, "text": text, "selected": code == chosen} for code, text in lines]


@dataclass(frozen=True, slots=True)
class PostPage:
    """The form for a new post."""

    person: PersonOut
    form: Form
    schemes: Mapping[str, str]
    places: Mapping[str, str]
    kinds: Mapping[AssignmentKind, str] = field(default_factory=lambda: POSTS)

    def choose(self, name: str) -> list[dict[str, object]]:
        names: Mapping[str, Mapping[str, str]] = {
            "organisation_id": self.places,
            "kind": {kind.value: text for kind, text in self.kinds.items()},
            "grade_scheme": self.schemes,
            "staff_group": {group.value: text for group, text in STAFF_GROUP_NAMES.items()},
        }
        return options(names[name], self.form.value(name), "Choose one")

    @property
    def contracts(self) -> list[dict[str, object]]:
        names = {contract.value: text for contract, text in CONTRACT_NAMES.items()}
        return options(names, self.form.value("contract"), "Not known")


@dataclass(frozen=True, slots=True)
class EndPage:
    """The form for the end of a post."""

    post: AssignmentOut
    form: Form
    places: Mapping[str, str]

    @property
    def reasons(self) -> list[dict[str, object]]:
        return options(END_REASONS, self.form.value("end_reason"), "Choose one")

    @property
    def destinations(self) -> list[dict[str, object]]:
        return options({**DESTINATIONS, **self.places}, self.form.value("destination"), "Not known or does not apply")
