"""What is kept of how people move: the ledger, pairs of moves that may be one, and secondments between employers. All
of it belongs to the person and follows them; the organisations that it touches stand beside.
"""

from service.mobility.tables.ledger import MobilityEvent, MobilityLimits, MobilitySide
from service.mobility.tables.pairs import MovePair
from service.mobility.tables.secondments import Secondment, SecondmentExtension

__all__ = ["MobilityEvent", "MobilityLimits", "MobilitySide", "MovePair", "Secondment", "SecondmentExtension"]
