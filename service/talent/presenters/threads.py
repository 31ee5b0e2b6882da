"""Threads of potential in words: what was seen, where, and what helped."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from service.kit.paging import Page
from service.talent.presenters.choices import Item, options, radio
from service.talent.rules.codes import CONDITION_NAMES, SUBJECT_NAMES, Condition, Subject, ThreadState
from service.talent.rules.news import THREAD_CRITERIA
from service.talent.schemas.threads import ObservationOut, ThreadOut
from service.web.forms import Form
from service.web.presenters import day


@dataclass(frozen=True, slots=True)
class ThreadLine:
    thread: ThreadOut

    @property
    def about(self) -> str:
        who = f": {self.thread.name}" if self.thread.name else ""
        return f"{SUBJECT_NAMES[self.thread.subject]}{who}, {self.thread.organisation}"

    @property
    def last(self) -> str:
        return f"Last written in about {day(self.thread.last_on)}" if self.thread.last_on else "Nothing written yet"

    @property
    def is_asked(self) -> bool:
        return self.thread.state is ThreadState.ASKED

    @property
    def is_open(self) -> bool:
        return self.thread.state is ThreadState.OPEN

    @property
    def state(self) -> str:
        return {"asked": "Waits for your answer", "open": "Open", "closed": "Ended", "withdrawn": "Ended by you"}[
            self.thread.state
        ]


@dataclass(frozen=True, slots=True)
class ThreadsPage:
    page: Page[ThreadOut]
    employers: Mapping[UUID, str]
    form: Form = field(default_factory=Form)
    refusal: str = ""
    is_sent: bool = False

    @property
    def lines(self) -> list[ThreadLine]:
        return [ThreadLine(one) for one in self.page.items]

    @property
    def criteria(self) -> tuple[str, ...]:
        return THREAD_CRITERIA

    @property
    def subjects(self) -> list[Item]:
        hints = {Subject.PERSON.value: "Yourself, or a colleague by work email address, who is asked first"}
        return radio({code.value: name for code, name in SUBJECT_NAMES.items()}, self.form.value("subject"), hints)

    @property
    def places(self) -> list[Item]:
        return options(self.employers, self.form.value("organisation_id"))


@dataclass(frozen=True, slots=True)
class ThreadPage:
    thread: ThreadOut
    me: UUID | None
    may_end: bool
    form: Form
    refusal: str = ""

    @property
    def line(self) -> ThreadLine:
        return ThreadLine(self.thread)

    @property
    def is_mine(self) -> bool:
        return self.thread.person_id is not None and self.thread.person_id == self.me

    @property
    def seen(self) -> list[tuple[ObservationOut, list[str]]]:
        """(observation, what helped)"""
        return [(one, [CONDITION_NAMES[code] for code in one.conditions]) for one in self.thread.observations]

    @property
    def readers(self) -> str:
        whom = f"{self.thread.name}, whom it is about" if self.thread.name and not self.is_mine else ""
        named = [
            whom,
            "you" if self.is_mine else "",
            self.thread.opened_by,
            f"the HR partners of {self.thread.organisation}",
        ]
        kept = list(dict.fromkeys(name for name in named if name))
        said = ", ".join(kept[:-1]) + f" and {kept[-1]}"
        return f"{said[:1].upper()}{said[1:]} can read this. Nobody else can."

    @property
    def conditions(self) -> list[tuple[str, str, bool]]:
        return [(code.value, CONDITION_NAMES[code], bool(self.form.value(f"conditions.{code}"))) for code in Condition]
