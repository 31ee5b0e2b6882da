"""Who stays, who moves inside the system, and who leaves it.

cells (who was there, came, stayed and went) -> rates, of an organisation or of the system. exits, or at_risk of any
spells, makes the additive table from which curves follow (Kaplan-Meier, Aalen-Johansen, the stack of where people are)
and comparing (log-rank, Gray). Nothing here may be shown before disclosure control.
"""

from analytics.retention.at_risk import add, at_risk
from analytics.retention.causes import CAUSES
from analytics.retention.cells import count
from analytics.retention.comparing import gray, log_rank
from analytics.retention.curves import aalen_johansen, kaplan_meier, median, stack
from analytics.retention.exits import median_tenure, reasons, time_to_exit
from analytics.retention.rates import leaver_rate, rates, stability_index

__all__ = [
    "CAUSES",
    "aalen_johansen",
    "add",
    "at_risk",
    "count",
    "gray",
    "kaplan_meier",
    "leaver_rate",
    "log_rank",
    "median",
    "median_tenure",
    "rates",
    "reasons",
    "stability_index",
    "stack",
    "time_to_exit",
]
