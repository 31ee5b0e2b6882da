"""Figures over JSON, and what is known beside them."""

from litestar.types import ControllerRouterHandler

from service.insight.api import flags, know_how, reports

routes: list[ControllerRouterHandler] = [*reports.routes, *flags.routes, *know_how.routes]
