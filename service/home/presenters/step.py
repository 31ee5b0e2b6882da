from collections.abc import Sequence
from dataclasses import dataclass

from service.pathways.presenters.step import StepView


@dataclass(frozen=True, slots=True)
class StepPage:
    """A step with what other rooms know of it. `travelled` are the sentences of a release about people who went this
    way: empty until there is one, and never a live count.
    """

    step: StepView
    travelled: Sequence[str] = ()
