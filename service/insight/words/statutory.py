"""The two statutory standards in words: what each line of the return is called, and sentences above them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from service.insight.rules import Measure
from service.web.presenters import percent

Row = Mapping[str, Any]
PART_NAMES: Final[Mapping[str, str]] = {
    "non_clinical": "Non-clinical",
    "clinical": "Clinical, not medical or dental",
    "medical": "Medical and dental",
}
INDICATORS: Final[Mapping[Measure, Mapping[str, str]]] = {
    Measure.WRES: {
        "2": "2. Appointed from shortlisting",
        "3": "3. Formal disciplinary process",
        "4": "4. Development that is not mandatory",
        "5": "5. Survey: harassment by the public",
        "6": "6. Survey: harassment by staff",
        "7": "7. Survey: equal opportunities",
        "8": "8. Survey: discrimination at work",
        "9": "9. Board beside the workforce",
    },
    Measure.WDES: {
        "2": "2. Appointed from shortlisting",
        "3": "3. Formal capability process",
        "4a": "4a. Survey: harassment",
        "4b": "4b. Survey: reporting harassment",
        "5": "5. Survey: equal opportunities",
        "6": "6. Survey: pressure to come to work",
        "7": "7. Survey: being valued",
        "8": "8. Survey: adjustments",
        "9a": "9a. Survey: engagement",
        "10": "10. Board beside the workforce",
    },
}
GROUP_WORDS: Final[Mapping[Measure, tuple[str, str]]] = {
    Measure.WRES: ("White staff", "Staff from ethnic minorities"),
    Measure.WDES: ("Staff who are not disabled", "Disabled staff"),
}
_EVENTS: Final[Mapping[str, str]] = {"2": "be appointed from shortlisting", "4": "take up development"}


def reading(measure: Measure, bands: Sequence[Row], likelihoods: Sequence[Row]) -> list[str]:
    """The sentences above a return: the share of everybody, what the likelihoods say, and what was not supplied."""
    whole = next((row for row in bands if row["band"] == "all"), None)
    said: list[str] = []
    if whole is None or whole["share"] is None:
        said.append("The share of the whole workforce cannot be shown: the numbers are too small.")
    else:
        who = GROUP_WORDS[measure][1]
        said.append(f"{who} are {percent(whole['share'])} of those who have given an answer ({_range(whole)}).")
    told = (row for row in likelihoods if row.get("ratio") is not None and row["indicator"] in _EVENTS)
    said += [_likelihood(measure, row) for row in told]
    missing = [row["indicator"] for row in likelihoods if not row["supplied"]]
    what = "Indicators" if measure is Measure.WRES else "Metrics"
    return [*said, f"{what} not supplied: {', '.join(missing)}. They are never guessed."] if missing else said


def _likelihood(measure: Measure, row: Row) -> str:
    """ "White staff were 1.26 times as likely as staff from ethnic minorities to be appointed from shortlisting (range
    0.84 to 2.01): the range includes 1, so this could be chance." """
    first, second = GROUP_WORDS[measure]
    chance = "; the range includes 1, so this could be chance" if row["low"] <= 1 <= row["high"] else ""
    return (
        f"{first} were {row['ratio']:.2f} times as likely as {second[:1].lower()}{second[1:]} to"
        f" {_EVENTS[row['indicator']]} (range {row['low']:.2f} to {row['high']:.2f}{chance})."
    )


def _range(row: Row) -> str:
    return f"range {percent(row['low'])} to {percent(row['high'])}"
