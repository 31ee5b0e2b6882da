"""The actions of opportunities for a person."""

from litestar.types import ControllerRouterHandler

routes: list[ControllerRouterHandler] = []
