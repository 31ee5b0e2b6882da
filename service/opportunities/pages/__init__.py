"""Opportunities for a person: finding and writing them, interest in them, deciding, aftercare."""

from litestar.types import ControllerRouterHandler

from service.opportunities.pages import aftercare, deciding, interests, limits, opportunities, writing

routes: list[ControllerRouterHandler] = [
    *opportunities.routes,
    *writing.routes,
    *interests.routes,
    *deciding.routes,
    *aftercare.routes,
    *limits.routes,
]
