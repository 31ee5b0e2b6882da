from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.conversations.presenters.plan import due_words
from service.conversations.rules import State
from service.conversations.schemas.plan import ActionOut
from service.conversations.schemas.record import Held
from service.home.presenters.timeline import Event, held_now, of_conversation, of_post
from service.kit.clock import today
from service.offers.presenters.mine import Mine, MinePage
from service.offers.rules.applications import ApplicationState
from service.offers.schemas.applications import MineOut
from service.opportunities.rules.kinds import INTEREST_NAMES, InterestState
from service.opportunities.schemas.interests import InterestLine, ReferralOut
from service.pathways.presenters.pathway import PathwayView
from service.people.rules import QUESTIONS, Characteristic, answers_for
from service.people.schemas import EqualityOut, MeOut, ReaderOut
from service.posts.schemas import AssignmentOut
from service.prompts.presenters import ReasonLine
from service.web.forms import Form
from service.web.presenters import count_of, day


@dataclass(frozen=True, slots=True)
class Going:
    """What the reader went for, or was put forward for: offers and opportunities, those that wait for them first."""

    applications: Sequence[MineOut]
    interests: Sequence[InterestLine]
    referrals: Sequence[ReferralOut]
    stepping_up: Sequence[str]

    @property
    def to_answer(self) -> list[tuple[str, str]]:
        """(what waits for the reader, where it is)"""
        offered = [held for held in self.applications if Mine(held).is_nomination]
        chosen = [held for held in self.interests if held.state is InterestState.SELECTED]
        return [
            *((f"You were chosen: {one.opportunity.title}. Say whether you accept", _interest(one)) for one in chosen),
            *((f"You were put forward: {one.title}. Say yes or no", f"/me/offers/{one.id}") for one in offered),
            *((f"You were put forward: {way}. Say yes or no", "/me/talent") for way in self.stepping_up),
            *map(_thought_of, self.referrals),
        ]

    @property
    def under_way(self) -> list[tuple[str, str, str]]:
        """(what, where it is, how it stands), the first five of each."""
        offers = [one for one in MinePage(self.applications).under_way if one.held.state is not ApplicationState.DRAFT]
        sent = [one for one in self.interests if one.state in _UNDER_WAY]
        return [
            *((one.held.title, f"/me/offers/{one.held.id}", one.state) for one in offers[:5]),
            *((one.opportunity.title, _interest(one), INTEREST_NAMES[one.state]) for one in sent[:5]),
        ]


_UNDER_WAY = {InterestState.SUBMITTED, InterestState.SHORTLISTED, InterestState.ACCEPTED}


def _interest(held: InterestLine) -> str:
    return f"/me/interests/{held.id}"


def _thought_of(one: ReferralOut) -> tuple[str, str]:
    return f"{one.referred_by} thought of you for {one.opportunity.title}", f"/opportunities/{one.opportunity.id}"


@dataclass(frozen=True, slots=True)
class MePage:
    """Your pathway: where you are, where you could go, and what was agreed with you."""

    me: MeOut
    posts: Sequence[AssignmentOut]
    talks: Sequence[Held]
    pathway: PathwayView
    plan: Sequence[ActionOut]
    shown: Mapping[str, int]
    readers: Sequence[ReaderOut]
    going: Going
    helping: Sequence[ReasonLine] = ()
    in_transition: bool = False

    @property
    def now(self) -> list[AssignmentOut]:
        return held_now(self.posts)

    @property
    def other_posts(self) -> list[AssignmentOut]:
        """Those held now from which the steps are not shown."""
        return [post for post in self.now if post.id != self.pathway.place.assignment_id]

    @property
    def open_actions(self) -> list[tuple[ActionOut, str]]:
        """(action, when it is due), the first five."""
        waiting = [action for action in self.plan if action.is_open]
        return [(action, due_words(action.due_on, today())) for action in waiting[:5]]

    @property
    def plan_words(self) -> str:
        done = sum(not action.is_open for action in self.plan)
        return f"{count_of(done, 'action')} done or set aside so far." if done else ""

    @property
    def evidence(self) -> str:
        pieces = sum(self.shown.values())
        if not pieces:
            return "You have not written any evidence yet."
        return f"You have written {count_of(pieces, 'piece')} of evidence."

    @property
    def listed(self) -> list[Event]:
        return [of_post(post) for post in self.posts]

    @property
    def conversations(self) -> list[Event]:
        return [of_conversation(talk, is_mine=True) for talk in self.talks]

    @property
    def to_agree(self) -> list[tuple[str, str]]:
        """(what waits for the reader, where it is): of a conversation nothing counts until they agree it."""
        waiting = [talk for talk in self.talks if talk.state is State.HELD]
        said = "{0} wrote down your conversation of {1}. Read it, and agree or correct it"
        talks = [
            (said.format(talk.recorded_by.name, day(talk.on)), f"/conversations/{talk.id}") for talk in waiting[:3]
        ]
        return [*talks, *self.going.to_answer]

    @property
    def next_due(self) -> str:
        """When the next conversation is due, or what to do where that day has passed; nothing where none was agreed."""
        due = next((talk.next_due_on for talk in self.talks if talk.held_on), None)
        if due is None:
            return ""
        if due >= today():
            return f"Your next conversation is due on {day(due)}."
        return f"Your next conversation was due on {day(due)}. You can ask for one below."


@dataclass(frozen=True, slots=True)
class HeldPage:
    """What is held about the reader, and who has read it."""

    me: MeOut
    posts: Sequence[AssignmentOut]
    readers: Sequence[ReaderOut]
    answered: bool = False

    @property
    def answers(self) -> list[tuple[Characteristic, str, EqualityOut | None]]:
        given = {answer.characteristic: answer for answer in self.me.equality}
        return [(what, QUESTIONS[what], given.get(what)) for what in Characteristic]

    def said_by(self, answer: EqualityOut) -> str:
        who = "You told us" if answer.source == "person" else "Your employer told us"
        return f"{who} on {day(answer.answered_at.date())}"

    @property
    def events(self) -> list[Event]:
        return [of_post(post) for post in self.posts]


WITHDRAWING: Mapping[str, str] = {
    "prefer_not_to_say": "We asked, and you chose not to answer",
    "not_stated": "You leave the question open",
    "not_known": "You do not know the answer",
}


@dataclass(frozen=True, slots=True)
class EqualityPage:
    characteristic: Characteristic
    form: Form

    @property
    def question(self) -> str:
        return QUESTIONS[self.characteristic]

    @property
    def options(self) -> list[dict[str, object]]:
        chosen = self.form.value("code")
        made: list[dict[str, object]] = []
        for code, text in answers_for(self.characteristic).items():
            if code == "prefer_not_to_say":
                made.append({"divider": "or"})
            hint = {"hint": {"text": WITHDRAWING[code]}} if code in WITHDRAWING else {}
            made.append({"value": code, "text": text, "checked": code == chosen, **hint})
        return made
