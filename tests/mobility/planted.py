"""Leavers and joiners of a made-up year, with moves planted among them that two records hide, and typing errors."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import polars as pl

from analytics.synthetic.names import FAMILY, GIVEN
from service.mobility.likeness import LEG

YEAR = date(2025, 11, 1)
LETTERS = "abcdefghijklmnoprstuvwy"
Leg = tuple[str, str, str, bool, date, str, str, date, str]


def planted(
    moves: int, errors: float = 0.02, others: float = 0.5, seed: int = 4
) -> tuple[pl.DataFrame, dict[str, str]]:
    """(legs, leaver's event -> joiner's event). Each name and each date has a typing error with chance `errors`;
    `others` as many leavers, and as many joiners, moved nowhere inside the system."""
    dice, legs, truth = random.Random(seed), [], {}
    places = [_id(dice) for _ in range(220)]
    for _ in range(moves):
        given, family, born = _person(dice)
        home, host = dice.sample(places, 2)
        left = YEAR + timedelta(dice.randrange(300))
        leaver = _leg(dice, home, True, left, given, family, born)
        came = left + timedelta(dice.choice([0, 0, 0, 1, 3, 7, 14, 30, 60, 89]))
        typed = [_maybe(dice, errors, _misspelt, name) for name in (given, family)]
        joiner = _leg(dice, host, False, came, typed[0], typed[1], _maybe(dice, errors, _misdated, born))
        legs += [leaver, joiner]
        truth[leaver[0]] = joiner[0]
    for _ in range(int(moves * others)):
        legs += [
            _leg(dice, dice.choice(places), side, YEAR + timedelta(dice.randrange(365)), *_person(dice))
            for side in (True, False)
        ]
    return pl.DataFrame(legs, schema=LEG, orient="row"), truth


def scores(found: pl.DataFrame, truth: dict[str, str]) -> tuple[float, float]:
    """(precision, recall)"""
    right = sum(
        truth.get(leaver) == joiner for leaver, joiner in found.select("leaver_event_id", "joiner_event_id").iter_rows()
    )
    return right / max(found.height, 1), right / len(truth)


def _leg(dice: random.Random, place: str, side: bool, day: date, given: str, family: str, born: date) -> Leg:
    return _id(dice), _id(dice), place, side, day, given, family, born, str(dice.randrange(10**10))


def _person(dice: random.Random) -> tuple[str, str, date]:
    return dice.choice(GIVEN), dice.choice(FAMILY), date(1958, 1, 1) + timedelta(dice.randrange(365 * 46))


def _maybe(dice: random.Random, chance: float, change: Callable, value):
    return change(dice, value) if dice.random() < chance else value


def _misspelt(dice: random.Random, name: str) -> str:
    """One letter wrong, missing, doubled, or in its neighbour's place."""
    at = dice.randrange(1, len(name)) if len(name) > 1 else 0
    how = dice.randrange(4)
    if how == 0:
        return name[:at] + dice.choice(LETTERS) + name[at + 1 :]
    if how == 1:
        return name[:at] + name[at + 1 :]
    if how == 2:
        return name[:at] + name[at] + name[at:]
    return name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :]


def _misdated(dice: random.Random, born: date) -> date:
    """Day and month in each other's place, or one figure wrong."""
    if born.day <= 12 and dice.random() < 0.5:
        return born.replace(month=born.day, day=born.month)
    for _ in range(20):
        text = list(born.strftime("%Y%m%d"))
        text[dice.choice([2, 3, 5, 6, 7])] = str(dice.randrange(10))
        try:
            return date.fromisoformat("".join(text))
        except ValueError:
            continue
    return born


def _id(dice: random.Random) -> str:
    return str(UUID(int=dice.getrandbits(128)))
