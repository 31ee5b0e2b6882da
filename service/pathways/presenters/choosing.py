from collections.abc import Sequence
from dataclasses import dataclass

from service.organisations.rules import level_name
from service.pathways.presenters.pathway import HOW
from service.pathways.schemas.steps import PlaceOut, RoleOut
from service.web.forms import Form


@dataclass(frozen=True, slots=True)
class RolePage:
    """The reader says which role profile is theirs."""

    place: PlaceOut
    form: Form
    search: str
    roles: Sequence[RoleOut]

    @property
    def now(self) -> str:
        if self.place.role is None:
            return "We do not know which role is yours yet."
        return f"Now it is “{self.place.role.title}” in {self.place.role.family}. {HOW.get(self.place.how or '', '')}"

    @property
    def was_stated(self) -> bool:
        return self.place.how == "stated"

    @property
    def options(self) -> list[dict[str, object]]:
        mine = self.place.role.id if self.place.role else None
        return [
            {
                "value": str(role.id),
                "text": role.title,
                "hint": {"text": f"{role.family}. {level_name(role.level)}"},
                "checked": role.id == mine,
            }
            for role in self.roles
        ]
