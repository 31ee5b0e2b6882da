"""The front door: sends each person to what they come for, and tells everyone who can see what."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from service.kit.actor import Actor
from service.web.navigation import navigation_for
from service.web.templating import shown


@get("/", include_in_schema=False)
async def front_door(actor: NamedDependency[Actor]) -> Redirect:
    """To the first place the actor may go; an account with no role yet is told so on its own page."""
    links = navigation_for(actor)
    return Redirect(links[0].href if links else "/account", status_code=303)


@get("/privacy", include_in_schema=False)
async def privacy(request: Request[Any, Any, Any]) -> Response[str]:
    return shown(request, "home/privacy.html")


routes: list[ControllerRouterHandler] = [front_door, privacy]
