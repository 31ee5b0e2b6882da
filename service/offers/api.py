"""The actions of offers over JSON."""

from litestar.types import ControllerRouterHandler

routes: list[ControllerRouterHandler] = []
