"""The actions of talent for a person."""

from litestar.types import ControllerRouterHandler

from service.talent.pages import cover, members, mine, pipelines, requests, threads, work

routes: list[ControllerRouterHandler] = [
    *work.routes,
    *pipelines.routes,
    *members.routes,
    *cover.routes,
    *requests.routes,
    *threads.routes,
    *mine.routes,
]
