"""Numbers leaders can trust: facts in, cells, measures, verdicts, then disclosure control as the last step.

Pure polars and numpy: this package knows neither the database nor the web.

frames -> cells -> representation -> flags -> disclosure (reports puts them together); intervals and testing hold the
statistics. How often it is wrong was measured: docs/trust.md.
"""
