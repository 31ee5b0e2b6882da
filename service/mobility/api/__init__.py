"""How people move over JSON: the ledger, pairs of moves that may be one, and secondments."""

from litestar.types import ControllerRouterHandler

from service.mobility.api import ledger, pairs, secondments

routes: list[ControllerRouterHandler] = [*ledger.routes, *pairs.routes, *secondments.routes]
