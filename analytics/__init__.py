"""Numbers leaders can trust: facts in, cells, measures, verdicts, then disclosure control as the last step.

Pure polars and numpy: this package knows neither the database nor the web.

frames (coded) -> cells -> representation, equity, retention, flow, hazard -> flags -> disclosure -> released.
intervals and testing hold the statistics, standardised what is expected, synthetic made-up systems. How often it is
wrong was measured: docs/trust.md.
"""
