"""The front doors, each of which puts together what several rooms know: my work, my pathway, a person."""

from litestar.types import ControllerRouterHandler

from service.home.pages import front, me, people, posts, steps, work

routes: list[ControllerRouterHandler] = [
    *front.routes,
    *work.routes,
    *me.routes,
    *steps.routes,
    *people.routes,
    *posts.routes,
]
