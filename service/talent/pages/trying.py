"""Trying what a form asks for: what was made, or why not and with what it is shown again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.errors import Conflict, Invalid
from service.web.forms import Form, attempt

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Refused:
    form: Form
    words: str
    status: int


async def tried(session: AsyncSession, form: Form, act: Callable[[], Awaitable[Made]]) -> Made | Refused:
    """Nothing of it stays when it is refused."""
    try:
        async with attempt(session):
            return await act()
    except Invalid as refusal:
        return Refused(form.refused(refusal), "", 422)
    except Conflict as refusal:
        return Refused(form, refusal.message, 409)
