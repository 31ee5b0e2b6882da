"""The list of what a partner's organisations wrote, and the form in which one is written, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from service.capabilities.schemas import RoleOut
from service.kit.paging import Page
from service.opportunities.presenters.opportunities import LEVEL_ITEMS
from service.opportunities.presenters.words import PATTERNS, Item, Line, items
from service.opportunities.rules.kinds import KIND_HINTS, KIND_NAMES
from service.opportunities.schemas.opportunities import Listed, OpportunityOut
from service.posts.rules import STAFF_GROUP_NAMES
from service.web.forms import Form


@dataclass(frozen=True, slots=True)
class MinePage:
    """What the partner's own organisations wrote."""

    page: Page[Listed]
    may_add: bool

    @property
    def lines(self) -> list[Line]:
        return [Line(one) for one in self.page.items]


@dataclass(frozen=True, slots=True)
class WritePage:
    """The form: a new one without `held`."""

    form: Form
    places: Mapping[UUID, str]
    roles: Sequence[RoleOut]
    held: OpportunityOut | None = None
    refusal: str = ""

    @property
    def heading(self) -> str:
        return f"Change {self.held.title}" if self.held else "Write an opportunity"

    @property
    def action(self) -> str:
        return f"/opportunities/{self.held.id}/edit" if self.held else "/opportunities"

    @property
    def back(self) -> str:
        return f"/opportunities/{self.held.id}" if self.held else "/opportunities/mine"

    @property
    def may_link(self) -> bool:
        return bool(self.held and self.held.internal_until)

    @property
    def organisations(self) -> list[Item]:
        return items({str(key): name for key, name in self.places.items()}, self.form.value("organisation_id"))

    @property
    def kinds(self) -> list[Item]:
        chosen = self.form.value("kind")
        return [
            {"value": code, "text": name, "hint": {"text": KIND_HINTS[code]}, "checked": code == chosen}
            for code, name in KIND_NAMES.items()
        ]

    @property
    def levels(self) -> list[Item]:
        return items(LEVEL_ITEMS, self.form.value("level"), "Choose a level")

    @property
    def groups(self) -> list[Item]:
        return items(STAFF_GROUP_NAMES, self.form.value("staff_group"), "Choose a staff group")

    @property
    def role_items(self) -> list[Item]:
        named = {str(role.id): f"{role.title} (level {role.level})" for role in self.roles}
        return items(named, self.form.value("profile_id"), "No role, or not in the list")

    @property
    def patterns(self) -> list[Item]:
        return items(PATTERNS, self.form.value("working_pattern") or "no_preference")

    @property
    def audiences(self) -> list[Item]:
        chosen = self.form.value("is_open_to_system") or "true"
        names = {"true": "Everybody who works in the system", "false": "Only people who work here"}
        return [{"value": code, "text": name, "checked": code == chosen} for code, name in names.items()]

    @property
    def risks(self) -> list[Item]:
        names = {"": "It lends nobody’s work to another employer", "nil": "There is no risk to share"}
        names["shared"] = "The employers share it, as written below"
        return [
            {"value": code, "text": name, "checked": code == self.form.value("risk_share")}
            for code, name in names.items()
        ]

    @property
    def lends(self) -> bool:
        """Whether the part about lending work is open."""
        named = ("risk_share", "risk_exposure", "home_pays", "risk_exit")
        return any(self.form.value(name) or self.form.error(name) for name in named)

    @property
    def is_positive_action(self) -> bool:
        """Whether the part about positive action is open."""
        named = ("is_targeted", "priority_until", "priority_until-year")
        return any(self.form.value(name) or self.form.error(name) for name in named)

    @property
    def is_targeted(self) -> bool:
        return self.form.value("is_targeted") == "true"


def filled(held: OpportunityOut) -> Form:
    """What is kept, as the form would send it."""
    values: dict[str, str] = {}
    for name in held.__struct_fields__:
        value = getattr(held, name)
        if value is not None and value != "":
            values[name] = str(value).lower() if isinstance(value, bool) else str(value)
    for name in ("closes_on", "starts_on", "ends_on", "priority_until"):
        if when := getattr(held, name):
            values |= {f"{name}-day": str(when.day), f"{name}-month": str(when.month), f"{name}-year": str(when.year)}
    return Form(values)
