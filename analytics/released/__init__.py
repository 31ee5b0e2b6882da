"""Facts -> each report of a release, after disclosure control: one module or room a report, nothing else leaves."""
