from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from service.organisations.rules import LEVELS, level_name
from service.pathways.rules.aspirations import MOVES, PATTERNS, TIMEFRAMES, sentence
from service.pathways.schemas.aspirations import AspirationOut, HiddenOut
from service.pathways.schemas.steps import TierOut
from service.web.forms import Form
from service.web.presenters import day


@dataclass(frozen=True, slots=True)
class AspirationsPage:
    """What the reader wants next. `stands` is what was saved meanwhile in another window."""

    form: Form
    families: Mapping[str, str]
    places: Mapping[UUID, str]
    tiers: Sequence[TierOut]
    hidden: Sequence[HiddenOut]
    before: Sequence[AspirationOut] = ()
    saved: bool = False
    stands: AspirationOut | None = None

    def choose(self, name: str) -> list[dict[str, object]]:
        """The choices of a select or of radios."""
        lists: Mapping[str, list[tuple[str, str]]] = {
            "target_family": [("", "Any, or I am not sure"), *self.families.items()],
            "target_level": [("", "Any, or I am not sure"), *((str(level), level_name(level)) for level in LEVELS)],
            "target_tier": [("", "Not a leadership role in particular"), *((t.code, t.name) for t in self.tiers)],
            "place_id": [("", "Anywhere in the system"), *((str(key), name) for key, name in self.places.items())],
            "timeframe": [(code.value, text) for code, text in TIMEFRAMES.items()],
            "working_pattern": [(code.value, text) for code, text in PATTERNS.items()],
            "willing_to_move": [(code.value, text) for code, text in MOVES.items()],
        }
        chosen = self.form.value(name)
        return [
            {"value": code, "text": text, "selected": code == chosen, "checked": code == chosen}
            for code, text in lists[name]
        ]

    @property
    def may_hide(self) -> list[dict[str, object]]:
        hidden = {one.organisation_id for one in self.hidden}
        rest = [(str(key), name) for key, name in self.places.items() if key not in hidden]
        return [{"value": value, "text": text} for value, text in [("", "Choose an organisation"), *rest]]

    @property
    def history(self) -> list[tuple[str, str]]:
        """(when, what was said), for what was said before, newest first."""
        return [(day(one.said_at.date()), self.told(one)) for one in self.before[1:] if one.said_at]

    def told(self, one: AspirationOut) -> str:
        level = level_name(one.target_level) if one.target_level else None
        return sentence(one.family, level, one.tier, one.timeframe, specialist=one.specialist_track)


def form_of(said: AspirationOut) -> Form:
    """What is kept, as the form would have been filled in."""
    values = {
        "target_family": said.target_family,
        "target_level": said.target_level,
        "target_tier": said.target_tier,
        "place_id": said.place_id,
        "timeframe": said.timeframe.value if said.version else None,
        "working_pattern": said.working_pattern.value,
        "willing_to_move": said.willing_to_move.value,
        "specialist_track": "true" if said.specialist_track else None,
        "is_muted": "true" if said.is_muted else None,
        "words": said.words,
        "version": said.version,
    }
    return Form({name: str(value) for name, value in values.items() if value is not None})
