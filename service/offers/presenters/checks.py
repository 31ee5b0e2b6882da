"""Inclusion checks in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.kit.clock import UK
from service.offers.rules.checks import FINDING_NAMES, QUESTIONS, SHORT_NAMES, STAGE_NAMES, CheckStage, Finding, missing
from service.offers.schemas.checks import CheckOut
from service.offers.schemas.subjects import About
from service.web.forms import Form
from service.web.presenters import day

Item = Mapping[str, object]
COLOURS: Mapping[Finding, str] = {
    Finding.FAIR: "green",
    Finding.CONCERN: "orange",
    Finding.COULD_NOT_TELL: "grey",
}


@dataclass(frozen=True, slots=True)
class CheckLine:
    check: CheckOut

    @property
    def stage(self) -> str:
        return STAGE_NAMES[self.check.stage]

    @property
    def finding(self) -> str:
        return SHORT_NAMES[self.check.finding]

    @property
    def colour(self) -> str:
        return COLOURS[self.check.finding]

    @property
    def by(self) -> str:
        return f"{self.check.owner}, {day(self.check.at.astimezone(UK).date())}"


@dataclass(frozen=True, slots=True)
class ChecksPage:
    """`asked` is the stage that the reader came for; not given, it is the first without an answer."""

    about: About
    checks: Sequence[CheckOut]
    form: Form
    asked: CheckStage | None = None
    is_saved: bool = False

    @property
    def stage(self) -> CheckStage:
        waiting = missing(CheckStage, [one.stage for one in self.checks])
        return self.asked or (waiting[0] if waiting else CheckStage.DECISIONS_MADE)

    @property
    def when(self) -> str:
        return STAGE_NAMES[self.stage]

    @property
    def question(self) -> str:
        return QUESTIONS[self.stage]

    @property
    def others(self) -> list[tuple[str, str]]:
        """(name, address) of the other stages."""
        here = f"/checks/{self.about.subject}/{self.about.id}"
        return [(STAGE_NAMES[one], f"{here}?stage={one}") for one in CheckStage if one is not self.stage]

    @property
    def findings(self) -> list[Item]:
        chosen = self.form.value("finding")
        return [{"value": code, "text": name, "checked": code == chosen} for code, name in FINDING_NAMES.items()]

    @property
    def lines(self) -> list[CheckLine]:
        return [CheckLine(one) for one in self.checks]
