"""Pipelines, cover, requests and threads over JSON."""

from litestar.types import ControllerRouterHandler

from service.talent.api import cover, mine, pipelines, requests, threads

routes: list[ControllerRouterHandler] = [
    *pipelines.routes,
    *mine.routes,
    *cover.routes,
    *requests.routes,
    *threads.routes,
]
