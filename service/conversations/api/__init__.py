"""Career conversations over JSON: the record, the plan, and arranging the next one."""

from litestar.types import ControllerRouterHandler

from service.conversations.api import arranging, calendar, drafts, plan, record, states, terms

routes: list[ControllerRouterHandler] = [
    *record.routes,
    *states.routes,
    *terms.routes,
    *plan.routes,
    *arranging.routes,
    *drafts.routes,
    *calendar.routes,
]
