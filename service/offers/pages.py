"""The actions of offers for a person."""

from litestar.types import ControllerRouterHandler

routes: list[ControllerRouterHandler] = []
