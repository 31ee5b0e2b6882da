"""Publishing and withdrawing. Done by commands, through the analyst role; a release is never changed afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.insight.drafting import Before, Draft, Page
from service.insight.drafting.flags import FlagFound
from service.insight.queries import (
    find_near,
    find_newest,
    find_same,
    highest_number,
    list_sheets,
    list_tables,
    list_trends,
)
from service.insight.queries.flags import list_keys, list_known
from service.insight.rules import SYSTEM, Measure, ReleaseState, method_of
from service.insight.tables import Flag, FlagSighting, Release, ReleaseTable
from service.insight.words import Basis
from service.kit.actor import Actor
from service.kit.errors import Conflict, NotFound
from service.kit.ids import new_id
from service.pathways.tables import ReleasedRoute
from service.web.presenters import day


@dataclass(frozen=True, slots=True)
class Published:
    """A release that stands. `is_new` is False when it was there already."""

    id: UUID
    number: int
    is_new: bool


async def before_next(session: AsyncSession, replaces: int = 0) -> tuple[int, Before | None]:
    """The number that the next release gets, and the release that it will be compared with: not the one it replaces."""
    number = await highest_number(session) + 1
    newest = await find_newest(session, replaces)
    if newest is None:
        return number, None
    stated = newest.number, newest.snapshot_on, newest.crosswalk_version
    bases = {m: Basis(*stated, method_of(newest.method_version, m), newest.rule_version) for m in Measure}
    coverage = await list_sheets(session, newest.id, Measure.COVERAGE)
    tables = await list_tables(session, newest.id, SYSTEM)
    known = await list_keys(session, newest.id) if method_of(newest.method_version, Measure.EQUITY) else None
    flags = None if known is None else (newest.number, known)
    trends = await list_trends(session, newest.id)
    return number, Before(bases[Measure.REPRESENTATION], tables, bases[Measure.COVERAGE], coverage, flags, trends)


async def already_made(
    session: AsyncSession, snapshot: str, method_version: str, rule_version: str, code_version: str
) -> Published | None:
    """The release that these would give again, figure for figure. Raises Conflict when that one was withdrawn."""
    same = await find_same(session, snapshot, method_version, rule_version, code_version)
    if same is not None and same.state == ReleaseState.WITHDRAWN:
        raise Conflict(f"Release {same.number} had these figures and was withdrawn. Take a new snapshot first.")
    return Published(same.id, same.number, is_new=False) if same else None


async def must_stand_apart(session: AsyncSession, on: date, days: int, replaces: int = 0) -> None:
    """Raises Conflict where a standing release has facts less than `days` days before or after: the difference of two
    that are nearly the same tells about the few people who came or left in between. `replaces` is no longer counted.
    """
    near = await find_near(session, on, days, replaces)
    if near is not None:
        raise Conflict(
            f"Release {near.number} has facts of {day(near.snapshot_on)}, less than {days} days from {day(on)}."
            " Comparing the two could tell about single people. To correct that release, add"
            f" --replaces {near.number}: it is then withdrawn. Otherwise wait, or withdraw it first."
        )


async def publish(session: AsyncSession, actor: Actor, draft: Draft, replaces: int = 0) -> Published:
    """Keeps a draft as the newest release, and withdraws the one it replaces, if any.

    Raises IntegrityError when another was published at the same moment; NotFound or Conflict where there is nothing
    to replace.
    """
    actor.must("releases.make")
    if replaces:
        await withdraw(session, actor, replaces)
    release_id, basis = new_id(), draft.basis
    release = {
        "id": release_id,
        **asdict(basis),
        "method_version": draft.methods,
        "made_by": actor.name,
        "snapshot": draft.snapshot,
        "code_version": draft.code_version,
        "rule": asdict(draft.rule),
        "organisations": list(draft.organisations),
        "headlines": list(draft.headlines),
    }
    await session.execute(insert(Release), release)
    await session.execute(insert(ReleaseTable), [_row(release_id, page) for page in draft.pages])
    await _show_routes(session, basis, draft.routes)
    await _keep_flags(session, release_id, draft.flags)
    await record(
        session,
        actor,
        "insight.released",
        entity=release_id,
        number=basis.number,
        snapshot=draft.snapshot,
        reports=len(draft.pages),
    )
    return Published(release_id, basis.number, is_new=True)


async def withdraw(session: AsyncSession, actor: Actor, number: int) -> None:
    """Takes a release's figures off every page, for good. That there was one, and when, stays on the list."""
    actor.must("releases.make")
    found = (await session.execute(select(Release.id, Release.state).where(Release.number == number))).one_or_none()
    if found is None:
        raise NotFound(f"release {number}")
    if found.state == ReleaseState.WITHDRAWN:
        raise Conflict(f"Release {number} was withdrawn before.")
    await session.execute(update(Release).where(Release.id == found.id).values(state=ReleaseState.WITHDRAWN))
    await session.execute(update(ReleasedRoute).where(ReleasedRoute.release_number == number).values(is_shown=False))
    standing = select(func.max(Release.number)).where(Release.state == ReleaseState.PUBLISHED).scalar_subquery()
    await session.execute(update(ReleasedRoute).where(ReleasedRoute.release_number == standing).values(is_shown=True))
    await record(session, actor, "insight.withdrawn", entity=found.id, number=number)


async def _show_routes(session: AsyncSession, basis: Basis, routes: Sequence[Mapping[str, Any]]) -> None:
    """Everybody sees the routes of the newest release alone: those of two could be compared."""
    await session.execute(update(ReleasedRoute).where(ReleasedRoute.is_shown).values(is_shown=False))
    named = ("from_profile", "to_profile", "people", "median_months", "across_share")
    dated = {"release_number": basis.number, "snapshot_on": basis.snapshot_on}
    rows = [{name: route[name] for name in named} | dated for route in routes]
    if rows:
        await session.execute(insert(ReleasedRoute), rows)


def _standing_on(page: Page) -> dict[str, list[int]]:
    return {"releases": list(page.releases)} if page.releases else {}


async def _keep_flags(session: AsyncSession, release_id: UUID, found: Sequence[FlagFound]) -> None:
    """Says which flags a release found; those that were never seen before begin here."""
    known = dict(await list_known(session))
    new = {one.key: new_id() for one in found if one.key not in known}
    names = ("step", "focus", "reference", "organisation")
    if new:
        await session.execute(
            insert(Flag), [{"id": id_, **dict(zip(names, key, strict=True))} for key, id_ in new.items()]
        )
    known |= new
    rows = [
        {"flag_id": known[one.key], "release_id": release_id, "words": one.words, "figures": dict(one.figures)}
        for one in found
    ]
    if rows:
        await session.execute(insert(FlagSighting), rows)


def _row(release_id: UUID, page: Page) -> dict[str, object]:
    return {
        "release_id": release_id,
        "measure": page.measure,
        "organisation": page.organisation,
        "part": page.part,
        "rows": page.rows,
        "words": {"title": page.title, "sentences": list(page.sentences)} | _standing_on(page),
        "charts": dict(page.charts),
    }
