"""The catalogue in words: what is open to the reader first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from service.kit.paging import Page
from service.offers.queries.catalogue import Search
from service.offers.rules.eligibility import levels
from service.offers.rules.offers import KIND_NAMES, VERB_NAMES, OfferKind, Verb
from service.offers.schemas.offers import OfferLine
from service.pathways.schemas.evidence import DimensionOut
from service.web.presenters import count_of, day

Item = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Card:
    line: OfferLine

    @property
    def kind(self) -> str:
        return KIND_NAMES[self.line.kind]

    @property
    def facts(self) -> str:
        """One line: who gives it, for whom, when and how."""
        whose = self.line.provider or self.line.organisation
        when = f"starts {day(self.line.next_on)}" if self.line.next_on else "no date to come"
        online = ", can be joined online" if self.line.is_online else ""
        return f"{whose}. For {levels(self.line.level_from, self.line.level_to)}; {when}{online}."

    @property
    def places(self) -> str:
        """How many are left for the reader, and until when they may apply."""
        if self.line.next_on is None:
            return f"Apply by {day(self.line.closes_on)}"
        if self.line.places_left == 0:
            return f"Full for now: you can join the waiting list until {day(self.line.closes_on)}"
        return f"{count_of(self.line.places_left, 'place')} left. Apply by {day(self.line.closes_on)}"


@dataclass(frozen=True, slots=True)
class OffersPage:
    """`is_somebody`: the reader is a person at work, to whom something can be open."""

    page: Page[OfferLine]
    wanted: Search
    dimensions: Sequence[DimensionOut]
    is_somebody: bool
    is_first: bool

    @property
    def for_you(self) -> list[Card]:
        return [Card(line) for line in self.page.items if line.is_for_you]

    @property
    def others(self) -> list[Card]:
        return [Card(line) for line in self.page.items if not line.is_for_you]

    @property
    def others_title(self) -> str:
        return "Also offered across the system" if self.is_somebody else "Offered across the system"

    @property
    def kinds(self) -> list[Item]:
        return _items("Every kind", {kind.value: name for kind, name in KIND_NAMES.items()}, self.wanted.kind)

    @property
    def verbs(self) -> list[Item]:
        return _items("Every purpose", {verb.value: name for verb, name in VERB_NAMES.items()}, self.wanted.verb)

    @property
    def capabilities(self) -> list[Item]:
        named = {one.dimension: f"{one.name} ({one.framework})" for one in self.dimensions}
        return _items("Every capability", named, self.wanted.dimension)

    @property
    def is_narrowed(self) -> bool:
        return self.wanted != Search(open_now=self.wanted.open_now)

    @property
    def next_href(self) -> str:
        return f"/offers?{urlencode({**self._asked, 'cursor': self.page.next_cursor or ''})}"

    @property
    def first_href(self) -> str:
        return f"/offers?{urlencode(self._asked)}"

    @property
    def _asked(self) -> dict[str, str]:
        wanted = self.wanted
        ticked = {"online": wanted.online, "for_me": wanted.for_me, "later": not wanted.open_now}
        chosen = {"words": wanted.words, "kind": wanted.kind, "verb": wanted.verb, "dimension": wanted.dimension}
        return {name: str(value) for name, value in chosen.items() if value} | {
            name: "yes" for name, is_ticked in ticked.items() if is_ticked
        }


def search_of(words: str, kind: str, verb: str, dimension: str, online: str, for_me: str, later: str) -> Search:
    """What the form of the page asks for; a choice that is none of ours narrows nothing."""
    return Search(
        words.replace("\0", "").strip(),
        OfferKind(kind) if kind in set(OfferKind) else None,
        Verb(verb) if verb in set(Verb) else None,
        dimension.replace("\0", "") or None,
        online=bool(online),
        open_now=not later,
        for_me=bool(for_me),
    )


def _items(every: str, named: Mapping[str, str], chosen: str | None) -> list[Item]:
    items = [{"value": value, "text": text, "selected": value == chosen} for value, text in named.items()]
    return [{"value": "", "text": every}, *items]
