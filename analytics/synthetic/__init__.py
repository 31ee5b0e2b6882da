"""A made-up system of employers with known truths, of any size, for tests, the demonstration and benchmarks.

`make` gives a `System` of polars frames. Nobody and nothing in it is real. Frames and columns:

organisations  code, name, kind, ods_code (null), parent (null)
people         person (1 to n), given_name, family_name, email, birth_date, ethnicity_code, ethnicity, sex, disability,
               age_band (on the last day)
spells         person, organisation, employee_number, kind (substantive, secondment, acting_up), grade_scheme, grade,
               level (1 to 9, null where the grade is unmapped), staff_group, job_title, fte, started, ended (last day
               worked, null while it goes on), end_reason, destination, contract (the same throughout an employment;
               null where it is not recorded)
events         person, organisation, stage, opened_on, closed_on, outcome (both null while open)
conversations  person, organisation, facilitator, kind, held_on, next_due_on
truths         organisation, characteristic, group, what, relative

What is true in it
- Shares of each group by level are those of the Civil Service in 2021 (see `calibration`), in every organisation alike,
  for known answers, apart from the `truths`. So a gap by level for the whole system is there, and is calibrated; a gap
  between one organisation and the rest is there only where a truth says so. Promotion follows from the same shares.
- Sizes hold steady and levels drift up a little (about 0.03 a year), as promotions outweigh the level of joiners.
- `representation_level_ge_7`: the group's expected share at levels 7 to 9, on the last day, is `relative` times the
  calibrated one. What is seen is a draw, so a small group may by luck stand near what it should be.
- `leaving`: the rate of leaving the system is `relative` times that of all other organisations, for everyone there.
- `appointment`: the chance of a shortlisted person in the group to be appointed is `relative` times everyone else's.
- Leaving rises with age (people retire) and falls with service, everywhere alike; it does not depend on ethnicity, sex
  or disability. Silence varies between organisations, and does not depend on the true answer.
- Whoever is on a fixed-term contract leaves the system `contracts.LEAVES` times as often as somebody on any other with
  the same service in the same organisation. A contract says nothing else, and is drawn last.
- Names, working hours and offers are independent of every characteristic.
"""

from __future__ import annotations

from analytics.synthetic.grades import GRADES
from analytics.synthetic.system import System, make

__all__ = ["GRADES", "SMALL", "System", "make"]

SMALL: System


def __getattr__(name: str) -> System:
    """`SMALL`: 200 staff in two organisations over two years, made when first asked for."""
    if name != "SMALL":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    made = globals()["SMALL"] = make(staff=200, organisations=2, years=2)
    return made
