from collections.abc import Sequence
from datetime import date
from typing import Final

from analytics.frames import GROUPS, NON_ANSWERS
from service.insight.copying import Field, code, key
from service.insight.facts.sql import case
from service.people.rules import NOT_KNOWN, NOT_STATED, Characteristic, answers_for, reporting_group

_AGES: Final = tuple((int(band[:2]), band) for band in reversed(GROUPS["age_band"]))
PEOPLE: Final = f"""
FROM people p
{
    "".join(
        f" LEFT JOIN equality_answers {c.value}"
        f" ON {c.value}.person_id = p.id AND {c.value}.characteristic = '{c.value}'"
        for c in Characteristic
    )
}
ORDER BY p.analysis_key
"""


def people_fields(on: date) -> list[Field]:
    answers = [code(c.value, _group_of(c), [*GROUPS[c.value], *NON_ANSWERS]) for c in Characteristic]
    bands = [*GROUPS["age_band"], *NON_ANSWERS]
    return [key("person", "p.analysis_key"), *answers, code("age_band", _age_band("p.birth_date", on, bands), bands)]


def _group_of(characteristic: Characteristic) -> str:
    """The reporting group of an answer; no answer on record was never asked for, and one we cannot read is not
    stated.
    """
    groups = [*GROUPS[characteristic.value], *NON_ANSWERS]
    known = [(answer, groups.index(reporting_group(characteristic, answer))) for answer in answers_for(characteristic)]
    column = f"{characteristic.value}.code"
    return case(
        column, known, f"CASE WHEN {column} IS NULL THEN {groups.index(NOT_KNOWN)} ELSE {groups.index(NOT_STATED)} END"
    )


def _age_band(column: str, on: date, bands: Sequence[str]) -> str:
    """By birthdays reached on the day. Under 16, or born after it, is a mistake in the record: not known."""
    reached = " ".join(
        f"WHEN {column} <= (date '{on}' - interval '{age} years') THEN {bands.index(band)}" for age, band in _AGES
    )
    return f"CASE {reached} ELSE {bands.index(NOT_KNOWN)} END"
