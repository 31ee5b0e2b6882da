"""Pages of the pathways: what is the reader's own, what an HR partner arranges, what an administrator publishes."""

from litestar.types import ControllerRouterHandler

from service.pathways.pages import arranging, aspirations, choosing, evidence, shared, steps, transition

routes: list[ControllerRouterHandler] = [
    *choosing.routes,
    *evidence.routes,
    *shared.routes,
    *aspirations.routes,
    *transition.routes,
    *arranging.routes,
    *steps.routes,
]
