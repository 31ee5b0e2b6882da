"""Which steps are shown first, and why. A plain table of reasons, the weightiest first; nothing else is ever looked at.

Steps are ordered, people never are: what goes in is the reader's own role, what they said they want and what they chose
to show. Equality answers, age, and what anybody else thinks of the reader are not among it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from service.pathways.rules.steps import StepKind, is_sideways

Capability = str  # "framework.dimension"
HALF = 0.5


@dataclass(frozen=True, slots=True)
class Reader:
    """Where somebody is, what they want and what they show. None is not known, or not said."""

    family: str | None = None
    level: int | None = None
    wanted_family: str | None = None
    wanted_level: int | None = None
    wanted_tier: str | None = None
    wants_specialist: bool = False
    shown: frozenset[Capability] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A step that begins at the reader's role, with what is known of the role that it leads to."""

    step_id: UUID
    kind: StepKind
    title: str
    family: str
    family_name: str
    level: int
    tier: str | None = None
    asks: frozenset[Capability] = frozenset()
    was_taken: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """`fits` says whether it holds; `words` tells the reader so."""

    code: str
    fits: Callable[[Reader, Candidate], bool]
    words: Callable[[Reader, Candidate], str]


@dataclass(frozen=True, slots=True)
class Suggestion:
    step: Candidate
    reasons: tuple[str, ...]
    codes: tuple[str, ...] = field(default=())


def _wants_role(reader: Reader, step: Candidate) -> bool:
    return (reader.wanted_family, reader.wanted_level) == (step.family, step.level)


def _nears_level(reader: Reader, step: Candidate) -> bool:
    if reader.level is None or reader.wanted_level is None:
        return False
    return abs(reader.wanted_level - step.level) < abs(reader.wanted_level - reader.level)


def _met(reader: Reader, step: Candidate) -> int:
    return len(step.asks & reader.shown)


def _shows_half(reader: Reader, step: Candidate) -> bool:
    return bool(step.asks) and _met(reader, step) >= HALF * len(step.asks)


REASONS: tuple[Reason, ...] = (
    Reason("wanted_role", _wants_role, lambda _, s: f"You said you want {s.family_name} at level {s.level}"),
    Reason(
        "wanted_family",
        lambda r, s: r.wanted_family == s.family,
        lambda _, s: f"You said you want to work in {s.family_name}",
    ),
    Reason(
        "wanted_tier",
        lambda r, s: r.wanted_tier is not None and r.wanted_tier == s.tier,
        lambda _, _s: "It is leadership of the kind that you said you want",
    ),
    Reason(
        "wanted_specialist",
        lambda r, s: r.wants_specialist and s.tier is None,
        lambda _, _s: "You said you want to grow as a specialist",
    ),
    Reason("nears_level", _nears_level, lambda r, _s: f"It brings you nearer to level {r.wanted_level}"),
    Reason(
        "evidence",
        _shows_half,
        lambda r, s: f"You already have evidence for {_met(r, s)} of the {len(s.asks)} capabilities that it asks for",
    ),
    Reason("was_taken", lambda _, s: s.was_taken, lambda _, _s: "People in this system have taken this step"),
    Reason("same_family", lambda r, s: r.family == s.family, lambda _, s: f"It is in your job family, {s.family_name}"),
    Reason("step_up", lambda _, s: s.kind is StepKind.PROMOTION, lambda _, _s: "It is a step up from your role"),
    Reason(
        "sideways",
        lambda _, s: s.kind is StepKind.LATERAL,
        lambda _, _s: "It is at your level: moving sideways counts as progress",
    ),
    Reason(
        "cross_sector",
        lambda _, s: s.kind is StepKind.CROSS_SECTOR,
        lambda _, _s: "It takes what you know into another sector",
    ),
    Reason("return", lambda _, s: s.kind is StepKind.RETURN, lambda _, _s: "It is a way back to hands-on work"),
)


def explained(reader: Reader, step: Candidate) -> Suggestion:
    """A step with every reason that holds for it, the weightiest first. There is always one: its kind."""
    held = [reason for reason in REASONS if reason.fits(reader, step)]
    # The role that was wanted says what the family would say again.
    if held[0].code == "wanted_role":
        held = [reason for reason in held if reason.code != "wanted_family"]
    return Suggestion(step, tuple(r.words(reader, step) for r in held), tuple(r.code for r in held))


def ordered(reader: Reader, steps: Iterable[Candidate]) -> list[Suggestion]:
    """Every step, by the first reason in the table that holds for one and not for the other; then by title."""
    return [explained(reader, step) for step in sorted(steps, key=lambda step: _place(reader, step))]


def next_three(suggestions: Sequence[Suggestion]) -> list[Suggestion]:
    """The first three, one of them sideways where there is one at all."""
    first = list(suggestions[:3])
    if any(is_sideways(one.step.kind) for one in first):
        return first
    sideways = next((one for one in suggestions[3:] if is_sideways(one.step.kind)), None)
    return [*first[:2], sideways] if sideways else first


def around(suggestions: Sequence[Suggestion], size: int = 7) -> list[Suggestion]:
    """What the map shows: the next three, then one of each kind that is not among them yet, then the rest in order."""
    first = next_three(suggestions)
    rest = [one for one in suggestions if one not in first]
    missing = [kind for kind in StepKind if kind not in {one.step.kind for one in first}]
    others = [next(one for one in rest if one.step.kind is kind) for kind in missing if _has(rest, kind)]
    return [*first, *others, *(one for one in rest if one not in others)][:size]


def _has(suggestions: Iterable[Suggestion], kind: StepKind) -> bool:
    return any(one.step.kind is kind for one in suggestions)


def _place(reader: Reader, step: Candidate) -> tuple[object, ...]:
    return (*(not reason.fits(reader, step) for reason in REASONS), step.title, str(step.step_id))
