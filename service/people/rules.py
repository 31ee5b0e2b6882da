"""What an equality answer may be, and which dates of birth are believed.

Three ways of not answering are three different facts and are never merged.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from service.kit.errors import Problem

YOUNGEST, OLDEST = 14, 100


class Characteristic(StrEnum):
    ETHNICITY = "ethnicity"
    SEX = "sex"
    DISABILITY = "disability"


class AnswerSource(StrEnum):
    PERSON = "person"
    EMPLOYER = "employer"


# Asked and declined / asked, nothing came back in a usable form / never asked.
PREFER_NOT_TO_SAY = "prefer_not_to_say"
NOT_STATED = "not_stated"
NOT_KNOWN = "not_known"
NON_ANSWERS: Mapping[str, str] = {
    PREFER_NOT_TO_SAY: "Prefer not to say",
    NOT_STATED: "Not stated",
    NOT_KNOWN: "Not known",
}

ETHNIC_CATEGORY: Mapping[str, str] = {
    "A": "White: British",
    "B": "White: Irish",
    "C": "White: any other White background",
    "D": "Mixed: White and Black Caribbean",
    "E": "Mixed: White and Black African",
    "F": "Mixed: White and Asian",
    "G": "Mixed: any other mixed background",
    "H": "Asian or Asian British: Indian",
    "J": "Asian or Asian British: Pakistani",
    "K": "Asian or Asian British: Bangladeshi",
    "L": "Asian or Asian British: any other Asian background",
    "M": "Black or Black British: Caribbean",
    "N": "Black or Black British: African",
    "P": "Black or Black British: any other Black background",
    "R": "Chinese",
    "S": "Any other ethnic group",
}

# The list an answer was given against, kept with the answer: codes mean nothing without it.
CODE_LISTS: Mapping[Characteristic, tuple[str, str, Mapping[str, str]]] = {
    Characteristic.ETHNICITY: ("ethnic_category", "2001", ETHNIC_CATEGORY),
    Characteristic.SEX: ("sex", "1", {"female": "Female", "male": "Male"}),
    Characteristic.DISABILITY: ("disability", "1", {"disabled": "Yes", "non_disabled": "No"}),
}

# Reporting groups (vocabulary 5.5). The 2001 list files Chinese under Other; so do we while answers are held by it.
ETHNIC_GROUP: Mapping[str, str] = (
    dict.fromkeys("ABC", "white")
    | dict.fromkeys("DEFG", "mixed")
    | dict.fromkeys("HJKL", "asian")
    | dict.fromkeys("MNP", "black")
    | dict.fromkeys("RS", "other")
)


def answers_for(characteristic: Characteristic) -> Mapping[str, str]:
    """Code -> words, the declared answers first and the three non-answers after them."""
    return {**CODE_LISTS[characteristic][2], **NON_ANSWERS}


def reporting_group(characteristic: Characteristic, code: str) -> str:
    """The group an answer is reported in; a non-answer stays the non-answer that it is."""
    return ETHNIC_GROUP.get(code, code) if characteristic is Characteristic.ETHNICITY else code


QUESTIONS: Mapping[Characteristic, str] = {
    Characteristic.ETHNICITY: "What is your ethnic group?",
    Characteristic.SEX: "What is your sex?",
    Characteristic.DISABILITY: "Do you have a physical or mental health condition lasting 12 months or more?",
}


def birth_problems(birth_date: date | None, today: date) -> list[Problem]:
    """A year typed wrongly would put a person in an age band of nobody's."""
    if birth_date is None or YOUNGEST <= today.year - birth_date.year <= OLDEST:
        return []
    return [Problem("birth_date", f"Date of birth must make the person {YOUNGEST} to {OLDEST} years old.")]


def answer_problems(characteristic: Characteristic, code: str) -> list[Problem]:
    allowed = answers_for(characteristic)
    return [] if code in allowed else [Problem("code", f"Choose one of: {', '.join(allowed)}.")]
