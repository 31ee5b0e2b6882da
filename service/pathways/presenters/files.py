from dataclasses import dataclass

from service.pathways.schemas.steps import StepsChecked
from service.web.forms import Form
from service.web.presenters import count_of


@dataclass(frozen=True, slots=True)
class FilePage:
    """Choosing a file of steps, and what it would do or has done. `carried` is the checked file itself."""

    form: Form
    checked: StepsChecked | None = None
    carried: str = ""
    published: bool = False

    @property
    def reading(self) -> str:
        if self.checked is None:
            return ""
        if self.checked.problems:
            return f"{count_of(len(self.checked.problems), 'problem')} found. Correct the file and choose it again."
        new, changed = count_of(self.checked.added, "new step"), count_of(self.checked.changed, "changed step")
        verb = "Published" if self.published else "This file has"
        return f"{verb} {new} and {changed}. {count_of(self.checked.same, 'step')} as before."

    @property
    def may_publish(self) -> bool:
        found = self.checked
        return bool(found and not self.published and not found.problems and (found.added or found.changed))
