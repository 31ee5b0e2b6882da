"""An organisation's own offers: the list, the forms, and what stands before publishing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from service.kit.levels import LEVELS, level_name
from service.kit.paging import Page
from service.offers.rules.offers import (
    KIND_NAMES,
    PAID_BY_NAMES,
    PLACE_RULE_NAMES,
    PROVIDER_NAMES,
    STATE_NAMES,
    VERB_NAMES,
    OfferState,
    Verb,
)
from service.offers.schemas.offers import CohortOut, LikeOut, OfferOut, OwnOut, SeatsOut
from service.pathways.schemas.evidence import DimensionOut
from service.posts.rules import STAFF_GROUP_NAMES
from service.web.forms import Form
from service.web.presenters import count_of, day

Item = Mapping[str, object]
COLOURS: Mapping[OfferState, str] = {OfferState.DRAFT: "grey", OfferState.PUBLISHED: "green"}
# Where each thing that is missing can be put right.
PLACES: Mapping[str, str] = {
    "cohorts": "/offers/{offer}/dates",
    "inclusion_check": "/checks/offer/{offer}",
    "asset": "/shared-assets?offer={offer}",
    "looked_at_duplicates": "#looked_at_duplicates",
}


# (offer, kind, state, colour, what waits)
OwnLine = tuple[OwnOut, str, str, str, str]


@dataclass(frozen=True, slots=True)
class OwnPage:
    """`last` are the newest of those that are over, below those that are open; `is_over`: these are over."""

    page: Page[OwnOut]
    last: Page[OwnOut] | None
    is_first: bool
    is_over: bool

    @property
    def lines(self) -> list[OwnLine]:
        return self._lines(self.page)

    @property
    def over(self) -> list[OwnLine]:
        return self._lines(self.last) if self.last else []

    @property
    def next_href(self) -> str:
        return f"/offers/mine?cursor={self.page.next_cursor}{'&over=yes' if self.is_over else ''}"

    def _lines(self, page: Page[OwnOut]) -> list[OwnLine]:
        return [
            (
                one,
                KIND_NAMES[one.kind],
                STATE_NAMES[one.state],
                COLOURS.get(one.state, "blue"),
                count_of(one.waiting, "application waits", "applications wait") if one.waiting else "Nothing waits",
            )
            for one in page.items
        ]


@dataclass(frozen=True, slots=True)
class OfferFormPage:
    """`offer` is the one that is changed; None for a new one."""

    form: Form
    offer: OfferOut | None
    organisations: Mapping[UUID, str]
    everybody: Mapping[UUID, str]
    dimensions: Sequence[DimensionOut]
    refusal: str = ""

    @property
    def title(self) -> str:
        return f"Change: {self.offer.title}" if self.offer else "Add an offer"

    @property
    def action(self) -> str:
        return f"/offers/{self.offer.id}/edit" if self.offer else "/offers/new"

    @property
    def version(self) -> str:
        return self.form.value("version")

    @property
    def own(self) -> list[Item]:
        return self._items("organisation_id", {str(key): name for key, name in self.organisations.items()})

    @property
    def kinds(self) -> list[Item]:
        return [{"value": "", "text": "Choose one"}, *self._items("kind", KIND_NAMES)]

    @property
    def providers(self) -> list[Item]:
        return self._items("provider_kind", PROVIDER_NAMES, "checked")

    @property
    def verbs(self) -> list[Item]:
        return self._ticks("verbs", VERB_NAMES)

    @property
    def capabilities(self) -> list[Item]:
        named = {one.dimension: f"{one.name} ({one.framework})" for one in self.dimensions}
        return [{"value": "", "text": "Choose one"}, *self._items("dimension", named)]

    @property
    def lowest(self) -> list[Item]:
        return self._levels("level_from")

    @property
    def highest(self) -> list[Item]:
        return self._levels("level_to")

    @property
    def groups(self) -> list[Item]:
        return self._ticks("staff_groups", STAFF_GROUP_NAMES)

    @property
    def partners(self) -> list[Item]:
        return self._ticks("partner_ids", {str(key): name for key, name in self.everybody.items()})

    @property
    def payers(self) -> list[Item]:
        return self._items("paid_by", PAID_BY_NAMES)

    @property
    def rules(self) -> list[Item]:
        return self._items("place_rule", PLACE_RULE_NAMES, "checked")

    def _levels(self, name: str) -> list[Item]:
        named = {str(level): level_name(level) for level in LEVELS}
        return [{"value": "", "text": "No bound"}, *self._items(name, named)]

    def _items(self, name: str, named: Mapping[Any, str], mark: str = "selected") -> list[Item]:
        chosen = self.form.value(name)
        return [{"value": str(value), "text": text, mark: value == chosen} for value, text in named.items()]

    def _ticks(self, name: str, named: Mapping[Any, str]) -> list[Item]:
        """Checkboxes, each a field of its own: the form reader keeps one value for each name."""
        return [
            {
                "name": f"{name}-{value}",
                "id": f"{name}-{value}",
                "value": "yes",
                "text": text,
                "checked": bool(self.form.value(f"{name}-{value}")),
            }
            for value, text in named.items()
        ]


@dataclass(frozen=True, slots=True)
class DatesPage:
    """The dates of an offer, and the form for one of them: a new one, or `cohort` to change."""

    offer: OfferOut
    form: Form
    seats: Sequence[SeatsOut]
    partners: Mapping[UUID, str]
    cohort: CohortOut | None = None

    @property
    def rows(self) -> list[tuple[CohortOut, str, str]]:
        """(cohort, dates, places)"""
        return [(cohort, _dates(cohort), _places(cohort)) for cohort in self.offer.cohorts]

    @property
    def action(self) -> str:
        return f"/offers/{self.offer.id}/dates"

    @property
    def kept(self) -> list[tuple[UUID, str, str]]:
        """(organisation, name, places kept) for each whose people may enrol."""
        known = {str(one.organisation_id): str(one.reserved) for one in self.seats}
        given = {place: self.form.value(f"kept-{place}") for place in self.partners}
        return [(place, name, given[place] or known.get(str(place), "")) for place, name in self.partners.items()]


@dataclass(frozen=True, slots=True)
class PublishPage:
    offer: OfferOut
    alike: Sequence[LikeOut]
    form: Form

    @property
    def missing(self) -> list[tuple[str, str, str]]:
        """(field, what is missing, where to put it right)"""
        offer = str(self.offer.id)
        return [
            (one.field, one.message, PLACES.get(one.field, "/offers/{offer}/edit").format(offer=offer))
            for one in self.form.problems
        ]

    @property
    def rivals(self) -> list[tuple[LikeOut, str]]:
        """(offer, what they have in common)"""
        return [(one, _listed(one.alike)) for one in self.alike]


def form_of(offer: OfferOut) -> Form:
    """What the form shows of an offer as it stands."""
    values = {
        name: str(getattr(offer, name) if getattr(offer, name) is not None else "")
        for name in (
            "organisation_id", "title", "kind", "provider_kind", "summary", "what_you_will_do", "dimension",
            "priority", "level_from", "level_to", "cost", "paid_by", "place_rule", "version",
        )
    }  # fmt: skip
    values["provider"] = "" if offer.provider == offer.organisation else offer.provider
    ticked = {"verbs": offer.verbs, "staff_groups": offer.staff_groups, "partner_ids": offer.partners}
    values |= {f"{name}-{value}": "yes" for name, chosen in ticked.items() for value in chosen}
    values |= {"is_targeted": "yes"} if offer.is_targeted else {}
    for name in ("opens_on", "closes_on", "priority_until"):
        values |= date_values(name, getattr(offer, name))
    return Form(values)


def form_of_cohort(cohort: CohortOut, seats: Sequence[SeatsOut]) -> Form:
    values = {"cohort_id": str(cohort.id), "place": cohort.place, "places": str(cohort.places)}
    values |= {"is_online": "yes"} if cohort.is_online else {}
    values |= {f"kept-{one.organisation_id}": str(one.reserved) for one in seats}
    return Form(values | date_values("starts_on", cohort.starts_on) | date_values("ends_on", cohort.ends_on))


def date_values(name: str, value: object) -> dict[str, str]:
    """A date as the three fields of a form."""
    if value is None:
        return {}
    year, month, day_ = str(value).split("-")
    return {f"{name}-year": year, f"{name}-month": str(int(month)), f"{name}-day": str(int(day_))}


def ticked(form: Form, name: str, allowed: Sequence[str]) -> list[str]:
    """The values of checkboxes that were ticked, of those that there are."""
    return [value for value in allowed if form.value(f"{name}-{value}")]


VERBS = [verb.value for verb in Verb]


def _dates(cohort: CohortOut) -> str:
    return f"{day(cohort.starts_on)} to {day(cohort.ends_on)}"


def _places(cohort: CohortOut) -> str:
    kept = f", {cohort.reserved} of them kept for partners" if cohort.reserved else ""
    return f"{count_of(cohort.places, 'place')}{kept}; {cohort.taken} taken"


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
