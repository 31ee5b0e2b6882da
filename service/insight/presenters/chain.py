"""The equity chain as tables: one for each step, both sides of a comparison in one line."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from analytics.equity import ELSEWHERE
from service.insight.presenters.representation import WITHHELD
from service.insight.presenters.tables import Cell, Table
from service.insight.shapes import Sheet
from service.insight.words.flags import GROUPS, ratio_words
from service.web.presenters import count_of, number, percent

Row = Mapping[str, Any]
_HEADS: Final = ("Group", "Went on", "Reference", "Ratio, range", "Like for like", "What it shows",
                 "Smallest gap", "Declared")  # fmt: skip
_BESIDE: Final = {ELSEWHERE: "other organisations"}
_WORDS: Final = (0, 5)  # the columns that are read, not compared


def chain_tables(sheet: Sheet) -> list[Table]:
    """A step with a flag stands open, the others are folded behind what was found there."""
    steps = groupby(sheet.rows, key=lambda row: row["name"])
    return [_step(name, list(rows)) for name, rows in steps]


def _step(name: str, rows: Sequence[Row]) -> Table:
    states = [row["state"] for row in rows]
    told = [f"{states.count(state)} {words}" for state, words in _COUNTED.items() if state in states]
    summary = f"{name}: {count_of(len(rows), 'comparison')}{''.join(f', {one}' for one in told)}"
    heads = [Cell(head, at not in _WORDS) for at, head in enumerate(_HEADS)]
    lines = [[Cell(text, at not in _WORDS) for at, text in enumerate(_line(row))] for row in rows]
    return Table(name, heads, lines, summary, is_open="flag" in states)


_COUNTED: Final = {"flag": "flagged", "watch": "to watch", None: "withheld"}


def _line(row: Row) -> tuple[str, ...]:
    return (
        f"{row['group_name']} beside {_BESIDE.get(row['reference'], GROUPS[row['reference']])}",
        _of(row["a"], row["n"]),
        _of(row["c"], row["m"]),
        _ranged(row["ratio"], row["low"], row["high"]),
        "Too few" if row["like_ratio"] is None and row["ratio"] is not None else _like(row),
        row["state_name"] or WITHHELD,
        _rare(row, row["smallest_gap"], "None", ratio_words),
        _rare(row, row["declared"], "Not told", _whole_percent),
    )


def _like(row: Row) -> str:
    return _ranged(row["like_ratio"], row["like_low"], row["like_high"])


def _of(part: int | None, whole: int | None) -> str:
    return f"{WITHHELD if part is None else number(part)} of {WITHHELD if whole is None else number(whole)}"


def _ranged(value: float | None, low: float | None, high: float | None) -> str:
    return WITHHELD if value is None else f"{ratio_words(value)} ({ratio_words(low)} to {ratio_words(high)})"


def _whole_percent(share: float) -> str:
    return percent(share, 0)


def _rare(row: Row, value: float | None, rare: str, words: Callable[[float], str]) -> str:
    if value is not None:
        return words(value)
    return WITHHELD if row["state"] is None else rare
