from service.insight.actions.releases import (
    Published,
    already_made,
    before_next,
    must_stand_apart,
    publish,
    withdraw,
)

__all__ = [
    "Published",
    "already_made",
    "before_next",
    "must_stand_apart",
    "publish",
    "withdraw",
]
