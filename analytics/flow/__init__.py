"""Where people go: between organisations and levels, along the stages of an offer, and in years to come.

transitions (spells -> moves) -> chains (project, fundamental) and supply (three scenarios with a band, where vacancies
hold back who rises). between: gross and net. stages: conversion, with open cases. cover: ready people for each post.
Nothing here may be shown before disclosure control.
"""

from analytics.flow.between import between, net
from analytics.flow.chains import Fundamental, fundamental, project
from analytics.flow.cover import cover
from analytics.flow.stages import conversion
from analytics.flow.supply import SCENARIOS, Scenario, supply
from analytics.flow.transitions import transitions, with_rates

__all__ = [
    "SCENARIOS",
    "Fundamental",
    "Scenario",
    "between",
    "conversion",
    "cover",
    "fundamental",
    "net",
    "project",
    "supply",
    "transitions",
    "with_rates",
]
