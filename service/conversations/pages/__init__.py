"""Career conversations for a person: the record, the plan, and arranging the next one."""

from litestar.types import ControllerRouterHandler

from service.conversations.pages import arranging, asking, dues, plan, record

routes: list[ControllerRouterHandler] = [*record.routes, *plan.routes, *arranging.routes, *asking.routes, *dues.routes]
