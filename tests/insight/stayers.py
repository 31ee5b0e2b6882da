"""Released rows on who stays, made by hand: three organisations, one of which more people leave than expected."""

from datetime import date
from types import SimpleNamespace
from typing import Any, Final, cast

import polars as pl

WITHHELD: Final = "Withheld: fewer than 10 people."
NAMES: Final = {"R1": "Fern Trust", "R2": "Ash Council", "R3": "Elm Hospice"}
_RATE: Final = ("leaver_rate", "low", "high", "exit_rate", "exit_low", "exit_high", "stability", "stability_low",
                "stability_high", "kept", "kept_low", "kept_high")  # fmt: skip
_LIMITS: Final = ("limit_low", "limit_high", "far_low", "far_high")
_COUNTS: Final = ("opening", "closing", "joined", "came", "left", "moved", "retired", "other")


def rates(organisation: str, slice_: str, rate: float | None, n: int = 1000, **given: Any) -> dict[str, Any]:
    """One slice of a place: so many of 100 left the system, half as many moved inside it."""
    keys = {"organisation": organisation, "slice": slice_}
    if rate is None:
        figures: dict[str, Any] = dict.fromkeys((*_COUNTS, *_RATE, "retained_share", "unmatched", "median_years"))
        return keys | figures | {"fte_closing": None, "reason": WITHHELD} | given
    moved = rate / 2
    each = {"leaver_rate": rate, "exit_rate": rate + moved, "stability": 1 - rate - moved, "kept": 1 - rate}
    ends = {"leaver_rate": ("low", "high"), "exit_rate": ("exit_low", "exit_high"),
            "stability": ("stability_low", "stability_high"), "kept": ("kept_low", "kept_high")}  # fmt: skip
    spread = {
        end: each[name] + sign * 0.01 for name, pair in ends.items() for end, sign in zip(pair, (-1, 1), strict=True)
    }
    out = round(n * rate / 5) * 5
    counts = {"opening": n, "closing": n, "joined": out, "came": round(n * moved), "left": out - 10, "retired": 10,
              "moved": round(n * moved), "other": 0}  # fmt: skip
    rest = {"retained_share": 1 / 3, "unmatched": 0.02, "median_years": 6.4, "fte_closing": n - 100, "reason": None}
    figures = keys | counts | each | spread | rest
    if not organisation:
        figures |= dict.fromkeys(("exit_rate", "exit_low", "exit_high"))
    return figures | given


def stack(organisation: str, slice_: str, left: float = 0.07) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for months in (12, 24, 36, 60):
        gone = left * months / 12
        row: dict[str, Any] = {"organisation": organisation, "slice": slice_, "months": months}
        row |= {"moved": gone / 2, "left": gone}
        row |= {"retired": 0.01 * months / 12, "other": 0.0, "left_low": gone - 0.01, "left_high": gone + 0.01}
        rows.append(row | {"stayed": 1 - gone * 1.5 - row["retired"], "reason": None})
    return rows


def expected(organisation: str, focus: str, o_e: float | None, state: str | None, **given: Any) -> dict[str, Any]:
    keys = {"organisation": organisation, "focus": focus}
    if o_e is None:
        gone = dict.fromkeys(("observed", "expected", "o_e", "low", "high", "q", "state", "smallest_gap", *_LIMITS))
        return keys | gone | {"reason": WITHHELD} | given
    figures = {"observed": round(40 * o_e), "expected": 40, "o_e": o_e, "low": o_e - 0.2, "high": o_e + 0.3}
    limits = dict(zip(_LIMITS, (0.7, 1.4, 0.6, 1.7), strict=True))
    return keys | figures | limits | {"q": 0.01, "state": state, "smallest_gap": 1.3, "reason": None} | given


def years(organisation: str, *rates_: float | None, wide: float = 0.005) -> list[dict[str, Any]]:
    """Leaving in each year, the newest last: half as many again left the employer."""
    rows: list[dict[str, Any]] = []
    for ago, rate in zip(range(len(rates_) - 1, -1, -1), rates_, strict=True):
        figures: dict[str, Any] = dict.fromkeys(("leaver_rate", "low", "high", "exit_rate", "exit_low", "exit_high"))
        if rate is not None:
            figures = {"leaver_rate": rate, "low": rate - wide, "high": rate + wide}
            exits = {"exit_rate": 1.5 * rate, "exit_low": 1.5 * rate - wide, "exit_high": 1.5 * rate + wide}
            figures |= exits if organisation else dict.fromkeys(exits)
        rows.append({"organisation": organisation, "ended_on": date(2026 - ago, 9, 30), **figures,
                     "stability": None if rate is None else 1 - 1.5 * rate,
                     "reason": WITHHELD if rate is None else None})  # fmt: skip
    return rows


def sample() -> Any:
    """What analytics releases, as far as it is read here: frames by name."""
    slices = ("level:8", "level:5", "staff_group:nursing_midwifery", "staff_group:medical_dental", "age_band:25-34",
              "service:under 1 year")  # fmt: skip
    of = {"": 0.08, "R1": 0.12, "R2": 0.07}
    rows = [rates(code, one, rate, 1000 if code else 2000) for code, rate in of.items() for one in ("all", *slices)]
    rows += [rates("", one, 0.09) for one in ("ethnicity:asian", "ethnicity:unanswered", "sex:female")]
    rows += [rates("R3", slice_, None) for slice_ in ("all", *slices)]
    compared = [
        expected("R1", "all", 1.45, "flag"),
        expected("R1", "staff_group:nursing_midwifery", 1.6, "flag"),
        expected("R1", "staff_group:medical_dental", 1.1, "as_expected"),
        expected("R2", "all", 0.9, "as_expected"),
        expected("R2", "staff_group:nursing_midwifery", 1.3, "watch"),
        expected("R3", "all", None, None),
    ]
    why = [
        {"organisation": code, "of": of_, "code": name, "n": n, "share": share, "unknown_share": silent, "reason": None}
        for code in of
        for of_, name, n, share, silent in (
            ("end_reason", "resignation_work_life_balance", 60, 0.6, None),
            ("end_reason", "relocation", 40, 0.4, None),
            ("end_reason", "unknown", 30, None, 0.23),
            ("destination", "private_sector", 20, 1.0, None),
            ("destination", "unknown", 110, None, 0.85),
        )
    ]
    went = [
        *(("organisation", "R1", "R2", 30, 10), ("organisation", "R2", "R1", 20, -10)),
        *(("organisation", "R1", "R3", None, None), ("level", "5", "6", 25, 20)),
        *(("level", "6", "5", 5, -20), ("level", "7", "8", 10, 10)),
    ]
    flows = [
        {"kind": kind, "origin": origin, "destination": to, "people": n, "net": net, "reason": None if n else WITHHELD}
        for kind, origin, to, n, net in went
    ]
    years_on = [
        {"level": level, "years": years, "scenario": scenario, "people": n + lift * years, "low": n - 5 * years,
         "high": n + 15 * years, "reason": None}
        for level, n in (("8", 200), ("7", 400))
        for years in (0, 1, 3, 8)
        for scenario, lift in (("as now", 2), ("a fifth fewer leave", 6), ("a fifth more rise", 9))
        if years or scenario == "as now"
    ]  # fmt: skip
    rose = [
        {"organisation": code, "level": level, "n": 100, "in_role_12": 85, "share": 0.85, "low": 0.77, "high": 0.91,
         "reason": None}
        for code in of
        for level in ("all", "7-9")
    ]  # fmt: skip
    stacks = [row for code in of for row in stack(code, "all")]
    tables = {"rates": rows, "stack": stacks, "reasons": why, "flows": flows, "expected": compared}
    yearly = [*years("", 0.108, 0.1, 0.098, 0.09, 0.08), *years("R1", None, 0.12, 0.12), *years("R3", None, None)]
    tables |= {"supply": years_on, "transitions": rose, "trend": yearly}
    frames = {
        name: SimpleNamespace(frame=pl.DataFrame(each, infer_schema_length=None)) for name, each in tables.items()
    }
    return cast(Any, SimpleNamespace(**frames))
