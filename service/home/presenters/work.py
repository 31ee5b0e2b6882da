from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode
from uuid import UUID

from service.conversations.presenters.plan import due_words
from service.conversations.rules import KIND_NAMES
from service.conversations.schemas.arranging import DueOut, MyTalk, RequestOut
from service.conversations.schemas.drafts import DraftOut
from service.conversations.schemas.plan import ActionOut
from service.kit.clock import UK
from service.mobility.schemas.secondments import ReturnDue
from service.offers.schemas.offers import OwnOut
from service.offers.schemas.positive_action import RecordOut
from service.opportunities.schemas.aftercare import CareOut
from service.opportunities.schemas.opportunities import Listed
from service.prompts.schemas import WaitingOut
from service.web.presenters import count_of, day, moment

FIRST = 5


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: a verb that leads to where it is done, and what to know before. `instead` is another way."""

    verb: str
    href: str
    when: str
    instead: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Tasks:
    """What to do of one kind, the first of them shown; `more` leads to the rest."""

    heading: str
    every: Sequence[Task]
    rest: str = ""

    @property
    def first(self) -> Sequence[Task]:
        return self.every[:FIRST]

    @property
    def more(self) -> tuple[str, str] | None:
        left = len(self.every) - FIRST
        return (f"See {left} more", self.rest) if left > 0 and self.rest else None


@dataclass(frozen=True, slots=True)
class WorkPage:
    """A facilitator's or an HR partner's work in one glance, and then in the order it should be done."""

    talks: Sequence[MyTalk]
    dues: Sequence[DueOut]
    requests: Sequence[RequestOut]
    drafts: Sequence[DraftOut]
    actions: Sequence[ActionOut]
    places: Mapping[UUID, str]
    me: UUID | None
    now: datetime
    arranges: frozenset[UUID]
    returns: Sequence[ReturnDue] = ()
    offers: Sequence[OwnOut] = ()
    opportunities: Sequence[Listed] = ()
    free_again: Sequence[Listed] = ()
    records: Sequence[RecordOut] = ()
    cares: Sequence[CareOut] = ()
    to_help: Sequence[WaitingOut] = ()
    opens_records: bool = False
    arranged: int = 0
    saved: bool = False
    undone: bool = False

    @property
    def today(self) -> date:
        return self.now.astimezone(UK).date()

    @property
    def told(self) -> str:
        """What has just been done, where the reader comes from doing it."""
        if self.arranged:
            is_planned = "conversation is" if self.arranged == 1 else "conversations are"
            return f"{self.arranged} {is_planned} planned. Each person sees theirs under Your pathway."
        if self.undone:
            return "What you logged or planned is taken back. Nobody can read it any more."
        return "Your draft is saved. Finish it from here when you are ready." if self.saved else ""

    @property
    def glance(self) -> list[tuple[int, str]]:
        """(how many, of what), in the order they should be worked off; nothing that there is none of."""
        late = sum(due.due_on < self.today for due in self.dues if due.due_on)
        counted = [
            (len(self.to_log), "conversation to log", "conversations to log"),
            (len(self.requests), "person asked for one", "people asked for one"),
            (late, "overdue with you", "overdue with you"),
            (len(self.dues) - late, "due in the next 14 days", "due in the next 14 days"),
            (len(self.decisions), "decision waits for you", "decisions wait for you"),
            (len(self.cares), "person to talk to after a decision", "people to talk to after a decision"),
            (len(self.to_help), "person shows you what might help", "people show you what might help"),
            (len(self.drafts), "draft to finish", "drafts to finish"),
            (len(self.returns), "person back from a secondment, or soon", "people back from a secondment, or soon"),
            (len(self.actions), "action of yours is due", "actions of yours are due"),
        ]
        return [(n, one if n == 1 else many) for n, one, many in counted if n]

    @property
    def tasks(self) -> list[Tasks]:
        """What was held and is not written down fades first; then those who wait for an answer."""
        due = f"/conversations/due?organisation={next(iter(self.arranges))}&show=" if self.arranges else ""
        groups = [
            Tasks("To write down", [*map(self._finish, self.drafts), *map(self._log, self.to_log)]),
            Tasks("People who asked for a conversation", [*map(self._answer, self.requests)], due and f"{due}asked"),
            Tasks("People who were not chosen", [*map(self._care, self.cares)], "/aftercare"),
            Tasks("Decisions to make", self.decisions),
            Tasks("Conversations to have", [*map(self._hold, self.dues)], due and f"{due}overdue"),
            Tasks("Coming back from a secondment", [*map(self._welcome, self.returns)], "/mobility/secondments"),
            Tasks("People who show you what might help", [*map(self._help, self.to_help)], "/prompts"),
            Tasks("What you said you would do", [*map(self._act, self.actions)]),
        ]
        return [group for group in groups if group.every]

    @property
    def decisions(self) -> list[Task]:
        """What only they, or few others, can do comes first."""
        again = [*map(self._approve, self.records), *map(self._choose_again, self.free_again)]
        return [*again, *map(self._choose, self.opportunities), *map(self._decide, self.offers)]

    @property
    def to_log(self) -> list[MyTalk]:
        return [talk for talk in self.talks if talk.scheduled_at and not talk.held_on and talk.scheduled_at < self.now]

    @property
    def coming(self) -> list[MyTalk]:
        return [talk for talk in self.talks if talk.scheduled_at and not talk.held_on and talk.scheduled_at >= self.now]

    @property
    def recent(self) -> list[MyTalk]:
        return [talk for talk in self.talks if talk.held_on]

    def kind(self, talk: MyTalk) -> str:
        return KIND_NAMES[talk.kind]

    def _finish(self, draft: DraftOut) -> Task:
        about = f" about {draft.about}" if draft.about else ""
        return Task(f"Finish your draft{about}", f"/conversations/drafts/{draft.id}", f"saved {moment(draft.saved_at)}")

    def _log(self, talk: MyTalk) -> Task:
        planned = f"planned for {moment(talk.scheduled_at)}" if talk.scheduled_at else ""
        instead = ("It did not take place", f"/conversations/{talk.id}")
        return Task(
            f"Log your conversation with {talk.person.name}", f"/conversations/{talk.id}/hold", planned, instead
        )

    def _answer(self, request: RequestOut) -> Task:
        of = f"of {request.asked_of.name}" if request.asked_of else f"at {self._place(request)}"
        of = "of you" if request.asked_of and request.asked_of.id == self.me else of
        kind = KIND_NAMES[request.kind].lower()
        when = f"asked {of} on {day(request.asked_at.date())}, {kind}"
        return Task(
            f"Arrange the conversation that {request.person.name} asked for",
            _arrange(request.person.id, request.organisation_id, holder=request.asked_of and request.asked_of.id),
            when,
        )

    def _hold(self, due: DueOut) -> Task:
        when = f"{'was due' if due.due_on and due.due_on < self.today else 'due'} on {day(due.due_on)}"
        log = ("Log it", f"/conversations/new?person={due.person_id}")
        return Task(f"Plan your conversation with {due.name}", _arrange(due.person_id, due.organisation_id), when, log)

    def _welcome(self, one: ReturnDue) -> Task:
        if one.is_back:
            talk = _arrange(one.person_id, one.home_organisation_id)
            return Task(f"Welcome {one.name} back", talk, f"the secondment ended on {day(one.last_day)}")
        what = f"Agree what {one.name} comes back to"
        return Task(what, f"/mobility/secondments/{one.secondment_id}", f"the secondment ends on {day(one.last_day)}")

    def _care(self, one: CareOut) -> Task:
        what = "Agree a next step with" if one.talked_on else "Talk with"
        return Task(f"{what} {one.name} about “{one.title}”", f"/aftercare/{one.interest_id}", f"by {day(one.due_on)}")

    def _help(self, one: WaitingOut) -> Task:
        return Task(f"See what might help {one.name}", f"/prompts/{one.person_id}", "they chose to show it to you")

    def _approve(self, one: RecordOut) -> Task:
        what, href = f"Approve the case for “{one.title}”", f"/positive-action/{one.subject}/{one.subject_id}"
        return Task(what, href, "a positive action record, which waits for a second person")

    def _choose_again(self, one: Listed) -> Task:
        return Task(f"Choose somebody else for “{one.title}”", f"/opportunities/{one.id}/interests", "a person said no")

    def _choose(self, one: Listed) -> Task:
        return Task(f"Decide “{one.title}”", f"/opportunities/{one.id}/interests", f"closed on {day(one.closes_on)}")

    def _decide(self, one: OwnOut) -> Task:
        waiting = f"{count_of(one.waiting, 'application')}, closed on {day(one.closes_on)}"
        return Task(f"Decide “{one.title}”", f"/offers/{one.id}/applications", waiting)

    def _act(self, action: ActionOut) -> Task:
        whose = "your own plan" if action.person.id == self.me else f"for {action.person.name}"
        due = due_words(action.due_on, self.today)
        return Task(action.text, f"/plan/{action.id}", f"{whose}, {due[:1].lower()}{due[1:]}")

    def _place(self, request: RequestOut) -> str:
        return self.places.get(request.organisation_id, "another organisation")


def _arrange(person_id: UUID, organisation_id: UUID, holder: UUID | None = None) -> str:
    asked = {"person": str(person_id), "organisation": str(organisation_id)}
    return f"/conversations/arrange?{urlencode(asked | ({'holder': str(holder)} if holder else {}))}"
