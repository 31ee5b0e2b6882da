"""Opportunities over JSON: finding and writing them, interest in them, deciding, aftercare."""

from litestar.types import ControllerRouterHandler

from service.opportunities.api import aftercare, interests, limits, opportunities

routes: list[ControllerRouterHandler] = [
    *opportunities.routes,
    *interests.routes,
    *aftercare.routes,
    *limits.routes,
]
