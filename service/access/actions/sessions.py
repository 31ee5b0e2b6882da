"""Signing in and out. The token is 256 random bits; the database keeps its SHA-256, so a leaked table opens nothing."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Text, bindparam, delete, func, literal, select, text
from sqlalchemy.dialects.postgresql import BYTEA, INTERVAL
from sqlalchemy.ext.asyncio import AsyncSession

from service.access.grants import Role, permissions_of
from service.access.oidc import Identity
from service.access.tables import Account, SignIn
from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.db import see_as
from service.kit.errors import NotFound
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lasts without a request, and at most."""

    idle: timedelta
    longest: timedelta

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        return cls(timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_hours))


# What waits to be read is counted in the same round trip, with the eyes that session_of has just set.
_SESSION_OF = text(
    "SELECT s.*, (SELECT count(*) FROM (SELECT FROM notices n WHERE n.person_id = s.person_id AND n.read_at IS NULL"
    " LIMIT 100) AS unread) AS unread FROM private.session_of(:given, :idle, :longest) AS s"
).bindparams(bindparam("given", type_=BYTEA), bindparam("idle", type_=INTERVAL), bindparam("longest", type_=INTERVAL))


async def who_is(session: AsyncSession, token: str, limits: Limits) -> Actor | None:
    """The actor whose session this is, with row security set for them in the same round trip; None if it is none."""
    given = {"given": _hashed(token), "idle": limits.idle, "longest": limits.longest}
    row = (await session.execute(_SESSION_OF, given)).one_or_none()
    if row is None:
        return None
    session.info["unread"] = row.unread
    held = [(Role(role), organisation) for role, organisation in zip(row.roles, row.organisations, strict=True)]
    return Actor(
        name=row.name,
        account_id=row.account_id,
        person_id=row.person_id,
        roles=frozenset(role for role, _ in held),
        permissions=permissions_of(held + ([(Role.STAFF, None)] if row.person_id else [])),
    )


async def sign_in(
    session: AsyncSession, identity: Identity, device: str, limits: Limits, old_token: str | None = None
) -> str | None:
    """A token for whoever the provider vouches for; None, which is written down without a name, when no open account is
    theirs."""
    said = (identity.issuer, identity.subject, identity.email, identity.name)
    known = func.private.account_for(*(literal(value, Text()) for value in said))
    account_id: UUID | None = (await session.execute(select(known))).scalar_one()
    if account_id is None:
        nobody = Actor(name="Nobody signed in")
        await see_as(session, nobody)
        await record(session, nobody, "access.sign_in_refused", reason="no account")
        return None
    await see_as(session, Actor(name="", account_id=account_id))
    name = (await session.execute(select(Account.name).where(Account.id == account_id))).scalar_one()
    return await start_session(session, account_id, name, device, limits, old_token)


async def start_session(
    session: AsyncSession,
    account_id: UUID,
    name: str,
    device: str,
    limits: Limits | None = None,
    old_token: str | None = None,
) -> str:
    """Opens a session and returns the token for its cookie: always a new one. What the browser held before ends."""
    if old_token and limits and (before := await who_is(session, old_token, limits)):
        await end_session(session, before, old_token)
    token = secrets.token_urlsafe(32)
    await session.execute(select(func.private.start_session(account_id, _hashed(token), device)))
    actor = Actor(name=name, account_id=account_id)
    await see_as(session, actor)
    await record(session, actor, "access.signed_in")
    return token


async def end_session(session: AsyncSession, actor: Actor, token: str) -> None:
    await session.execute(delete(SignIn).where(SignIn.token_hash == _hashed(token)))
    await record(session, actor, "access.signed_out")


async def end_one_session(session: AsyncSession, actor: Actor, key: str) -> None:
    """Ends one of the actor's own sessions, named as `queries.live_sessions` names it. Raises NotFound otherwise."""
    ended = delete(SignIn).where(SignIn.token_hash == bytes.fromhex(key), SignIn.account_id == actor.account_id)
    if not (await session.execute(ended.returning(SignIn.account_id))).all():
        raise NotFound("session")
    await record(session, actor, "access.signed_out_elsewhere")


async def end_all_sessions(session: AsyncSession, actor: Actor) -> None:
    """Signs this account out everywhere, this browser included."""
    await session.execute(delete(SignIn).where(SignIn.account_id == actor.account_id))
    await record(session, actor, "access.signed_out_everywhere")


def form_token(token: str) -> str:
    """The anti-forgery token of a session: derived from its secret, so there is nothing more to keep."""
    return hmac.new(token.encode(), b"form", sha256).hexdigest()


def form_token_fits(token: str, given: str) -> bool:
    return hmac.compare_digest(form_token(token).encode(), given.encode())


def session_key(token: str) -> str:
    """What a session is called on the account page: its hash, from which the token cannot be worked out."""
    return _hashed(token).hex()


def _hashed(token: str) -> bytes:
    return sha256(token.encode()).digest()
