"""The one place where the rooms are put together."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.middleware import DefineMiddleware
from litestar.middleware.compression import CompressionMiddleware
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.plugins.pydantic import PydanticPlugin
from litestar.static_files import create_static_files_router
from litestar.types import ControllerRouterHandler

from migrations.roles import APP
from service import health
from service.access import api as access_api
from service.access import pages as access_pages
from service.access.actions import Limits
from service.access.doors import DEPENDENCIES
from service.audit import api as audit_api
from service.audit import pages as audit_pages
from service.capabilities import api as capabilities_api
from service.capabilities import pages as capabilities_pages
from service.conversations import api as conversations_api
from service.conversations import pages as conversations_pages
from service.home import pages as home_pages
from service.insight import api as insight_api
from service.insight import pages as insight_pages
from service.kit.db import engine_for, sessions_on
from service.mobility import api as mobility_api
from service.mobility import pages as mobility_pages
from service.notices import api as notices_api
from service.notices import pages as notices_pages
from service.offers import api as offers_api
from service.offers import pages as offers_pages
from service.opportunities import api as opportunities_api
from service.opportunities import pages as opportunities_pages
from service.opportunities.reactions import listen as opportunities_listen
from service.organisations import api as organisations_api
from service.organisations import pages as organisations_pages
from service.pathways import api as pathways_api
from service.pathways import pages as pathways_pages
from service.pathways.reactions import listen as pathways_listen
from service.people import api as people_api
from service.people import pages as people_pages
from service.posts import api as posts_api
from service.prompts import api as prompts_api
from service.prompts import pages as prompts_pages
from service.settings import Settings
from service.talent import api as talent_api
from service.talent import pages as talent_pages
from service.transfer import api as transfer_api
from service.transfer import pages as transfer_pages
from service.web.failures import HANDLERS
from service.web.security import Gate, headers_for
from service.web.templating import STATIC

DOORS = (
    access_api,
    access_pages,
    audit_api,
    audit_pages,
    capabilities_api,
    capabilities_pages,
    conversations_api,
    conversations_pages,
    home_pages,
    insight_api,
    insight_pages,
    mobility_api,
    mobility_pages,
    notices_api,
    notices_pages,
    offers_api,
    offers_pages,
    opportunities_api,
    opportunities_pages,
    organisations_api,
    organisations_pages,
    pathways_api,
    pathways_pages,
    people_api,
    people_pages,
    posts_api,
    prompts_api,
    prompts_pages,
    talent_api,
    talent_pages,
    transfer_api,
    transfer_pages,
)


def create_app(settings: Settings) -> Litestar:
    """The whole service. `settings.database_url` must be set; a command starts the embedded database where it is
    not.
    """
    engine = engine_for(settings.database_url, APP, settings.pool_size)
    pathways_listen()
    opportunities_listen()

    @asynccontextmanager
    async def connected(_: Litestar) -> AsyncGenerator[None, None]:
        yield
        await engine.dispose()

    app = Litestar(
        route_handlers=[*health.routes, *_files(settings), *(route for door in DOORS for route in door.routes)],
        dependencies=DEPENDENCIES,
        exception_handlers=HANDLERS,
        middleware=[Gate()],
        before_send=[headers_for(https=settings.address.startswith("https://"))],
        lifespan=[connected],
        plugins=[PydanticPlugin(prefer_alias=True)],
        openapi_config=_described(),
        request_max_body_size=settings.upload_megabytes * 1_000_000,
        logging_config=None,
    )
    app.state.update({"settings": settings, "sessions": sessions_on(engine), "limits": Limits.of(settings)})
    return app


def _described() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Ridgeway", version="0.1.0", path="/schema", render_plugins=[JsonRenderPlugin(path="/openapi.json")]
    )


def _files(settings: Settings) -> list[ControllerRouterHandler]:
    """Our own files, named by their fingerprint, and those that were installed from their packages."""
    # No page is compressed: a page carries a token that its length could tell.
    smaller = DefineMiddleware(CompressionMiddleware, config=CompressionConfig("gzip"))
    return [
        create_static_files_router(path=path, directories=[folder], include_in_schema=False, middleware=[smaller])
        for path, folder in (("/static", STATIC), ("/assets", settings.folder / "assets"))
    ]
