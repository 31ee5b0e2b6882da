"""The columns of a workforce file: the template, the manual page and the reader all follow this one list."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How the text of a cell is read."""

    NUMBER_OF_STAFF = "employee number"
    NAME = "name"
    TEXT = "text"
    CODE = "code"
    DATE = "date"
    DECIMAL = "number"
    EMAIL = "e-mail address"
    ID = "identifier"
    CHOICE = "choice"


class Part(StrEnum):
    PERSON = "person"
    POST = "post"
    EQUALITY = "equality"


@dataclass(frozen=True, slots=True)
class Column:
    """`field` is our name, `header` the template's (NHS workforce data set where it has one), `also` what others call it."""

    field: str
    header: str
    kind: Kind
    part: Part
    help: str
    example: str = ""
    also: tuple[str, ...] = ()
    needed: bool = False


P, J, Q = Part.PERSON, Part.POST, Part.EQUALITY
COLUMNS: tuple[Column, ...] = (
    Column("employee_number", "EMPLOYEE_NUMBER", Kind.NUMBER_OF_STAFF, P, "Your number for the person. Every row needs one.", "20123456", ("STAFF_NUMBER", "EMPLOYEE_NO", "EMPLOYEE_ID", "PAYROLL_NUMBER"), needed=True),
    Column("organisation_code", "EMPLOYING_ORG_CODE", Kind.CODE, P, "Your organisation's code, if the file has it. A row for another organisation is refused.", "", ("ORG_CODE", "ORGANISATION_CODE", "EMPLOYER_CODE")),
    Column("given_name", "FIRST_NAME", Kind.NAME, P, "First name.", "Amara", ("GIVEN_NAME", "FORENAME"), needed=True),
    Column("family_name", "LAST_NAME", Kind.NAME, P, "Last name.", "Okafor", ("FAMILY_NAME", "SURNAME"), needed=True),
    Column("birth_date", "DATE_OF_BIRTH", Kind.DATE, P, "Date of birth.", "17/05/1985", ("BIRTH_DATE", "DOB")),
    Column("email", "EMAIL_ADDRESS", Kind.EMAIL, P, "Work e-mail address. People sign in with it.", "amara.okafor@example.org", ("EMAIL", "WORK_EMAIL", "WORK_EMAIL_ADDRESS")),
    Column("left", "END_DATE_ORG", Kind.DATE, P, "Last day with your organisation. Write none to take a date away.", "", ("LEAVING_DATE", "DATE_LEFT", "TERMINATION_DATE")),
    Column("kind", "ASSIGNMENT_TYPE", Kind.CHOICE, J, "Substantive, secondment or acting up. Substantive where empty.", "Substantive", ("ASSIGNMENT_KIND",)),
    Column("job_title", "JOB_TITLE", Kind.TEXT, J, "Job title.", "Ward manager", ("ROLE", "JOB_ROLE", "POSITION_TITLE"), needed=True),
    Column("grade_scheme", "GRADE_SCHEME", Kind.CODE, J, "The pay or grade scheme, such as afc. Not needed where the grade says it (Band 7).", "afc", ("PAY_SCHEME",)),
    Column("grade", "GRADE", Kind.CODE, J, "The grade in that scheme.", "7", ("PAY_SCALE", "PAY_BAND", "BAND", "PAY_GRADE"), needed=True),
    Column("staff_group", "STAFF_GROUP", Kind.CHOICE, J, "One of the staff groups below.", "Nursing and midwifery", (), needed=True),
    Column("fte", "CONTRACTED_FTE", Kind.DECIMAL, J, "Full-time equivalent, above 0 and up to 1.5. Full time where the file has no such column.", "1.0", ("FTE",)),
    Column("started", "START_DATE", Kind.DATE, J, "First day in the post.", "01/03/2024", ("START_DATE_ASSIGNMENT", "ASSIGNMENT_START_DATE", "START_DATE_IN_POST", "START_DATE_ORG"), needed=True),
    Column("ended", "END_DATE", Kind.DATE, J, "Last day in the post. Write none to take a date away.", "", ("END_DATE_ASSIGNMENT", "ASSIGNMENT_END_DATE")),
    Column("end_reason", "LEAVING_REASON", Kind.CHOICE, J, "Why the post ended.", "", ("REASON_FOR_LEAVING", "END_REASON")),
    Column("destination", "DESTINATION_ON_LEAVING", Kind.CHOICE, J, "Where the person went: a kind of place, or the code of an organisation of the system.", "", ("DESTINATION",)),
    Column("ethnicity", "ETHNIC_CATEGORY", Kind.CHOICE, Q, "NHS ethnic category (2001): the code or the words. Recorded, never shown to you again.", "", ("ETHNIC_ORIGIN", "ETHNICITY")),
    Column("sex", "SEX", Kind.CHOICE, Q, "Female or male. Recorded, never shown to you again.", "", ("GENDER",)),
    Column("disability", "DISABILITY", Kind.CHOICE, Q, "Yes or no. Recorded, never shown to you again.", "", ("DISABLED", "DISABILITY_STATUS")),
    Column("person_id", "PERSON_ID", Kind.ID, P, "Ours. Leave empty for somebody new; give it to link a person whom another employer of the system records."),
    Column("assignment_id", "ASSIGNMENT_ID", Kind.ID, J, "Ours. Leave empty for a new post; give it to correct the start date or the kind of a post."),
)  # fmt: skip

FIELDS: Mapping[str, Column] = {column.field: column for column in COLUMNS}
PERSON_FIELDS = ("given_name", "family_name", "birth_date", "email")
POST_FIELDS = ("kind", "job_title", "grade_scheme", "grade", "staff_group", "fte", "started", "ended", "end_reason", "destination")  # fmt: skip
EQUALITY_FIELDS = ("ethnicity", "sex", "disability")
# What makes a row say something about a post: a scheme or a full-time equivalent alone may be the same in every row.
TELLS_OF_A_POST = ("job_title", "grade", "staff_group", "started")
# Columns that our own downloads add.
OURS = frozenset({"what to fix", "row"})


def plain(text: str) -> str:
    """A column name or code without case, punctuation or the word "and": Nursing & Midwifery -> nursing midwifery."""
    return " ".join(word for word in re.split(r"[^a-z0-9]+", text.lower()) if word and word != "and")


_NAMES: Mapping[str, tuple[str, int]] = {
    plain(name): (column.field, rank)
    for column in COLUMNS
    for rank, name in enumerate((column.header, *column.also, column.field))
}


def understood(headers: Iterable[str]) -> dict[str, str]:
    """field -> header, for the headers that are known by name. Where two fit, the template's own name comes first."""
    found: dict[str, tuple[int, str]] = {}
    for header in headers:
        if plain(header) in _NAMES:
            field, rank = _NAMES[plain(header)]
            found[field] = min(found.get(field, (99, "")), (rank, header))
    return {field: header for field, (_, header) in found.items()}


def missing(fields: Iterable[str]) -> list[Column]:
    """The columns that a file with these fields still needs. A file that says nothing of posts needs none of theirs."""
    given = frozenset(fields)
    posts = any(field in given for field in TELLS_OF_A_POST)
    return [c for c in COLUMNS if c.needed and c.field not in given and (posts or c.part is Part.PERSON)]
