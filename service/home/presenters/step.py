from collections.abc import Sequence
from dataclasses import dataclass

from service.pathways.presenters.step import StepView
from service.pathways.queries.released import Route
from service.web.presenters import day, percent


@dataclass(frozen=True, slots=True)
class StepPage:
    """A step with what a release says of people who went this way: nothing until there is one, never a live count."""

    step: StepView
    route: Route | None = None

    @property
    def travelled(self) -> Sequence[str]:
        if self.route is None:
            return ()
        went = f"About {self.route.people:,} people in this system went this way in the five years"
        said = [f"{went} up to {day(self.route.snapshot_on)}."]
        if self.route.median_months is not None:
            said.append(f"Half of them had been in the role before for {self.route.median_months} months or less.")
        if self.route.across_share is not None:
            said.append(f"{percent(self.route.across_share, 0)} of them moved to another organisation to do it.")
        return (*said, f"From release {self.route.release_number}. Small numbers are withheld, others rounded.")
