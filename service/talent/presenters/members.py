"""People who could step up, in words: dated statements, and what they rest on."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from service.kit.clock import UK
from service.talent.presenters.choices import Item, radio
from service.talent.rules.codes import ENTRY_NAMES, STAGE_NAMES, STAGE_WORDS, STEP_NAMES, Step
from service.talent.schemas.pipelines import MemberOut, StepOut
from service.web.forms import Form
from service.web.presenters import day

COLOURS = {"ready_now": "green", "ready_soon": "aqua-green", "developing": "blue", "feeder": "grey", "placed": "purple"}


# No page counts those whom its reader does not see: a count that changes tells that somebody came or left.
UNSEEN = (
    "There may be others. You see people of your own organisations, and those who let you see them."
    " How many more there are is told to nobody."
)


@dataclass(frozen=True, slots=True)
class StepLine:
    step: StepOut

    @property
    def what(self) -> str:
        if self.step.step is Step.REVIEWED:
            return f"Reviewed: {STAGE_NAMES[self.step.stage].lower()}"
        return STEP_NAMES[self.step.step]

    @property
    def when(self) -> str:
        return day(self.step.at.astimezone(UK).date())


@dataclass(frozen=True, slots=True)
class MemberLine:
    member: MemberOut

    @property
    def stage(self) -> str:
        return STAGE_NAMES[self.member.stage]

    @property
    def stage_words(self) -> str:
        return STAGE_WORDS[self.member.stage]

    @property
    def colour(self) -> str:
        return COLOURS[self.member.stage]

    @property
    def source(self) -> str:
        return ENTRY_NAMES[self.member.source]

    @property
    def dates(self) -> str:
        """When it was said, and until when it stands."""
        member = self.member
        said = (
            f"reviewed on {day(member.reviewed_on)}" if member.reviewed_on else f"entered on {day(member.entered_on)}"
        )
        ends = "lapsed" if member.is_lapsed else "stands until"
        return f"{said[:1].upper()}{said[1:]}, {ends} {'on ' if member.is_lapsed else ''}{day(member.expires_on)}"

    @property
    def verb(self) -> str:
        """What to do, for a list of work."""
        member = self.member
        if member.is_disputed:
            return f"Talk with {member.name}, who does not agree with what was said"
        if member.reviewed_on is None:
            return f"Meet {member.name} and say where they are"
        return f"Review {member.name}, before it lapses on {day(member.expires_on)}"

    @property
    def steps(self) -> list[StepLine]:
        return [StepLine(step) for step in self.member.steps]


def by_stage(members: Sequence[MemberOut]) -> list[tuple[str, str, list[MemberLine]]]:
    """(stage, what it means, people), in the order in which they come."""
    return [
        (STAGE_NAMES[stage], STAGE_WORDS[stage], [MemberLine(one) for one in found])
        for stage, found in groupby(members, key=lambda one: one.stage)
    ]


@dataclass(frozen=True, slots=True)
class MemberPage:
    member: MemberOut
    form: Form
    refusal: str = ""

    @property
    def line(self) -> MemberLine:
        return MemberLine(self.member)

    @property
    def version(self) -> int:
        return self.member.version

    @property
    def stages(self) -> list[Item]:
        hints = {stage.value: f"Somebody who {words}" for stage, words in STAGE_WORDS.items()}
        names = {stage.value: name for stage, name in STAGE_NAMES.items()}
        return radio(names, self.form.value("stage"), hints)
