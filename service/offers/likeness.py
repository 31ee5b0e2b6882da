"""Which offers of other employers may be the same as this one. It shows them; a person decides."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from rapidfuzz import fuzz, process, utils

from service.offers.rules.offers import KIND_NAMES
from service.offers.schemas.offers import LikeOut, OfferOut

# Of 100, for the titles alone: only to leave out what is plainly something else, and never shown.
LIKE_TITLE = 72
NEAR = timedelta(days=90)
MOST = 5


def look_alikes(offer: OfferOut, others: Sequence[Any]) -> list[LikeOut]:
    """At most five, the likest title first. `others` as in queries.offers.list_rivals."""
    titles = [other.title for other in others]
    near = process.extract(offer.title, titles, scorer=fuzz.token_set_ratio, processor=utils.default_process, limit=50)
    found = [_like(offer, others[at]) for _, likeness, at in near if likeness >= LIKE_TITLE]
    return [one for one in found if len(one.alike) > 1][:MOST]


def in_common(offer: OfferOut, other: Any) -> list[str]:
    """In words, beginning with the title."""
    words = ["a similar title"]
    if other.kind == offer.kind:
        words.append(f"both are of the kind “{KIND_NAMES[offer.kind].lower()}”")
    if offer.dimension and other.dimension == offer.dimension:
        words.append("both build the same capability")
    if _overlap(offer.level_from, offer.level_to, other.level_from, other.level_to):
        words.append("both are for the same levels")
    if other.starts_on and any(_near(cohort.starts_on, other.starts_on) for cohort in offer.cohorts):
        words.append("they begin within three months of each other")
    return words


def _like(offer: OfferOut, other: Any) -> LikeOut:
    return LikeOut(other.id, other.organisation, other.title, other.closes_on, in_common(offer, other))


def _overlap(low: int | None, high: int | None, other_low: int | None, other_high: int | None) -> bool:
    return (low or 1) <= (other_high or 9) and (other_low or 1) <= (high or 9)


def _near(one: date, other: date) -> bool:
    return abs(one - other) <= NEAR
