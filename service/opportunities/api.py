"""The actions of opportunities over JSON."""

from litestar.types import ControllerRouterHandler

routes: list[ControllerRouterHandler] = []
