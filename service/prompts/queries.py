"""What might help: worked out by the database when it is asked, for the person or for partners whom they chose."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, and_, bindparam, column, exists, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.clock import now, today
from service.kit.errors import NotFound
from service.kit.paging import Cursor, Page
from service.organisations.tables import Organisation
from service.people.names import said_as
from service.people.queries import EMPLOYED_NOW
from service.people.tables import Employment
from service.prompts.rules import SETTLED_FOR, Done, ReasonKind, in_order
from service.prompts.schemas import Colleague, DecisionOut, HelpOut, MineOut, PlaceOut, PutOffOut, ReasonOut, WaitingOut
from service.prompts.tables import PromptDecision, PromptObjection, PromptPause, PromptShare

MOST = 100
# How many of those who show it are looked at for one page, a few first: beyond the last, the next page begins.
LOOKS = (100, 200, 400)
_REASONS = text("SELECT * FROM private.might_help(:places, :persons)").bindparams(
    bindparam("places", type_=ARRAY(Uuid)), bindparam("persons", type_=ARRAY(Uuid))
)
_PARTNERS = text("SELECT * FROM private.partners_of(:places)").bindparams(bindparam("places", type_=ARRAY(Uuid)))
_DECISION = select(
    PromptDecision.kind,
    PromptDecision.about_id,
    PromptDecision.organisation_id,
    PromptDecision.done,
    PromptDecision.passed_to,
    PromptDecision.by_name,
    PromptDecision.at,
)
_HERE = and_(
    Employment.organisation_id == PromptShare.organisation_id,
    Employment.person_id == PromptShare.person_id,
    EMPLOYED_NOW,
)


async def list_mine(session: AsyncSession) -> list[ReasonOut]:
    """The reader's own reasons, in one statement."""
    return await _reasons(session, None, None)


async def get_mine(session: AsyncSession, me: UUID) -> MineOut:
    """All that this room holds about the reader, and what might help them now."""
    objected = select(PromptObjection.kind).where(PromptObjection.person_id == me).order_by(PromptObjection.kind)
    put_off = select(PromptPause.kind, PromptPause.about_id, PromptPause.until).where(PromptPause.person_id == me)
    return MineOut(
        await list_mine(session),
        await _places(session, me),
        [PutOffOut(*row) for row in await session.execute(put_off.where(PromptPause.until >= today()))],
        [ReasonKind(kind) for kind in (await session.execute(objected)).scalars()],
        await _decisions(session, _DECISION.where(PromptDecision.person_id == me)),
    )


async def list_waiting(
    session: AsyncSession, places: Collection[UUID], cursor: str | None = None, size: int = 50
) -> Page[WaitingOut]:
    """People who let partners of these organisations see their reasons, and whom nobody has helped yet, by name. A page
    may be short, or empty, and still lead to a next one: it looks at 700 of those who show it."""
    # Somebody employed in two places is one.
    after, found = Cursor.read(cursor), dict[UUID, WaitingOut]()
    for many in LOOKS:
        rows = (await session.execute(_looked_at(places, after, many))).all()
        for row in rows:
            if row.waits and len(found) == size:
                return Page([*found.values()], str(after))
            after = Cursor(row.listed_as, row.person_id)
            if row.waits:
                found[row.person_id] = WaitingOut(row.person_id, said_as(row.listed_as))
        if len(rows) < many:
            return Page([*found.values()], None)
    return Page([*found.values()], str(after))


def _looked_at(places: Collection[UUID], after: Cursor | None, many: int) -> Select[*tuple[Any, ...]]:
    """The next of those who show it, by name, and whether they wait for somebody."""
    # As the list of people is kept, so that only these are read.
    listed = (Employment.listed_as, Employment.person_id)
    shown = (PromptShare.organisation_id.in_(places), PromptShare.until >= today())
    asked = select(*listed).join(PromptShare, _HERE).where(*shown)
    if after:
        asked = asked.where(tuple_(*listed) > tuple_(after.text, after.id))
    shows = asked.order_by(*listed).limit(many).cte("shows")
    reason = (
        func.private.might_help(
            bindparam("places", list(places), ARRAY(Uuid)), select(func.array_agg(shows.c.person_id)).scalar_subquery()
        )
        .table_valued(column("person_id", Uuid), column("kind"), column("about_id", Uuid))
        .alias("reason")
    ).c
    waits = shows.c.person_id.in_(select(reason.person_id).where(~_is_settled(reason))).label("waits")
    return select(shows.c.listed_as, shows.c.person_id, waits).order_by(shows.c.listed_as, shows.c.person_id)


async def get_help(session: AsyncSession, person_id: UUID, places: Collection[UUID]) -> HelpOut:
    """Raises NotFound unless the person lets partners of one of these organisations see it now."""
    asked = select(PromptShare.organisation_id, Employment.listed_as).join(Employment, _HERE)
    asked = asked.where(PromptShare.person_id == person_id, PromptShare.organisation_id.in_(places))
    shown = (await session.execute(asked.where(PromptShare.until >= today()))).all()
    if not shown:
        raise NotFound("person")
    where = [row.organisation_id for row in shown]
    mine = (PromptDecision.person_id == person_id, PromptDecision.organisation_id.in_(where))
    return HelpOut(
        person_id,
        said_as(shown[0].listed_as),
        await _reasons(session, where, [person_id]),
        await _decisions(session, _DECISION.where(*mine)),
        await _partners(session, where),
    )


def _is_settled(reason: Any) -> ColumnElement[bool]:
    """A partner did something about it within 30 days, other than leave it to a colleague."""
    return exists().where(
        PromptDecision.person_id == reason.person_id,
        PromptDecision.kind == reason.kind,
        PromptDecision.about_id == reason.about_id,
        PromptDecision.done != Done.PASSED_ON,
        PromptDecision.at > now() - SETTLED_FOR,
    )


async def _reasons(session: AsyncSession, places: list[UUID] | None, persons: list[UUID] | None) -> list[ReasonOut]:
    rows = (await session.execute(_REASONS, {"places": places, "persons": persons})).all()
    # One that arises with two employers is one.
    found = {
        (row.kind, row.about_id): ReasonOut(
            ReasonKind(row.kind), row.about_id, row.organisation_id, row.since, row.number
        )
        for row in rows
    }
    return sorted(found.values(), key=lambda reason: in_order(reason.kind, reason.since))


async def _decisions(session: AsyncSession, asked: Select[*tuple[Any, ...]]) -> list[DecisionOut]:
    """The newest first."""
    rows = (await session.execute(asked.order_by(PromptDecision.at.desc()).limit(MOST))).all()
    return [DecisionOut(*row) for row in rows]


async def _places(session: AsyncSession, me: UUID) -> list[PlaceOut]:
    chosen = and_(
        PromptShare.person_id == Employment.person_id,
        PromptShare.organisation_id == Employment.organisation_id,
        PromptShare.until >= today(),
    )
    asked = (
        select(Organisation.id, Organisation.name, PromptShare.until)
        .join(Employment, Employment.organisation_id == Organisation.id)
        .outerjoin(PromptShare, chosen)
        .where(Employment.person_id == me, EMPLOYED_NOW)
        .order_by(Organisation.name, Organisation.id)
    )
    rows = (await session.execute(asked)).all()
    partners = await _partners(session, [row.id for row in rows])
    return [PlaceOut(row.id, row.name, row.until, [one.name for one in partners[row.id]]) for row in rows]


async def _partners(session: AsyncSession, places: list[UUID]) -> dict[UUID, list[Colleague]]:
    """organisation -> its HR partners, by name."""
    found: dict[UUID, list[Colleague]] = {place: [] for place in places}
    for row in await session.execute(_PARTNERS, {"places": places}):
        found[row.organisation_id].append(Colleague(row.account_id, row.name))
    return found
