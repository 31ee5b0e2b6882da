"""Pathways over JSON: the reader's own, and what an HR partner arranges for others."""

from litestar.types import ControllerRouterHandler

from service.pathways.api import aspirations, evidence, me, steps, transitions

routes: list[ControllerRouterHandler] = [
    *me.routes,
    *steps.routes,
    *evidence.routes,
    *aspirations.routes,
    *transitions.routes,
]
