"""The facts we accept: a few frames, their columns and codes said once, and checked at the border.

people  one row a person: the answers they gave, as reporting groups
spells  one row an assignment: where, at which level, from when until when (`ended` is the last day worked)
events  one row a step: conversation, offer, application, shortlist, appointment, completion, and entries into a formal
        disciplinary or capability process

and, where a snapshot has them:
plans        one row an action of somebody's plan, beside the day of the agreed conversation that it came from
dues         one row a person who has agreed a conversation: the day of the last one, and the day set for the next
reasons      one row a person and employer: why there has been no conversation, as a code, and since when
aspirations  one row a person who told the role they want, and did not mute it
roles        one row a role profile: its family, level and tier, and how many published steps lead to it
needs        one row a person, employer and kind of thing that is due to them and was not done, and since when
members      one row a membership of a pipeline that the person agreed to: for which family and level, and how far along
critical     one row a role that an employer could not do without for long: its family and level
transitions  one row a first post in a leadership tier: when it began, when support was arranged, and how supported
             the person last said they felt, as a number without their words
"""

from analytics.frames.checking import check
from analytics.frames.columns import CODED, EVENTS, FRAMES, PEOPLE, SPELLS, Column
from analytics.frames.facts import Facts
from analytics.frames.names import (
    BOARD,
    CHARACTERISTICS,
    CONTRACTS,
    DRIVERS,
    GROUPS,
    KINDS,
    LABELS,
    LEVELS,
    NON_ANSWERS,
    PIPELINE,
    PLACED,
    SOURCES,
    STAGES,
    group_order,
)

__all__ = [
    "BOARD",
    "CHARACTERISTICS",
    "CODED",
    "CONTRACTS",
    "DRIVERS",
    "EVENTS",
    "FRAMES",
    "GROUPS",
    "KINDS",
    "LABELS",
    "LEVELS",
    "NON_ANSWERS",
    "PEOPLE",
    "PIPELINE",
    "PLACED",
    "SOURCES",
    "SPELLS",
    "STAGES",
    "Column",
    "Facts",
    "check",
    "group_order",
]
