"""What a page says about each kind of file."""

from collections.abc import Mapping as Map
from dataclasses import dataclass

from service.transfer.columns import Part
from service.transfer.rules import FileKind

PARTS: Map[Part, str] = {
    Part.PERSON: "The person",
    Part.POST: "The post",
    Part.EQUALITY: "Equality monitoring",
    Part.CONVERSATION: "The conversation",
    Part.FACILITATOR: "Whoever held it",
    Part.OUTCOME: "Coded outcomes",
}


@dataclass(frozen=True, slots=True)
class KindWords:
    """`receipt`: the counts of an Applied, each with its words for one and for several. `to_know`: what is true of
    every such file, said before it is imported and after. `after`: where to look next."""

    name: str
    hint: str
    template: str
    receipt: tuple[tuple[str, str, str], ...]
    for_all: tuple[str, str]
    to_know: tuple[str, ...] = ()
    after: tuple[str, str] = ("/people", "See your people")


WORDS: Map[FileKind, KindWords] = {
    FileKind.WORKFORCE: KindWords(
        name="Workforce",
        hint="Your staff and their posts",
        template="Template for the workforce",
        receipt=(
            ("people_added", "person added", "people added"),
            ("people_changed", "person’s details changed", "people’s details changed"),
            ("posts_added", "post added", "posts added"),
            ("posts_changed", "post changed", "posts changed"),
        ),
        for_all=("Grade scheme for every row (optional)", "If no column says it: a short name such as afc or njc."),
    ),
    FileKind.CONVERSATIONS: KindWords(
        name="Past conversations",
        hint="When career conversations were held, by whom, and their coded outcomes. What was said is not imported",
        template="Template for past conversations",
        receipt=(("conversations_added", "conversation brought in", "conversations brought in"),),
        for_all=("Kind of conversation for every row (optional)", "If no column says it: such as Follow-up."),
        to_know=(
            "Each conversation belongs to the person it is about. They see that it came from a file of yours.",
            "A conversation counts in no figure until the person has agreed to it. They may correct it first.",
            "You can see the codes that you bring in, and nothing that the two of them add later.",
        ),
    ),
}
