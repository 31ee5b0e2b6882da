"""How people move, for a person: the ledger, pairs of moves that may be one, and secondments."""

from litestar.types import ControllerRouterHandler

from service.mobility.pages import ledger, pairs, secondments

routes: list[ControllerRouterHandler] = [*ledger.routes, *pairs.routes, *secondments.routes]
