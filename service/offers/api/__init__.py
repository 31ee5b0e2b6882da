"""The actions of offers over JSON."""

from litestar.types import ControllerRouterHandler

from service.offers.api import applications, assets, checks, mentors, offers, positive_action

DOORS = (applications, assets, checks, mentors, offers, positive_action)
routes: list[ControllerRouterHandler] = [route for door in DOORS for route in door.routes]
