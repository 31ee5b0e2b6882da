from litestar.types import ControllerRouterHandler

routes: list[ControllerRouterHandler] = []
