"""The codes of a conversation on a form and in words. No axis, no grid, no number: positions are words among words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.conversations.queries.terms import Terms
from service.conversations.rules import FacilitatorKind, Mode, Topic
from service.conversations.schemas.record import WordingOut
from service.conversations.schemas.terms import TermOut
from service.web.forms import Form

SEVERAL = (Topic.ASPIRATION, Topic.BARRIER, Topic.SUPPORT)
QUESTIONS: Mapping[Topic, str] = {
    Topic.IMPACT_NOW: "Where the contribution sits today",
    Topic.IMPACT_WANTED: "Where it would best sit",
    Topic.GROWTH_NOW: "Growth now",
    Topic.GROWTH_WANTED: "Growth wanted",
    Topic.HORIZON: "By when",
    Topic.ASPIRATION: "Aspirations",
    Topic.BARRIER: "What stands in the way",
    Topic.SUPPORT: "Support wanted",
}
# The words that go with the codes of a topic.
WORDS: Mapping[Topic, str] = {
    Topic.ASPIRATION: "aspirations",
    Topic.BARRIER: "barriers",
    Topic.SUPPORT: "support",
}
MODE_NAMES: Mapping[Mode, str] = {
    Mode.IN_PERSON: "In person",
    Mode.VIDEO: "By video",
    Mode.TELEPHONE: "By telephone",
}
FACILITATOR_NAMES: Mapping[FacilitatorKind, str] = {
    FacilitatorKind.LINE_MANAGER: "Line manager",
    FacilitatorKind.COACH: "Coach",
    FacilitatorKind.MENTOR: "Mentor",
    FacilitatorKind.HR_PARTNER: "HR partner",
}


# What is chosen from codes of our own: the question, and the names.
PLAIN: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "facilitator_kind": (
        "Whoever held it is the person’s",
        {kind.value: name for kind, name in FACILITATOR_NAMES.items()},
    ),
    "mode": ("How you met", {mode.value: name for mode, name in MODE_NAMES.items()}),
}
NO_TERMS = Terms(0, ())


@dataclass(frozen=True, slots=True)
class Choice:
    """One radio or checkbox."""

    name: str
    value: str
    text: str
    hint: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The choices of one topic. `words` names the text field that goes with them, if one does."""

    topic: str
    label: str
    kind: str
    choices: Sequence[Choice]
    words: str = ""


def groups(terms: Terms, form: Form) -> list[Group]:
    return [_group(topic, terms.of(topic), form) for topic in Topic if terms.of(topic)]


def _group(topic: Topic, terms: Sequence[TermOut], form: Form) -> Group:
    if topic in SEVERAL:
        boxes = [_choice(f"{topic}:{term.code}", "on", term, form) for term in terms]
        return Group(topic, QUESTIONS[topic], "checkboxes", boxes, WORDS[topic])
    return Group(topic, QUESTIONS[topic], "radios", [_choice(topic, term.code, term, form) for term in terms])


def _choice(name: str, value: str, term: TermOut, form: Form) -> Choice:
    return Choice(name, value, term.label, term.hint, form.value(name) == value)


def plain_group(name: str, form: Form) -> Group:
    question, names = PLAIN[name]
    lines = [Choice(name, code, text, "", form.value(name) == code) for code, text in names.items()]
    return Group(name, question, "radios", lines)


def has_more(form: Form) -> bool:
    """Whether anything besides the summary was given or is wrong, so that it is not out of sight."""
    given = {name for name, value in form.values.items() if value}
    beyond = {*PLAIN, *WORDS.values(), *(topic.value for topic in Topic)}
    wrong = {problem.field.removeprefix("codes.") for problem in form.problems}
    return bool(beyond & (given | wrong)) or any(name.partition(":")[0] in SEVERAL for name in given)


def coded(form: Form) -> dict[str, object]:
    """The codes that were chosen on a form, as `Coded` takes them."""
    given: dict[str, object] = {}
    for topic in Topic:
        if topic in SEVERAL:
            given[topic] = [name.partition(":")[2] for name in form.values if name.startswith(f"{topic}:")]
        elif form.value(topic):
            given[topic] = form.value(topic)
    return given


def boxes_of(wording: WordingOut) -> dict[str, str]:
    """A wording as the fields of a form."""
    values = {name: getattr(wording, name) for name in ("summary", "aspirations", "barriers", "support")}
    for topic, codes in wording.codes.items():
        for code in codes:
            values |= {f"{topic}:{code}": "on"} if topic in SEVERAL else {topic: code}
    return values


def told(
    terms: Terms, codes: Mapping[str, Sequence[str]], words: Mapping[str, str]
) -> list[tuple[str, list[str], str]]:
    """(question, labels, words) for every topic that has any. A code that its edition lost is told as it was kept."""
    lines: list[tuple[str, list[str], str]] = []
    for topic in Topic:
        labels = _labels(terms, topic, codes.get(topic, ()))
        text = words.get(WORDS.get(topic, ""), "")
        if labels or text:
            lines.append((QUESTIONS[topic], labels, text))
    return lines


def _labels(terms: Terms, topic: Topic, codes: Sequence[str]) -> list[str]:
    """In the order of the edition; what it has lost comes last."""
    known = {term.code: term.label for term in terms.of(topic)}
    return [label for code, label in known.items() if code in codes] + [code for code in codes if code not in known]
