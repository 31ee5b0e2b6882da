"""The actions of talent for a person."""

from litestar.types import ControllerRouterHandler

routes: list[ControllerRouterHandler] = []
