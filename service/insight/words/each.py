"""One comparison in every organisation, in words. Organisations are named in alphabetical order, never ranked."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from service.insight.words.flags import GROUPS, STAGES, range_of, ratio_of, ratio_words
from service.web.presenters import count_of, number

Row = Mapping[str, Any]
TITLE: Final = "Each organisation beside the whole system"


def picture(row: Row) -> str:
    """What the picture of a comparison is called: of one step, a group has one reference."""
    return f"{row['step']}_{row['group']}"


def comparison(row: Row) -> str:
    """ "Appointment: ethnic minority beside White" """
    return f"{STAGES[row['step']].partition(', ')[0]}: {GROUPS[row['group']]} beside {_reference(row)}"


def sentence(rows: Sequence[Row], system: Row | None) -> str:
    """ "Appointment, disabled beside non-disabled: flagged in 1 of 4 organisations that can be shown. ..." """
    shown = [row for row in rows if row["ratio"] is not None]
    flags = sum(row["state"] == "flag" for row in shown)
    found = f"flagged in {number(flags)} of {count_of(len(shown), 'organisation')} that can be shown"
    whole = ""
    if system is not None and ratio_of(system) is not None:
        whole = f" In the whole system the ratio is {ratio_words(ratio_of(system))} (range {range_of(system)})."
    gone = withheld(rows)
    return f"{comparison(rows[0])}: {found}.{whole}{f' {gone}' if gone else ''}"


def withheld(rows: Sequence[Row]) -> str:
    """ "Withheld: Fern Trust and Oak Council." """
    names = [row["organisation_name"] for row in rows if row["ratio"] is None]
    return f"Withheld: {'; '.join(names)}." if names else ""


def _reference(row: Row) -> str:
    return "other organisations" if row["reference"] == "elsewhere" else GROUPS[row["reference"]]
