"""`ridgeway administrator`: the first one, who then gives everybody else their roles on the access page."""

import asyncio
from types import MappingProxyType
from typing import Annotated

import typer
from pydantic import ValidationError

from migrations.roles import APP
from service.access.actions import add_account, give
from service.access.grants import GRANTS, Role
from service.access.queries import find_account
from service.access.rules import Reason
from service.access.schemas import AccountIn, GrantIn
from service.cli.database import database
from service.kit.actor import EVERYWHERE, Actor
from service.kit.db import engine_for, sessions_on, transaction
from service.kit.errors import Refusal
from service.settings import Settings

_PERMISSIONS = dict.fromkeys(GRANTS[Role.ADMINISTRATOR][1], frozenset({EVERYWHERE}))
COMMAND = Actor(
    name="Ridgeway command", roles=frozenset({Role.ADMINISTRATOR}), permissions=MappingProxyType(_PERMISSIONS)
)


def add_to(app: typer.Typer) -> None:
    app.command("administrator")(administrator)


def administrator(
    email: Annotated[str, typer.Argument(help="The address that the sign-in provider knows them by.")],
    name: Annotated[str, typer.Option(help="Their full name.")] = "Administrator",
) -> None:
    """Let somebody give access to others. Needed once, before anybody can sign in; written in the audit trail."""
    with database(Settings()) as settings:
        try:
            asyncio.run(appoint(settings, email, name))
        except (Refusal, ValidationError) as refusal:
            typer.echo(
                refusal.message
                if isinstance(refusal, Refusal)
                else "Give an e-mail address, such as name@example.org.",
                err=True,
            )
            raise typer.Exit(1) from None
    typer.echo(f"{email} is an administrator. They can sign in now.")


async def appoint(settings: Settings, email: str, name: str) -> None:
    """Makes the account if there is none. Raises Invalid when it is an administrator's already."""
    engine = engine_for(settings.database_url, APP)
    try:
        async with transaction(sessions_on(engine), COMMAND) as session:
            held = await find_account(session, email)
            account_id = held.id if held else await add_account(session, COMMAND, AccountIn(name=name, email=email))
            given = GrantIn(account_id=account_id, role=Role.ADMINISTRATOR, reason=Reason.NEW_IN_ROLE)
            await give(session, COMMAND, given)
    finally:
        await engine.dispose()
