from typing import Any


def of_routes(rule: dict[str, Any]) -> dict[str, str]:
    return {
        "Measure": "People who went from a post in one role profile to their next post in another.",
        "Numerator": "People who took the step in the five years up to the day. Who took it twice counts once.",
        "Denominator": "None: this is not a chance of moving. For the share to another organisation: the people who"
        " took the step.",
        "Left out": "Secondments and acting up, from which people come back. Posts whose job title no role profile"
        " names. Moves within one role profile. Posts that begin more than 92 days after the one before ended, or more"
        " than 31 days sooner.",
        "Months before": "Median of the months spent in the role before, in any organisation, by those who took the"
        " step, to the nearest 3. People who have not moved are not in it, so it is not how long a step takes.",
        "What cannot be derived": "A route is shown only where a reader who knew how many left the role altogether, and"
        f" how many came to the other, could not work out a number below {rule['floor']}.",
        "Evidence": "Assignments as the employers recorded them, and the role profiles as published on the day.",
        "What it does not say": "Which way is best, or what your own chances are.",
    }
