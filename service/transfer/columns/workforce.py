"""The columns of a workforce file: workforce.csv."""

from pathlib import Path

from service.transfer.columns.column import Columns, Part, read_columns

PERSON_FIELDS = ("given_name", "family_name", "birth_date", "email")
ENDING_FIELDS = ("ended", "end_reason", "destination")
JOB_FIELDS = ("kind", "job_title", "grade_scheme", "grade", "staff_group", "fte", "contract")
POST_FIELDS = (*JOB_FIELDS, "started", *ENDING_FIELDS)
EQUALITY_FIELDS = ("ethnicity", "sex", "disability")
# What makes a row say something about a post: a scheme or a full-time equivalent alone may be the same in every row.
TELLS_OF_A_POST = ("job_title", "grade", "staff_group", "started")
WORKFORCE = Columns(read_columns(Path(__file__).parent / "workforce.csv"), "grade_scheme", {Part.POST: TELLS_OF_A_POST})
