"""Facts -> comparisons of how people fare, step by step, decided and safe to show.

steps (which comparisons there are) - counting (facts -> counts, by organisation and like-for-like stratum) - verdicts
(`flags.decide` on every family, the whole system first) - cells (the counts that are shown, protected together) -
report (both put together). The equity chain is its rows of the system: conversation -> offer -> application ->
shortlist -> appointment, and moves; then the share of senior posts.
"""

from analytics.equity.report import equity_report
from analytics.equity.steps import CHAIN, ELSEWHERE, MERGED, METHOD_VERSION, PAIRS, STEPS, SYSTEM, Pair

__all__ = ["CHAIN", "ELSEWHERE", "MERGED", "METHOD_VERSION", "PAIRS", "STEPS", "SYSTEM", "Pair", "equity_report"]
