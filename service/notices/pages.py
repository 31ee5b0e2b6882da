"""The actions of notices for a person."""

from litestar.types import ControllerRouterHandler

routes: list[ControllerRouterHandler] = []
