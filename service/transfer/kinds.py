"""The kinds of file that can be imported. Uploading, choosing columns, checking, importing and undoing are the same for
all of them; what differs is here, and nothing else asks what a file is about."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.transfer import schemas
from service.transfer.columns import COLUMNS_OF, Columns
from service.transfer.entering import applications, moves, offers, writing
from service.transfer.history.applying import bring_in, take_back
from service.transfer.history.holding import Employed, employed
from service.transfer.history.planning import WRITES, plan_history, told_of_history, words_of_history
from service.transfer.history.refusing import must_be_told_in_codes
from service.transfer.plans import Holds, Place, Plan, Tell
from service.transfer.rules import FileKind
from service.transfer.schemas import Applied, Undone
from service.transfer.sheets import Sheet
from service.transfer.workforce import applying, codes, comparing, holding, planning, undoing
from service.transfer.workforce.matching import Held

Held_ = TypeVar("Held_", bound=Holds)
# field -> code -> the words for it
Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Kind(Generic[Held_]):
    """`writes`: the frames of a plan that it writes. `fit`: raises a refusal for somebody, or for a sheet, that cannot
    bring in such a file at all. `apply` and `undo` raise IntegrityError when what is held contradicts them."""

    columns: Columns
    writes: tuple[str, ...]
    fit: Callable[[Actor, Sheet | None], None]
    words: Callable[[AsyncSession], Awaitable[Words]]
    held: Callable[[AsyncSession, UUID], Awaitable[Held_]]
    plan: Callable[[AsyncSession, UUID, Held_, Sheet, schemas.Mapping | None, Tell], Awaitable[Plan]]
    told: Callable[[Plan], dict[str, Any]]
    apply: Callable[[AsyncSession, Actor, Place, Plan, Tell], Awaitable[Applied]]
    undo: Callable[[AsyncSession, Actor, Place], Awaitable[Undone]]


def _any(actor: Actor, sheet: Sheet | None) -> None:
    """Whoever may import at all may bring in any table."""


async def _workforce_words(_: AsyncSession) -> Words:
    return codes.WORDS


WORKFORCE: Kind[Held] = Kind(
    columns=COLUMNS_OF[FileKind.WORKFORCE],
    writes=comparing.WRITES,
    fit=_any,
    words=_workforce_words,
    held=holding.held,
    plan=planning.plan_workforce,
    told=planning.told_of_workforce,
    apply=applying.apply_plan,
    undo=undoing.put_back,
)
HISTORY: Kind[Employed] = Kind(
    columns=COLUMNS_OF[FileKind.CONVERSATIONS],
    writes=WRITES,
    fit=must_be_told_in_codes,
    words=words_of_history,
    held=employed,
    plan=plan_history,
    told=told_of_history,
    apply=bring_in,
    undo=take_back,
)


def _nothing_more(_: Plan) -> dict[str, Any]:
    """The summary of a check says nothing besides its counts."""
    return {}


MOVES: Kind[moves.Held] = Kind(
    columns=COLUMNS_OF[FileKind.MOVES],
    writes=moves.WRITES,
    fit=_any,
    words=moves.words,
    held=moves.held,
    plan=moves.plan,
    told=_nothing_more,
    apply=moves.bring_in,
    undo=writing.take_back,
)
OFFERS: Kind[offers.Held] = Kind(
    columns=COLUMNS_OF[FileKind.OFFERS],
    writes=offers.WRITES,
    fit=_any,
    words=offers.words,
    held=offers.held,
    plan=offers.plan,
    told=_nothing_more,
    apply=offers.bring_in,
    undo=writing.take_back,
)
APPLICATIONS: Kind[applications.Held] = Kind(
    columns=COLUMNS_OF[FileKind.APPLICATIONS],
    writes=applications.WRITES,
    fit=_any,
    words=applications.words,
    held=applications.held,
    plan=applications.plan,
    told=_nothing_more,
    apply=applications.bring_in,
    undo=writing.take_back,
)
KINDS: Mapping[FileKind, Kind[Any]] = {
    FileKind.WORKFORCE: WORKFORCE,
    FileKind.CONVERSATIONS: HISTORY,
    FileKind.MOVES: MOVES,
    FileKind.OFFERS: OFFERS,
    FileKind.APPLICATIONS: APPLICATIONS,
}
