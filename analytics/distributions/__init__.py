"""Chances and scores of whole columns at once, without scipy: tails, the normal's inverse, exact distributions."""
