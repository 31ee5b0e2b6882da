"""Positive action in words: for everyone on the page of what it is about, and for whoever writes the record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from service.kit.actor import Actor
from service.kit.clock import UK
from service.offers.rules.evidence import Figure, group_name
from service.offers.rules.positive_action import PARTS, STATE_NAMES, RecordState, may_approve
from service.offers.schemas.positive_action import ExplainedOut, RecordOut
from service.offers.schemas.subjects import About
from service.web.forms import Form
from service.web.presenters import day

Item = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Explained:
    """The part of a page that says to everyone why something is for one group first, or alone."""

    told: ExplainedOut

    @property
    def heading(self) -> str:
        if self.told.is_targeted:
            return "Who this is for"
        return "Who can apply first" if self.told.is_window_open else "Open to everyone alike"

    @property
    def who(self) -> str:
        if self.told.is_targeted and not self.told.in_force:
            return "This has closed. The reason for offering it to one group must be looked at again first."
        if self.told.is_targeted:
            return f"This is for {self.told.group_described}."
        if not self.told.is_window_open:
            return "Everyone who can take part can apply. There is no priority window any more."
        until = day(self.told.priority_until)
        return (
            f"Until {until}, people from this group can apply: {self.told.group_described}. After that, everyone can."
        )

    @property
    def is_shown(self) -> bool:
        """Whether there is something to explain, and to declare."""
        return self.told.in_force and (self.told.is_targeted or self.told.is_window_open)

    @property
    def is_in_the_way(self) -> bool:
        """Whether the reader cannot apply today, as far as this goes."""
        if self.told.is_targeted and not self.told.in_force:
            return True
        return self.is_shown and self.told.declared_at is None

    @property
    def address(self) -> str:
        return f"/positive-action/{self.told.subject}/{self.told.subject_id}/declaration"

    @property
    def declared(self) -> str:
        if self.told.declared_at is None:
            return ""
        return f"You said on {day(self.told.declared_at.astimezone(UK).date())} that you belong to this group."


@dataclass(frozen=True, slots=True)
class RecordPage:
    """The record of one offer or opportunity: the draft as a form, what is in force, and what was before."""

    about: About
    records: Sequence[RecordOut]
    cited: Sequence[Figure]
    form: Form
    reader: Actor
    on: date
    refusal: str = ""

    @property
    def figures(self) -> list[tuple[str, list[Item]]]:
        """(group, its figures). One that the draft cites from an earlier release stays to be chosen."""
        chosen, groups = self.form.value("figure"), dict[str, list[Item]]()
        for one in self.cited:
            item = {"value": one.code, "text": one.name, "selected": one.code == chosen}
            groups.setdefault(group_name(one.here.part, one.here.group), []).append(item)
        if chosen and chosen not in {one.code for one in self.cited}:
            kept = {"value": chosen, "text": f"The one chosen before, of release {chosen.split('/')[0]}"}
            return [("As it was saved", [kept | {"selected": True}]), *groups.items()]
        return [*groups.items()]

    @property
    def released(self) -> str:
        """ "Release 12, with the facts of 1 November 2026" """
        if not self.cited:
            return ""
        newest = self.cited[0].here
        return f"Release {newest.number}, with the facts of {day(newest.facts_on)}"

    @property
    def may_approve(self) -> bool:
        held, me = self.draft, self.reader
        return held is not None and may_approve(me.person_id, me.account_id, held.owner_id, held.written_by_id)

    @property
    def draft(self) -> RecordOut | None:
        return next((one for one in self.records if one.state is RecordState.DRAFT), None)

    @property
    def standing(self) -> RecordOut | None:
        return next((one for one in self.records if one.state is RecordState.APPROVED), None)

    @property
    def action(self) -> str:
        return f"/positive-action/{self.about.subject}/{self.about.id}"

    @property
    def state(self) -> str:
        if self.standing is None:
            return "No record is in force. A targeted offer or a priority window cannot be published without one."
        held = self.standing
        approved = f"Approved by {held.approved_by} on {day(held.approved_on)}."
        if held.review_on and held.review_on < self.on:
            return f"{approved} It ended on its review date, {day(held.review_on)}. Renew it, or nothing rests on it."
        return f"{approved} It ends on its review date, {day(held.review_on)}."

    @property
    def missing(self) -> list[str]:
        return [PARTS[part][0].upper() + PARTS[part][1:] for part in self.draft.missing] if self.draft else []

    @property
    def awaits_reader(self) -> bool:
        """The draft is whole and theirs to approve: they read it, and are not led to write in it."""
        return self.may_approve and not self.missing and not self.form.problems

    @property
    def facts(self) -> list[tuple[str, str]]:
        return _facts(self.standing)

    @property
    def drafted(self) -> list[tuple[str, str]]:
        held = self.draft
        return [*_facts(held), ("To be reviewed on", day(held.review_on))] if held else []

    @property
    def before(self) -> list[str]:
        ended = [one for one in self.records if one.state is RecordState.ENDED]
        return [f"{STATE_NAMES[one.state]}: approved by {one.approved_by} on {day(one.approved_on)}" for one in ended]


def _facts(held: RecordOut | None) -> list[tuple[str, str]]:
    if held is None:
        return []
    return [
        ("Group", held.group_described),
        ("Evidence", held.evidence),
        ("Compared with", held.comparator),
        ("Why section 158 applies", held.rationale),
        ("Why it is no more than is needed", held.proportionality),
        ("What else was considered", held.alternatives),
    ]


def form_of(record: RecordOut | None) -> Form:
    """A draft, or else what is in force, as the form would have been filled in: a renewal begins with what stands."""
    if record is None:
        return Form({"version": "0"})
    values = {part: str(getattr(record, part) or "") for part in PARTS if part not in {"owner_id", "review_on"}}
    if record.state is not RecordState.DRAFT:
        values["figure"] = ""
    if record.state is RecordState.DRAFT and (on := record.review_on):
        values |= {"review_on-day": str(on.day), "review_on-month": str(on.month), "review_on-year": str(on.year)}
    return Form(values | {"version": str(record.version if record.state is RecordState.DRAFT else 0)})
