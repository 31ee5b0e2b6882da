"""A leader's pages."""

from litestar.types import ControllerRouterHandler

from service.insight.pages import flags, know_how, packs, reports, supplied

routes: list[ControllerRouterHandler] = [
    *reports.routes,
    *flags.routes,
    *know_how.routes,
    *packs.routes,
    *supplied.routes,
]
