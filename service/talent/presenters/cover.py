"""Roles that an employer could not do without, and posts whose end is known, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from service.kit.paging import Page
from service.posts.rules import AssignmentKind
from service.talent.presenters.choices import Item, RoleForm, options
from service.talent.presenters.members import UNSEEN, MemberLine, by_stage
from service.talent.rules.dates import HORIZONS
from service.talent.schemas.cover import CoverOut, EndOut, RoleOut
from service.web.forms import Form
from service.web.presenters import count_of

END_NAMES = {
    AssignmentKind.SUBSTANTIVE: "Fixed term",
    AssignmentKind.SECONDMENT: "Secondment",
    AssignmentKind.ACTING_UP: "Acting up",
}


def cover_words(role: RoleOut) -> str:
    """ "1 person could step up now, 2 soon"; only of people whom the reader may see."""
    if not (role.now or role.soon or role.developing):
        return "Nobody that you can see yet"
    said = [(role.now, "now"), (role.soon, "within 2 years"), (role.developing, "within 5 years")]
    told = [f"{count_of(n, 'person', 'people')} {when}" for n, when in said if n]
    return ", ".join(told)


@dataclass(frozen=True, slots=True)
class RolesPage(RoleForm):
    page: Page[RoleOut]
    ends: Sequence[EndOut]
    years: int

    @property
    def lines(self) -> list[tuple[RoleOut, str]]:
        return [(role, cover_words(role)) for role in self.page.items]

    @property
    def end_lines(self) -> list[tuple[EndOut, str]]:
        return [(one, END_NAMES[one.kind]) for one in self.ends]

    @property
    def horizons(self) -> list[tuple[int, str, bool]]:
        return [(years, count_of(years, "year"), years == self.years) for years in HORIZONS]


@dataclass(frozen=True, slots=True)
class RolePage:
    cover: CoverOut
    form: Form
    holders: Sequence[tuple[UUID, str]] = ()
    search: str = ""
    refusal: str = ""

    @property
    def role(self) -> RoleOut:
        return self.cover.role

    @property
    def version(self) -> int:
        return self.role.version

    @property
    def stages(self) -> list[tuple[str, str, list[MemberLine]]]:
        return by_stage(self.cover.members)

    @property
    def others(self) -> str:
        return UNSEEN

    @property
    def held_by(self) -> list[Item]:
        """Who may be named as the holder: the one who is, and those who were searched for."""
        role = self.role
        known = {role.assignment_id: self.cover.holder} if role.assignment_id and self.cover.holder else {}
        found = known | {key: words for key, words in self.holders if key not in known}
        return options(found, self.form.value("assignment_id") or str(role.assignment_id or ""), "Nobody holds it now")
