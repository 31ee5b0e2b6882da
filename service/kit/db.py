"""The database as every room sees it: one base class, a few column types, and the only way to open a transaction."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from sqlalchemy import DateTime, Enum, MetaData, String, Text, Uuid, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, mapped_column

from service.kit.actor import Actor
from service.kit.ids import new_id

Sessions = async_sessionmaker[AsyncSession]


class Base(DeclarativeBase):
    """Names are stable, so that a refusal by the database can be told in words (kit.errors) and a migration can be
    undone.
    """

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012 - SQLAlchemy declares it so
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        UUID: Uuid(as_uuid=True),
        str: Text(),
    }


Key = Annotated[UUID, mapped_column(primary_key=True, default=new_id)]
ShortText = Annotated[str, mapped_column(String(200))]
CodeText = Annotated[str, mapped_column(String(40))]


def code_of(kind: type[StrEnum]) -> Enum:
    """A StrEnum kept as readable text with a CHECK, so that adding a code is a plain migration."""
    return Enum(
        kind,
        native_enum=False,
        length=40,
        values_callable=_values,
        create_constraint=True,
        name=_snake(kind.__name__),
    )


def _values(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


def engine_for(url: str, role: str | None = None, pool_size: int = 10) -> AsyncEngine:
    """An engine whose every connection acts as `role` from its first byte. `url` as in RIDGEWAY_DATABASE_URL."""
    settings = {"application_name": "ridgeway", "jit": "off"} | ({"role": role} if role else {})
    return create_async_engine(
        driver_url(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        connect_args={"server_settings": settings},
    )


def driver_url(url: str) -> str:
    """The same address with the asyncpg driver named, whatever way the operator wrote it."""
    scheme, _, rest = url.partition("://")
    if scheme.split("+")[0] not in {"postgresql", "postgres"}:
        raise ValueError("RIDGEWAY_DATABASE_URL must start with postgresql://")
    return f"postgresql+asyncpg://{rest}"


def sessions_on(engine: AsyncEngine) -> Sessions:
    return async_sessionmaker(engine, expire_on_commit=False)


# Local to the transaction, so a pooled connection carries nobody's eyes to the next request.
_SET_EYES = text(
    "SELECT set_config('ridgeway.account_id', :account, true), set_config('ridgeway.person_id', :person, true),"
    " set_config('ridgeway.partner_of', :partner_of, true), set_config('ridgeway.colleague_of', :colleague_of, true),"
    " set_config('ridgeway.roles', :roles, true)"
)


async def see_as(session: AsyncSession, actor: Actor) -> None:
    """From here to the end of the transaction, row security answers for this actor."""
    partner_of = actor.where("people.read")
    eyes = {
        "account": str(actor.account_id or ""),
        "person": str(actor.person_id or ""),
        "partner_of": ",".join(map(str, partner_of)),
        "colleague_of": ",".join(map(str, partner_of | actor.where("people.find"))),
        "roles": ",".join(sorted(actor.roles)),
    }
    await session.execute(_SET_EYES, eyes)


@asynccontextmanager
async def transaction(sessions: Sessions, actor: Actor) -> AsyncGenerator[AsyncSession, None]:
    """One transaction, one pair of eyes. Commits at the end; any exception undoes the whole."""
    async with sessions() as session, session.begin():
        await see_as(session, actor)
        yield session


def constraint_of(error: Exception) -> str | None:
    """The name of the constraint that refused, from an IntegrityError raised through asyncpg."""
    cause = getattr(getattr(error, "orig", None), "__cause__", None)
    return getattr(cause, "constraint_name", None)
