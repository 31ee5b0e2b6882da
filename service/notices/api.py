"""The actions of notices over JSON."""

from litestar.types import ControllerRouterHandler

routes: list[ControllerRouterHandler] = []
