from typing import Any, Final

_BANDS: Final = (
    "Grades are system levels 1 to 9 by the system's crosswalk. Executive pay beyond level 9 is not told apart."
)


def of_wres(rule: dict[str, Any]) -> dict[str, str]:
    return {
        "Measure": "The indicators of the Workforce Race Equality Standard that staff records can give: 1 to 4 and 9.",
        "Numerator": "1: staff from ethnic minorities in the band. 2: shortlisted staff who were appointed. 3: staff"
        " who entered the formal disciplinary process. 4: staff who took up a place on development that is not"
        " mandatory. 9: board members from ethnic minorities.",
        "Denominator": "1: staff in the band who have given their ethnicity. 2: shortlisted staff about whom it was"
        " decided. 3 and 4: headcount. 9: board members who have given their ethnicity.",
        "Left out": "Staff who have not given their ethnicity have a column of their own, and are in no share and no"
        " likelihood.",
        "Likelihood": "2 and 4: white over ethnic minorities. 3: ethnic minorities over white. Above 1 is to the"
        " disadvantage of staff from ethnic minorities in all three.",
    } | _shared(rule)


def of_wdes(rule: dict[str, Any]) -> dict[str, str]:
    return {
        "Measure": "The metrics of the Workforce Disability Equality Standard that staff records can give: 1 to 3 and"
        " 10.",
        "Numerator": "1: disabled staff in the pay cluster. 2: shortlisted staff who were appointed. 3: staff who"
        " entered the formal capability process. 10: disabled board members.",
        "Denominator": "1: staff in the cluster who have said whether they are disabled. 2: shortlisted staff about"
        " whom it was decided. 3: headcount. 10: board members who have said whether they are disabled.",
        "Left out": "Staff who have not said whether they are disabled have a column of their own, and are in no share"
        " and no likelihood.",
        "Likelihood": "2: staff who are not disabled over disabled staff. 3: disabled staff over the others. Above 1 is"
        " to the disadvantage of disabled staff in both.",
        "Clusters": "1 is levels 1 to 4, 2 is levels 5 to 7, 3 and 4 are levels 8 and 9: levels do not tell the two"
        " apart.",
    } | _shared(rule)


def _shared(rule: dict[str, Any]) -> dict[str, str]:
    return {
        "Bands": _BANDS,
        "Clinical": "By the staff group of the main post. Medical and dental staff are apart from other clinical"
        " staff.",
        "Range": "95% range: Wilson's interval around a share, Koopman's around a likelihood.",
        "Supplied": "The staff survey, board seats and formal processes are not in the staff records of this service."
        " Organisations supply them as counts, and the newest of the last 18 months counts. What nobody supplied is"
        " told as not supplied, and never guessed. An engagement score is no count, and is not taken here.",
        "Evidence": "Posts and assignments as the employers recorded them, and answers that people gave.",
        "What it does not say": "Why a figure is as it is. It is not the submission itself: the submission takes pay"
        f" bands as they stand, and counts below {rule['floor']}, which are withheld here.",
    }
