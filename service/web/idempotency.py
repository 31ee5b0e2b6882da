"""A creation that is sent again is done once: the second time, the first answer is told again.

The answer is kept in the transaction of what it tells of, so a crash leaves both or neither. A refusal is not kept.
"""

import base64
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Annotated, Any, Final

from litestar import MediaType, Request, Response
from litestar.params import HeaderParameter
from litestar.serialization import encode_json
from sqlalchemy import BigInteger, Boolean, bindparam, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.clock import now
from service.kit.errors import Conflict, Invalid, NotSignedIn, Problem
from service.kit.vault import Sealing, Vault
from service.web.tables import KeptAnswer

HEADER: Final = "Idempotency-Key"
LONGEST: Final = 255
KEPT_FOR: Final = timedelta(hours=24)
ANSWERS = Sealing("kept_answers", ("account_id", "key"))
KeyText = Annotated[
    str | None,
    HeaderParameter(
        name=HEADER,
        max_length=LONGEST,
        description="A key of your own making: sent again, it is done once.",
    ),
]
Work = Callable[[], Awaitable[Response[Any]]]


async def once(
    request: Request[Any, Any, Any], session: AsyncSession, actor: Actor, vault: Vault, sent: str | None, work: Work
) -> Response[Any]:
    """What `work` answers; or, under a key that this account `sent` within 24 hours, what it answered then.

    Raises Invalid for a key that cannot be one or that came with something else before, Conflict while the first
    request under it is still being answered.
    """
    if sent is None:
        return await work()
    if actor.account_id is None:
        raise NotSignedIn
    if not 0 < len(sent) <= LONGEST or not sent.isprintable():
        raise Invalid(Problem(HEADER, f"Use a key of 1 to {LONGEST} printable characters."))
    row = {"account_id": actor.account_id, "key": sha256(sent.encode()).digest()}
    asked = await _fingerprint(request)
    await _take_turn(session, row)
    kept = await _find(session, row)
    if kept is not None:
        return _again(vault, kept, asked)
    answer = await work()
    await _keep(session, vault, {**row, "asked": asked}, answer)
    return answer


async def forget_answers(session: AsyncSession, actor: Actor, since: timedelta) -> None:
    """For something that was taken back: what this account was answered in that time is not told again."""
    mine = (KeptAnswer.account_id == actor.account_id) & (KeptAnswer.kept_at > now() - since)
    await session.execute(delete(KeptAnswer).where(mine))


async def _fingerprint(request: Request[Any, Any, Any]) -> bytes:
    asked = sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    asked.update(await request.body())
    return asked.digest()


async def _take_turn(session: AsyncSession, row: Mapping[str, Any]) -> None:
    """Of two requests under one key at once, the second is told to wait. Until the end of the transaction."""
    turn = int.from_bytes(sha256(row["account_id"].bytes + row["key"]).digest()[:8], signed=True)
    taken = select(func.pg_try_advisory_xact_lock(bindparam("turn", turn, BigInteger), type_=Boolean))
    if not (await session.execute(taken)).scalar_one():
        raise Conflict("The first request under this Idempotency-Key is still being answered. Try again in a moment.")


async def _find(session: AsyncSession, row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    await session.execute(
        delete(KeptAnswer).where(KeptAnswer.account_id == row["account_id"], KeptAnswer.kept_at < now() - KEPT_FOR)
    )
    kept = KeptAnswer.__table__
    asked = select(kept).where(kept.c.account_id == row["account_id"], kept.c.key == row["key"])
    found = (await session.execute(asked)).mappings().one_or_none()
    return None if found is None else {str(name): value for name, value in found.items()}


def _again(vault: Vault, kept: Mapping[str, Any], asked: bytes) -> Response[Any]:
    if kept["asked"] != asked:
        raise Invalid(Problem(HEADER, "This key came with something else before. Use a new key for a new request."))
    told = json.loads(ANSWERS.open(vault, kept))
    return Response(
        base64.b64decode(told["body"]), status_code=told["status"], headers=told["headers"], media_type=MediaType.JSON
    )


async def _keep(session: AsyncSession, vault: Vault, row: Mapping[str, Any], answer: Response[Any]) -> None:
    headers = {name: value for name, value in answer.headers.items() if name.lower() in {"etag", "location"}}
    body = base64.b64encode(encode_json(answer.content)).decode()
    told = json.dumps({"status": answer.status_code, "headers": headers, "body": body})
    await session.execute(insert(KeptAnswer), {**row, **ANSWERS.seal(vault, row, told)})
