"""The actions of talent over JSON."""

from litestar.types import ControllerRouterHandler

routes: list[ControllerRouterHandler] = []
