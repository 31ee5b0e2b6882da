"""Turning a presenter into a page. Each room keeps its templates in `templates/`; they are named "room/page.html"."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import nhsuk_frontend_jinja
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, FileSystemLoader, PrefixLoader
from litestar import MediaType, Request, Response

from service.kit.actor import Actor
from service.web.navigation import current, navigation_for
from service.web.presenters import FILTERS

SERVICE = Path(__file__).parent.parent
STATIC = Path(__file__).parent / "static"


@cache
def environment() -> Environment:
    rooms = {folder.parent.name: FileSystemLoader(folder) for folder in SERVICE.glob("*/templates")}
    components = FileSystemLoader(Path(nhsuk_frontend_jinja.__file__).parent / "templates")
    # nhsuk-frontend-jinja reads options that are not there, so a misspelt name renders as nothing: each page takes one
    # presenter, and the tests look for its words.
    made = Environment(
        loader=ChoiceLoader([PrefixLoader(rooms), components]),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(FILTERS)
    made.globals["static"] = static
    return made


@cache
def static(name: str) -> str:
    """The address of one of our own files, with its content's fingerprint so that browsers may keep it for a year."""
    return f"/static/{name}?v={sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def shown(
    request: Request[Any, Any, Any], template: str, page: object = None, status: int = 200, **more: object
) -> Response[str]:
    """A whole page. `page` is the presenter; the layout adds who is signed in, where they can go, and the form
    token.
    """
    actor: Actor | None = request.scope["state"].get("actor")
    links = navigation_for(actor, request.scope["state"].get("unread", 0))
    html = (
        environment()
        .get_template(template)
        .render(
            page=page,
            actor=actor,
            path=request.url.path,
            navigation=links,
            current_link=current(links, request.url.path),
            csrf_token=request.scope["state"].get("csrf_token", ""),
            demo=request.app.state.settings.demo,
            **more,
        )
    )
    return Response(html, media_type=MediaType.HTML, status_code=status, headers=_private())


def _private() -> Mapping[str, str]:
    return {"Cache-Control": "no-store"}
