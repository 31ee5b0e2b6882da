"""Where somebody is, what was said of them and by whom, for that person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from service.people.schemas import ReaderOut
from service.talent.presenters.members import MemberLine
from service.talent.presenters.requests import ReferralLine
from service.talent.presenters.threads import ThreadLine
from service.talent.rules.codes import MemberState
from service.talent.schemas.pipelines import MemberOut
from service.talent.schemas.threads import MineOut
from service.web.forms import Form

STATES = {
    MemberState.ASKED: "Waits for your answer",
    MemberState.CURRENT: "In",
    MemberState.DECLINED: "You said no",
    MemberState.LEFT: "You left",
}


@dataclass(frozen=True, slots=True)
class Place(MemberLine):
    """One of the person's own, with what they may do about it. `names` are all employers."""

    names: Mapping[UUID, str]
    form: Form
    is_at: bool = False

    @property
    def state(self) -> str:
        return "Lapsed" if self.member.is_lapsed else STATES[self.member.state]

    @property
    def is_asked(self) -> bool:
        return self.member.state is MemberState.ASKED

    @property
    def is_in(self) -> bool:
        return self.member.state is MemberState.CURRENT and not self.member.is_lapsed

    @property
    def is_past(self) -> bool:
        return not (self.is_asked or self.is_in)

    @property
    def readers(self) -> str:
        others = [self.names.get(key, "") for key in self.member.shown_to]
        places = [self.member.organisation, *sorted(others)]
        said = ", ".join(places[:-1]) + f" and {places[-1]}" if len(places) > 1 else places[0]
        return f"You and the HR partners of {said} can read this. Your manager cannot."

    @property
    def other_places(self) -> list[tuple[UUID, str, bool]]:
        return [
            (k, name, k in self.member.shown_to) for k, name in self.names.items() if k != self.member.organisation_id
        ]


@dataclass(frozen=True, slots=True)
class MinePage:
    mine: MineOut
    names: Mapping[UUID, str]
    readers: Sequence[ReaderOut]
    form: Form
    refusal: str = ""
    at: UUID | None = None

    @property
    def places(self) -> list[Place]:
        return [self._place(one) for one in self.mine.memberships if not self._place(one).is_past]

    @property
    def past(self) -> list[Place]:
        return [self._place(one) for one in self.mine.memberships if self._place(one).is_past]

    def _place(self, member: MemberOut) -> Place:
        """What was typed stays with the form that it was typed in."""
        is_at = member.id == self.at
        return Place(member, self.names, self.form if is_at else Form(), is_at)

    @property
    def requests(self) -> list[ReferralLine]:
        return [ReferralLine(one) for one in self.mine.referrals]

    @property
    def threads(self) -> list[ThreadLine]:
        return [ThreadLine(one) for one in self.mine.threads]

    @property
    def year(self) -> str:
        return self.form.value("year") or str(self.mine.retirement_year or "")
