"""The actions of offers for a person."""

from litestar.types import ControllerRouterHandler

from service.offers.pages import assets, checks, deciding, mentors, mine, offers, positive_action, providing

DOORS = (assets, checks, deciding, mentors, mine, offers, positive_action, providing)
routes: list[ControllerRouterHandler] = [route for door in DOORS for route in door.routes]
