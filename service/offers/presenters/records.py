"""The records of positive action of the reader's organisations, and where each stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from service.kit.actor import Actor
from service.offers.rules.positive_action import RecordState, may_approve
from service.offers.rules.subjects import SUBJECT_NAMES
from service.offers.schemas.positive_action import RecordOut
from service.web.presenters import day


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One record in the list of an organisation's own."""

    held: RecordOut
    reader: Actor
    on: date

    @property
    def href(self) -> str:
        return f"/positive-action/{self.held.subject}/{self.held.subject_id}"

    @property
    def detail(self) -> str:
        group = self.held.group_described
        return f"{SUBJECT_NAMES[self.held.subject].capitalize()}{f', for {group}' if group else ''}"

    @property
    def stands(self) -> str:
        held, me = self.held, self.reader
        if held.state is RecordState.ENDED:
            return "Ended"
        if held.state is RecordState.APPROVED:
            is_over = held.review_on and held.review_on < self.on
            return (
                f"Past its review date, {day(held.review_on)}" if is_over else f"In force until {day(held.review_on)}"
            )
        if held.missing:
            return "Draft with gaps"
        mine = may_approve(me.person_id, me.account_id, held.owner_id, held.written_by_id)
        return "Waits for you to approve it" if mine else "Waits for another HR partner to approve it"


@dataclass(frozen=True, slots=True)
class RecordsPage:
    """The records of the reader's organisations."""

    records: Sequence[RecordOut]
    reader: Actor
    on: date

    @property
    def lines(self) -> list[RecordLine]:
        return [RecordLine(one, self.reader, self.on) for one in self.records]
