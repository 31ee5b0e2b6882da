"""Career conversations for a person: the record, the plan, and arranging the next one."""

from litestar.types import ControllerRouterHandler

from service.conversations.pages import (
    arranging,
    asking,
    calendar,
    drafts,
    dues,
    plan,
    record,
    sharing,
    talk,
    terms,
    wording,
)

routes: list[ControllerRouterHandler] = [
    *record.routes,
    *talk.routes,
    *wording.routes,
    *sharing.routes,
    *terms.routes,
    *plan.routes,
    *arranging.routes,
    *drafts.routes,
    *calendar.routes,
    *asking.routes,
    *dues.routes,
]
