"""Who may apply, and why, in words. A level or staff group that is not known fits no offer that asks for one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.kit.errors import Problem
from service.kit.levels import LEVEL_NAMES
from service.offers.rules.offers import OfferState


@dataclass(frozen=True, slots=True)
class PostNow:
    """A job that the reader holds; without a post on record, the employer alone is known."""

    organisation_id: UUID
    job_title: str | None
    level: int | None
    staff_group: str | None


@dataclass(frozen=True, slots=True)
class Terms:
    """Whom an offer is for. Empty `partners` mean every organisation, empty `staff_groups` every group."""

    partners: Collection[UUID]
    level_from: int | None
    level_to: int | None
    staff_groups: Collection[str]


def fitting(terms: Terms, posts: Sequence[PostNow]) -> PostNow | None:
    """Of the reader's posts, the first that the offer is for; `posts` have the main one first."""
    return next((post for post in posts if not against(terms, post)), None)


def against(terms: Terms, post: PostNow) -> list[Problem]:
    """Everything that stands between one post and the offer."""
    found: list[Problem] = []
    if terms.partners and post.organisation_id not in terms.partners:
        found.append(Problem("organisation", "Your employer is not among those whose people may enrol."))
    if not _fits_level(terms, post.level):
        words = "We do not know the level of your post" if post.level is None else f"Your post is at level {post.level}"
        found.append(Problem("level", f"This offer is for {levels(terms.level_from, terms.level_to)}. {words}."))
    if terms.staff_groups and post.staff_group not in terms.staff_groups:
        found.append(Problem("staff_group", "This offer is for other staff groups than yours."))
    return found


def why(terms: Terms, post: PostNow) -> str:
    """Why an offer that fits is open to somebody in this post, in one sentence."""
    parts = ["people of your employer" if terms.partners else "people of every employer"]
    if terms.level_from or terms.level_to:
        parts.append(f"{levels(terms.level_from, terms.level_to)} (you are at level {post.level})")
    if terms.staff_groups:
        parts.append("your staff group")
    return "Open to " + ", ".join(parts) + "."


def time_problems(state: OfferState, opens_on: date | None, closes_on: date | None, today: date) -> list[Problem]:
    """Why nobody may apply today."""
    if state is not OfferState.PUBLISHED:
        return [Problem("offer", "This offer is closed. Nobody can apply for it any more.")]
    if opens_on and today < opens_on:
        return [Problem("offer", f"This offer opens on {opens_on:%-d %B %Y}. Apply from that day on.")]
    if closes_on and today > closes_on:
        return [Problem("offer", f"This offer closed on {closes_on:%-d %B %Y}. Look for another that is open.")]
    return []


def levels(low: int | None, high: int | None) -> str:
    """ "levels 5 to 7", "level 5 and above", "every level" """
    if low and high:
        return f"level {low} ({LEVEL_NAMES[low].lower()})" if low == high else f"levels {low} to {high}"
    if low:
        return f"level {low} and above"
    return f"level {high} and below" if high else "every level"


def _fits_level(terms: Terms, level: int | None) -> bool:
    if terms.level_from is None and terms.level_to is None:
        return True
    return level is not None and (terms.level_from or 1) <= level <= (terms.level_to or 9)
