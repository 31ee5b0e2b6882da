"""How moves follow from the posts of one person: the rule in its plain form.

The database does the same for everybody at once (`migrations/moves.py`); a test holds the two together. A day is the
first day of what it names: `until` and `gone` are the day after the last one worked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby, pairwise
from uuid import UUID

from service.mobility.rules.kinds import MoveKind
from service.mobility.rules.pairing import LONGEST_OVERLAP

DAY = timedelta(days=1)
NEVER = date.max


@dataclass(frozen=True, slots=True)
class Post:
    """A post that somebody held. `ended` is the last day worked, `level` None where the grade has no system level."""

    organisation: UUID
    id: UUID
    kind: str
    job_title: str
    scheme: str
    grade: str
    level: int | None
    fte: Decimal
    started: date
    ended: date | None = None
    end_reason: str | None = None

    @property
    def until(self) -> date:
        return NEVER if self.ended is None else self.ended + DAY

    @property
    def rank(self) -> tuple[object, ...]:
        """The lowest comes first: the highest level, then the most hours, then the oldest."""
        return self.level is None, -(self.level or 0), -self.fte, self.started, self.id


@dataclass(frozen=True, slots=True)
class Segment:
    """What somebody is in an organisation from one day until another: `post` is the main one, None between stays."""

    post: Post | None
    day: date
    closes: date


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody is in an organisation without a break longer than the gap."""

    organisation: UUID
    number: int
    segments: tuple[Segment, ...]

    @property
    def first_day(self) -> date:
        return self.segments[0].day

    @property
    def gone(self) -> date:
        return self.segments[-1].closes

    @property
    def first(self) -> Post:
        return _post(self.segments[0])

    @property
    def last(self) -> Post:
        return _post(self.segments[-1])


@dataclass(frozen=True, slots=True)
class Move:
    """`effective_on` is the first day of the new state, `left_on` the last day of the old one."""

    kind: MoveKind
    effective_on: date
    left_on: date | None
    left: Post | None
    came: Post | None
    system_change: int = 0


def moves_of(posts: Iterable[Post], gap_days: int) -> list[Move]:
    """Every move of one person, in order of date and kind."""
    held = list(posts)
    stays = stays_of(held, gap_days)
    transfers = _transfers(stays, gap_days)
    found = [*_moved(transfers), *_came_and_went(stays, transfers, gap_days), *_changes(stays), *_beside(held)]
    return sorted(found, key=lambda move: (move.effective_on, move.kind))


def stays_of(posts: Iterable[Post], gap_days: int) -> list[Stay]:
    """By organisation and in order; secondments and acting up are no stays of their own."""
    held = sorted((post for post in posts if post.kind == "substantive"), key=lambda post: post.organisation)
    found: list[Stay] = []
    for organisation, here in groupby(held, key=lambda post: post.organisation):
        runs: list[list[Segment]] = []
        for segment in segments_of(list(here)):
            if segment.post is None:
                continue
            if runs and segment.day <= runs[-1][-1].closes + timedelta(days=gap_days):
                runs[-1].append(segment)
            else:
                runs.append([segment])
        found += [Stay(organisation, number, tuple(run)) for number, run in enumerate(runs, 1)]
    return found


def segments_of(posts: Sequence[Post]) -> list[Segment]:
    """What one person's posts in one organisation make of them, from each day on which that may change."""
    days = sorted({day for post in posts for day in (post.started, post.until)} | {NEVER})
    return [Segment(_main(posts, day), day, closes) for day, closes in pairwise(days)]


def _main(posts: Iterable[Post], day: date) -> Post | None:
    return min((post for post in posts if post.started <= day < post.until), key=lambda post: post.rank, default=None)


def _transfers(stays: Sequence[Stay], gap_days: int) -> list[tuple[Stay, Stay]]:
    """Each end goes with the nearest beginning in another organisation, and each is used once."""
    near = [(a, b) for a in stays for b in stays if _is_one_move(a, b, gap_days)]
    of_a = {id(a): min((p for p in near if p[0] is a), key=_nearest_beginning) for a, _ in near}
    of_b = {id(b): min((p for p in near if p[1] is b), key=_nearest_end) for _, b in near}
    return [(a, b) for a, b in near if of_a[id(a)][1] is b and of_b[id(b)][0] is a]


def _is_one_move(a: Stay, b: Stay, gap_days: int) -> bool:
    if a.organisation == b.organisation or not (a.first_day < b.first_day and a.gone < b.gone):
        return False
    return -LONGEST_OVERLAP <= (b.first_day - a.gone).days <= gap_days


def _nearest_beginning(pair: tuple[Stay, Stay]) -> tuple[int, date, UUID]:
    a, b = pair
    return abs((b.first_day - a.gone).days), b.first_day, b.organisation


def _nearest_end(pair: tuple[Stay, Stay]) -> tuple[int, date, UUID]:
    a, b = pair
    return abs((b.first_day - a.gone).days), a.gone, a.organisation


def _moved(transfers: Iterable[tuple[Stay, Stay]]) -> list[Move]:
    return [Move(MoveKind.TRANSFER, b.first_day, a.gone - DAY, a.last, b.first) for a, b in transfers]


def _came_and_went(stays: Sequence[Stay], transfers: Iterable[tuple[Stay, Stay]], gap_days: int) -> list[Move]:
    """The ends and beginnings that belong to no transfer. One of them may be the end, or the beginning, of a person's
    time in the whole system."""
    ended = {id(a) for a, _ in transfers}
    begun = {id(b) for _, b in transfers}
    came = [_arrival(stay, _enters(stay, stays, gap_days)) for stay in stays if id(stay) not in begun]
    went = [_departure(s, _leaves(s, stays, gap_days)) for s in stays if s.gone != NEVER and id(s) not in ended]
    return [*came, *went]


def _arrival(stay: Stay, enters: bool) -> Move:
    kind = MoveKind.RETURN if stay.number > 1 else MoveKind.JOINER
    return Move(kind, stay.first_day, None, None, stay.first, int(enters))


def _departure(stay: Stay, leaves: bool) -> Move:
    kind = MoveKind.RETIREMENT if stay.last.end_reason == "retirement" else MoveKind.LEAVER
    return Move(kind, stay.gone, stay.gone - DAY, stay.last, None, -int(leaves))


def _enters(stay: Stay, stays: Iterable[Stay], gap_days: int) -> bool:
    def key(other: Stay) -> tuple[date, UUID, int]:
        return other.first_day, other.organisation, other.number

    reach = max((other.gone for other in stays if key(other) < key(stay)), default=None)
    return reach is None or (reach != NEVER and stay.first_day > reach + timedelta(days=gap_days))


def _leaves(stay: Stay, stays: Iterable[Stay], gap_days: int) -> bool:
    def comes_first(other: Stay) -> bool:
        return other.gone > stay.gone or (
            other.gone == stay.gone and (other.organisation, other.number) < (stay.organisation, stay.number)
        )

    following = min((other.first_day for other in stays if comes_first(other)), default=None)
    return following is None or following > stay.gone + timedelta(days=gap_days)


def _changes(stays: Iterable[Stay]) -> list[Move]:
    """Another title or grade in the same organisation. More hours in the same post are no move."""
    return [
        Move(_kind_of_change(old, new), after.day, before.closes - DAY, old, new)
        for stay in stays
        for before, after in pairwise(stay.segments)
        for old, new in [(_post(before), _post(after))]
        if (old.job_title, old.scheme, old.grade) != (new.job_title, new.scheme, new.grade)
    ]


def _kind_of_change(old: Post, new: Post) -> MoveKind:
    rises = old.level is not None and new.level is not None and new.level > old.level
    return MoveKind.PROMOTION if rises else MoveKind.LATERAL


def _beside(posts: Sequence[Post]) -> list[Move]:
    """Secondments and acting up, with the post that is kept meanwhile where there is one."""
    found: list[Move] = []
    for post in posts:
        if post.kind == "acting_up":
            found.append(Move(MoveKind.ACTING_UP, post.started, None, _home(posts, post, post.started), post))
        if post.kind == "secondment":
            found.append(Move(MoveKind.SECONDMENT_START, post.started, None, _home(posts, post, post.started), post))
            if post.ended is not None:
                home = _home(posts, post, post.until)
                found.append(Move(MoveKind.SECONDMENT_END, post.until, post.ended, post, home))
    return found


def _home(posts: Sequence[Post], beside: Post, day: date) -> Post | None:
    """Whoever is seconded comes from another organisation; whoever acts up does so in their own."""
    own = {post.organisation for post in posts}
    mains = [_main([p for p in posts if p.organisation == o and p.kind == "substantive"], day) for o in own]
    is_own = beside.kind == "acting_up"
    return min(
        (post for post in mains if post),
        key=lambda post: (
            (post.organisation == beside.organisation) != is_own,
            post.level is None,
            -(post.level or 0),
            post.organisation,
        ),
        default=None,
    )


def _post(segment: Segment) -> Post:
    """Only segments with a post are part of a stay."""
    if segment.post is None:
        raise ValueError("a stay has no empty segment")
    return segment.post
