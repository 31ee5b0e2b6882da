from typing import Any


def of_trends(rule: dict[str, Any]) -> dict[str, str]:
    del rule
    return {
        "Measure": "The main figures of each report beside the same figures of the releases before.",
        "Numerator": "That of the report the figure comes from, as it was published then.",
        "Denominator": "That of the report the figure comes from, as it was published then.",
        "Left out": "Releases that were withdrawn, and all but the last eight.",
        "Compared": "A difference is told only where method, disclosure rule and mapping of grades are the same and the"
        " two ranges do not touch, even if rounding moved both counts the unlucky way.",
        "Range": "95% range as it was published: what could be by chance alone.",
        "Evidence": "Releases that stand. Nothing is counted again.",
        "What it does not say": "Why something changed, or how it will go on.",
    }
