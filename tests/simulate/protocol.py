"""The protocol: what is simulated, what is wanted of it, and what was found."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import polars as pl

from analytics.flags import DEFAULT, FlagRule, decide, system_pattern, system_wide
from tests.simulate.disclosed import attack, attack_on_reports
from tests.simulate.missing import with_missing
from tests.simulate.retention import alarms, curve_bias, fairness, forecasts
from tests.simulate.worlds import GRADES, A, B, Scenario, draw

FLAG = pl.col("state") == "flag"
SEED = 20261122
WHOLE = 100  # runs
PARTS = ("P1", "P2", "P3", "P5", "P7", "P8")
UNMARKED = FlagRule(version="flags-1, drawn-in mark not asked", shrunk=1.0)


@dataclass(frozen=True)
class Found:
    """One line of the protocol: its number, the scenario, what was measured, the wanted bound and what was found."""

    part: str
    scenario: str
    measure: str
    wanted: str
    found: float
    holds: bool


def protocol(runs: int = 200, seed: int = SEED, parts: Collection[str] = PARTS) -> Iterator[Found]:
    """Every line of the parts asked for, with `runs` runs of each scenario."""
    flags = (_false_flags, _power, _false_discoveries, _grades, _system)
    made = {"P1": flags, "P2": (_power, _system), "P3": (_power, _false_discoveries)}
    made |= {"P5": (_disclosed,), "P7": (_missing,), "P8": (_retention,)}
    wanted = dict.fromkeys(make for part in PARTS if part in parts for make in made[part])
    yield from (line for make in wanted for line in make(runs, seed) if line.part in parts)


def _false_flags(runs: int, seed: int) -> Iterator[Found]:
    for name, world in (("A, no gap", A), ("B, no gap", B)):
        decided = decide(draw(world, runs, seed))
        yield _most("P1", name, "flags per organisation", 0.002, _share(decided))
        yield _most("P1", name, "chance of any flag among 220", 0.10, _any(decided))
    for name, world, most in (
        ("A, no gap, 0.005 redrawn yearly", A.null(rho=0.005, yearly=True), 0.005),
        ("A, no gap, 0.01 redrawn yearly", A.null(rho=0.01, yearly=True), None),
        ("A, no gap, 0.01 lasting", A.null(rho=0.01), None),
    ):
        decided = decide(draw(world, runs, seed))
        yield _most("P1", name, "flags per organisation", most, _share(decided))
        yield _most("P1", name, "chance of any flag among 220", None, _any(decided))


def _power(runs: int, seed: int) -> Iterator[Found]:
    for name, world, least in (
        ("A, 15 in 100 at 0.50", A.gap(0.50, 0.15), 0.55),
        ("A, 15 in 100 at 0.65", A.gap(0.65, 0.15), 0.30),
        ("A, all at 0.65", A.gap(0.65, 1.0), None),
        ("A, 15 in 100 at 0.50, 0.01 lasting", A.gap(0.50, 0.15, rho=0.01), None),
        ("B, 15 in 100 at 0.50", B.gap(0.50, 0.15), None),
    ):
        decided = decide(draw(world, runs, seed)).filter("affected")
        yield _least("P2", name, "true gaps flagged", least, _share(decided))
    rare = draw(A.gap(0.50, 0.02), runs, seed)
    for name, rule in (("A, 2 in 100 at 0.50", DEFAULT), ("A, 2 in 100 at 0.50, drawn-in mark not asked", UNMARKED)):
        decided = decide(rare, rule)
        yield _least("P2", name, "true gaps flagged", None, _share(decided.filter("affected")))
        yield _most("P3", name, "flags that are false", None, _false(decided))
    unmarked = decide(draw(A, runs, seed), UNMARKED)
    yield _most("P1", "A, no gap, drawn-in mark not asked", "chance of any flag among 220", 0.10, _any(unmarked))


def _false_discoveries(runs: int, seed: int) -> Iterator[Found]:
    for name, world, most in (
        ("A, 15 in 100 at 0.65", A.gap(0.65, 0.15), 0.05),
        ("A, 15 in 100 at 0.50", A.gap(0.50, 0.15), 0.05),
        ("B, 15 in 100 at 0.50", B.gap(0.50, 0.15), 0.05),
        ("A, 15 in 100 at 0.50, 0.01 lasting", A.gap(0.50, 0.15, rho=0.01), 0.15),
    ):
        yield _most("P3", name, "flags that are false", most, _false(decide(draw(world, runs, seed))))


def _grades(runs: int, seed: int) -> Iterator[Found]:
    """One organisation's eight grades: too few to tell how much they differ, so that is imported."""
    for name, world, tau2 in (
        ("8 grades, no gap", GRADES, None),
        ("8 grades, no gap, 0.01 lasting, nothing imported", GRADES.null(rho=0.01), None),
        ("8 grades, no gap, 0.01 lasting, variance imported", GRADES.null(rho=0.01), 0.08),
    ):
        rows = draw(world, runs * 5, seed)
        imported = rows if tau2 is None else rows.with_columns(imported_tau2=pl.lit(tau2))
        yield _most("P1", name, "flags per grade", 0.01 if world.rho == 0 else None, _share(decide(imported)))


def _system(runs: int, seed: int) -> Iterator[Found]:
    for name, world, least in (
        ("A, 15 in 100 at 0.65", A.gap(0.65, 0.15), 0.85),
        ("A, all at 0.65", A.gap(0.65, 1.0), 0.99),
        ("B, all at 0.65", B.gap(0.65, 1.0), 0.99),
        ("40 small organisations, all at 0.65", _small().gap(0.65, 1.0), None),
    ):
        rows = draw(world, runs, seed)
        whole = system_wide(rows)
        yield _least("P2", name, "system test positive", least, _mean(whole, pl.col("positive")))
        shared = system_pattern(decide(rows), whole).filter("affected")
        yield _least(
            "P2", name, "organisations with a gap said to share it", None, _mean(shared, pl.col("system_pattern"))
        )
    for name, world in (("A, no gap", A), ("B, no gap", B)):
        rows = draw(world, runs, seed)
        whole = system_wide(rows)
        yield _most("P1", name, "system test positive", 0.03, _mean(whole, pl.col("positive")))
        shared = system_pattern(decide(rows), whole)
        yield _most("P1", name, "organisations said to share a gap", 0.01, _mean(shared, pl.col("system_pattern")))


def _missing(runs: int, seed: int) -> Iterator[Found]:
    few = max(10, runs // 4)
    for lost in (0.0, 0.1, 0.2, 0.3):
        decided = decide(with_missing(A.gap(0.50, 0.15), few, seed, (lost, lost)))
        name = f"A, 15 in 100 at 0.50, {lost:.0%} lost at random"
        yield _most("P7", name, "flags that are false", 0.05, _false(decided))
        yield _least("P7", name, "true gaps flagged", None, _share(decided.filter("affected")))
    for what, lost, most in (
        ("a fifth of the group's successes lost, nobody else", (0.2, 0.0), 0.005),
        ("60% of the group's successes and 25% of others lost", (0.6, 0.25), 0.005),
        ("40% of the group's successes and 10% of others lost", (0.4, 0.1), None),
    ):
        rows = with_missing(A, few, seed, lost)
        yield _most("P7", f"A, no gap, {what}", "flags per organisation", most, _share(decide(rows)))
        unwarned = decide(rows.drop("unknown_a", "unknown_n"))
        name = f"A, no gap, {what}, unknown outcomes not told"
        yield _most("P7", name, "flags per organisation", None, _share(unwarned))


def _disclosed(runs: int, seed: int) -> Iterator[Found]:
    tables = max(10, 5 * runs // 2)
    found, name = attack(tables, seed), f"{tables} random tables, released"
    yield _most("P5", name, "withheld counts known exactly", 0, found.exact)
    yield _most("P5", name, "withheld counts known to within less than 5", 0, found.narrow)
    yield _most("P5", name, "bounds that miss the true count", 0, found.wrong)
    yield _least("P5", name, "withheld counts", None, found.withheld)
    # Every organisation in turn, and each two: too long for a short form.
    for who, learnt in attack_on_reports(runs // 4, seed).items() if runs >= WHOLE else ():
        name = f"{learnt.asked} small counts of three reports together, with {who}"
        yield _most("P5", name, "known exactly", None if who.startswith("two") else 0, learnt.exact)
        yield _most("P5", name, "known to within less than 5", None, learnt.narrow)
    careless = f"{tables} random tables, only small counts withheld"
    yield _least("P5", careless, "withheld counts known exactly", 1, found.careless)


def _retention(runs: int, seed: int) -> Iterator[Found]:
    few = max(5, min(30, runs // 4))
    for naive, name in ((False, "Aalen-Johansen"), (True, "1 minus Kaplan-Meier, which must be further off")):
        for months, bias in zip((12, 24, 36), curve_bias(runs, seed, naive), strict=True):
            scenario, wanted = f"left within {months} months, {name}", "at least 0.003" if naive else "at most 0.003"
            yield Found("P8", scenario, "mean distance from the truth", wanted, abs(bias), naive == (abs(bias) > 0.003))
    ahead = forecasts(few, seed)
    yield _within(
        "P8", "24 months, then the next 12", "observed over expected", (0.93, 1.07), _mean(ahead, pl.col("o_e"))
    )
    yield _within("P8", "24 months, then the next 12", "slope", (0.85, 1.15), _mean(ahead, pl.col("slope")))
    alone = _mean(forecasts(few, seed, ("left",)), pl.col("o_e"))
    yield _within("P8", "24 months, then the next 12, moves not modelled", "observed over expected", None, alone)
    yield from _drift(2 * few, max(few, runs // 2), seed)
    for group, o_e in fairness(few, seed).rows():
        scenario = f"one group moves twice as often, {'that' if group == 'black' else 'the other'} group"
        yield _within("P8", scenario, "observed over expected", (0.9, 1.1), o_e)


def _drift(runs: int, years: int, seed: int) -> Iterator[Found]:
    """Of runs with 200 events or more."""
    for staff, least in ((4_000, 0.90), (1_700, None)):
        seen = alarms(runs, seed, 1.25, staff).filter(pl.col("after") >= 200)
        likely = _mean(seen, pl.col("before"))
        scenario = f"leaving times 1.25 from deployment on, {likely:.0f} exits expected"
        yield _least("P8", scenario, "drift seen within 12 months", least, _mean(seen, pl.col("drifted")))
    calm = alarms(years, seed, 1.0)
    yield _most("P8", "leaving as before", "drift seen within 12 months", 0.05, _mean(calm, pl.col("drifted")))


def _small() -> Scenario:
    return A.null(organisations=40, median=60)


def _share(decided: pl.DataFrame) -> float:
    return _mean(decided, FLAG)


def _mean(frame: pl.DataFrame, of: pl.Expr) -> float:
    return float(frame.select(of.mean()).item())


def _any(decided: pl.DataFrame) -> float:
    return _mean(decided.group_by("family").agg(FLAG.any().alias("any")), pl.col("any"))


def _false(decided: pl.DataFrame) -> float:
    """Mean over runs of the share of flags that are false, 0 where there is none."""
    per = decided.group_by("family").agg(false=(FLAG & ~pl.col("affected")).sum(), all=FLAG.sum())
    return _mean(per, pl.col("false") / pl.col("all").clip(1))


def _most(part: str, scenario: str, measure: str, bound: float | None, found: float) -> Found:
    wanted = "" if bound is None else f"at most {bound:g}"
    return Found(part, scenario, measure, wanted, found, bound is None or found <= bound)


def _least(part: str, scenario: str, measure: str, bound: float | None, found: float) -> Found:
    wanted = "" if bound is None else f"at least {bound:g}"
    return Found(part, scenario, measure, wanted, found, bound is None or found >= bound)


def _within(part: str, scenario: str, measure: str, bounds: tuple[float, float] | None, found: float) -> Found:
    if bounds is None:
        return Found(part, scenario, measure, "", found, holds=True)
    low, high = bounds
    return Found(part, scenario, measure, f"{low:g} to {high:g}", found, low <= found <= high)
