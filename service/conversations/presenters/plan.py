"""The words of a plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from service.conversations.rules import SOON, ActionState
from service.conversations.rules.plan import ACTION_STATE_NAMES, DROP_REASONS, REMINDED
from service.conversations.schemas.plan import ActionOut, ActionStateOut
from service.kit.clock import today
from service.web.forms import Form
from service.web.presenters import count_of, day

Option = Mapping[str, object]
Supports = Mapping[str, str]


def due_words(due_on: date | None, now: date) -> str:
    """When an action is to be done, calmly: a date that has passed is said, not shouted."""
    if due_on is None:
        return "No date"
    if due_on < now:
        return f"Was due on {day(due_on)}"
    return "Due today" if due_on == now else f"Due on {day(due_on)}"


@dataclass(frozen=True, slots=True)
class ActionLine:
    """One action of a list, as its reader knows it."""

    action: ActionOut
    me: UUID | None
    supports: Supports
    today: date

    @property
    def href(self) -> str:
        return f"/plan/{self.action.id}"

    @property
    def who(self) -> str:
        return "You" if self.action.owner.id == self.me else self.action.owner.name

    @property
    def due(self) -> str:
        return due_words(self.action.due_on, self.today)

    @property
    def support(self) -> str:
        code = self.action.support
        return self.supports.get(code, "") if code else ""

    @property
    def happened(self) -> str:
        """ "Done on 3 March 2026" """
        closed, reason = self.action.closed_on, self.action.reason
        said = f"{ACTION_STATE_NAMES[self.action.state]} on {day(closed)}"
        why = DROP_REASONS.get(reason or "")
        return f"{said}: {why.lower()}" if why else said


def lines_of(actions: Sequence[ActionOut], me: UUID | None, supports: Supports) -> list[ActionLine]:
    return [ActionLine(action, me, supports, today()) for action in actions]


@dataclass(frozen=True, slots=True)
class PlanPage:
    """Somebody's own plan: what is to be done, and what became of the rest."""

    actions: Sequence[ActionOut]
    me: UUID
    supports: Supports

    @property
    def open(self) -> list[ActionLine]:
        return lines_of([action for action in self.actions if action.is_open], self.me, self.supports)

    @property
    def closed(self) -> list[ActionLine]:
        """What is still going on elsewhere is not told twice."""
        over = [action for action in self.actions if action.state in {ActionState.DONE, ActionState.DROPPED}]
        return lines_of(over, self.me, self.supports)

    @property
    def summary(self) -> str:
        """ "3 actions to do: 1 was due before today, 1 is due in the next 14 days." """
        now = today()
        dates = [line.action.due_on for line in self.open if line.action.due_on]
        late, soon = sum(due < now for due in dates), sum(now <= due <= now + SOON for due in dates)
        parts = [f"{late} {'was' if late == 1 else 'were'} due before today"] if late else []
        parts += [f"{soon} {'is' if soon == 1 else 'are'} due in the next 14 days"] if soon else []
        return f"{count_of(len(self.open), 'action')} to do" + (f": {', '.join(parts)}." if parts else ".")


@dataclass(frozen=True, slots=True)
class AddPage:
    """The form for a new action; `whose` is "Your" or "Amara Okafor’s" where it comes from a conversation."""

    form: Form
    supports: Supports
    me: UUID
    parties: Mapping[UUID, str]
    back: str
    post: str
    lines: Sequence[ActionLine] = ()
    earlier: Sequence[ActionLine] = ()
    whose: str = ""

    @property
    def title(self) -> str:
        return f"{self.whose} plan from this conversation" if self.whose else "Add to your plan"

    @property
    def owners(self) -> list[Option]:
        return owners(self.form, self.parties, self.me)

    @property
    def support_choices(self) -> list[Option]:
        return support_choices(self.form, self.supports)


@dataclass(frozen=True, slots=True)
class ActionPage:
    """One action: what it says, what can be done with it, and what happened to it. `theirs` is what somebody else saved
    in the meantime."""

    line: ActionLine
    states: Sequence[ActionStateOut]
    form: Form
    supports: Supports
    me: UUID
    clashed: bool = False
    reasons: Mapping[str, str] = field(default_factory=lambda: DROP_REASONS)

    @property
    def action(self) -> ActionOut:
        return self.line.action

    @property
    def whose(self) -> str:
        return "Your plan" if self.action.person.id == self.me else f"{self.action.person.name}’s plan"

    @property
    def back(self) -> str:
        mine = self.action.person.id == self.me
        return "/me/plan" if mine else f"/conversations/{self.action.conversation_id}/plan"

    @property
    def owners(self) -> list[Option]:
        return owners(self.form, self.action.parties, self.me)

    @property
    def support_choices(self) -> list[Option]:
        return support_choices(self.form, self.supports)

    @property
    def reason_choices(self) -> list[Option]:
        chosen = self.form.value("reason")
        return [{"value": code, "text": text, "checked": code == chosen} for code, text in self.reasons.items()]

    @property
    def may_remind(self) -> bool:
        return self.action.is_open and self.action.owner.id != self.me

    @property
    def history(self) -> list[tuple[date, str]]:
        return [(one.at.date(), self._said(one)) for one in reversed(self.states)]

    def _said(self, one: ActionStateOut) -> str:
        who = "You" if one.by.id == self.me else one.by.name
        if one.reason == REMINDED:
            return f"{who} sent a reminder"
        if one.state is ActionState.OPEN:
            return f"{who} added it" if one.number == 1 else f"{who} opened it again"
        if one.state is ActionState.CARRIED:
            return f"{who} carried it over to the next conversation"
        reason = self.reasons.get(one.reason or "")
        why = f": {reason.lower()}" if reason else ""
        return f"{who} marked it as done" if one.state is ActionState.DONE else f"{who} set it aside{why}"


def owners(form: Form, parties: Mapping[UUID, str], me: UUID) -> list[Option]:
    chosen = form.value("owner_id") or str(me)
    return [
        {"value": str(party), "text": "You" if party == me else name, "checked": str(party) == chosen}
        for party, name in parties.items()
    ]


def support_choices(form: Form, supports: Supports) -> list[Option]:
    chosen = form.value("support")
    lines = [("", "None in particular"), *supports.items()]
    return [{"value": code, "text": text, "selected": code == chosen} for code, text in lines]


def form_of(action: ActionOut) -> Form:
    """The change form as the action stands."""
    values = {"text": action.text, "owner_id": str(action.owner.id), "support": action.support or ""}
    values["version"] = str(action.version)
    if due := action.due_on:
        values |= {"due_on-day": str(due.day), "due_on-month": str(due.month), "due_on-year": str(due.year)}
    return Form(values)
