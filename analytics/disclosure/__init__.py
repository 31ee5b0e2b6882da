"""The last step: what may be shown of counts of people, what is withheld, and what a reader could still work out.

`release` and `release_linked` are the doors: nothing leaves `analytics` for a page, a file or a chart but through them.
Behind them `protection` chooses what to withhold, `linked` does so for tables that share totals, and `dominance` for
readers who know a part already; `bounds` is the attacker, who works out what each withheld figure can be.
"""

from analytics.disclosure.bounds import View, audit
from analytics.disclosure.releasing import DEFAULT, NO_RATES, Rates, Released, Rule, release, release_linked

__all__ = ["DEFAULT", "NO_RATES", "Rates", "Released", "Rule", "View", "audit", "release", "release_linked"]
