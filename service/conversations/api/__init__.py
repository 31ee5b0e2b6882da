"""Career conversations over JSON: the record, the plan, and arranging the next one."""

from litestar.types import ControllerRouterHandler

from service.conversations.api import plan, record

routes: list[ControllerRouterHandler] = [*record.routes, *plan.routes]
