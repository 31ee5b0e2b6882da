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
    Part.MOVE: "The move",
    Part.OFFER: "The offer",
    Part.COHORT: "When and where",
    Part.APPLICATION: "The application",
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
    FileKind.MOVES: KindWords(
        name="Moves",
        hint="Career breaks, returns and rotations. Every other move follows from your people’s posts",
        template="Template for moves",
        receipt=(("moves_added", "move added", "moves added"),),
        for_all=("Kind of move for every row (optional)", "If no column says it: such as Rotation."),
        after=("/mobility", "See your moves"),
    ),
    FileKind.OFFERS: KindWords(
        name="Development offers",
        hint="Offers that your organisation gives, with their dates",
        template="Template for offers",
        receipt=(("offers_added", "offer added", "offers added"),),
        for_all=("Kind of offer for every row (optional)", "If no column says it: such as Programme."),
        to_know=(
            "Each offer comes in as a draft. You look at it and publish it.",
            "An offer whose closing date has passed comes in as closed, so that its applications can follow.",
        ),
        after=("/offers/mine", "See your offers"),
    ),
    FileKind.APPLICATIONS: KindWords(
        name="Past applications",
        hint="Who of your people applied for offers of yours, and what came of it",
        template="Template for past applications",
        receipt=(("applications_added", "application added", "applications added"),),
        for_all=("Offer for every row (optional)", "If no column says it: the title of one of your offers."),
        to_know=("Each person is told, and sees the application and its reason on their own page.",),
        after=("/offers/mine", "See your offers"),
    ),
}
