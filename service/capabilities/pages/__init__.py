"""Frameworks and roles on pages: everyone signed in reads them, administrators import them."""

from litestar.types import ControllerRouterHandler

from service.capabilities.pages import frameworks, importing_frameworks, importing_roles, roles

routes: list[ControllerRouterHandler] = [
    *frameworks.routes,
    *importing_frameworks.routes,
    *roles.routes,
    *importing_roles.routes,
]
