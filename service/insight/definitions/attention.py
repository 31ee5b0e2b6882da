from typing import Any


def of_attention(rule: dict[str, Any]) -> dict[str, str]:
    fewest = max(10, rule["floor"])
    return {
        "Measure": "How many people of a group something was due to and was not done, beside the same elsewhere, and"
        " beside whether more people left the group than expected.",
        "Numerator": "People of the group to whom one of five things applies on the day (below). Each is counted on its"
        " own; a person to whom two apply is in both.",
        "Denominator": "People employed on the day and on the same day a year before, in the same organisation:"
        " for the whole system, that of their main post. The same people as in the report on career conversations.",
        "Left out": f"People who came within the year. Groups of fewer than {fewest} people.",
        "No agreed conversation": "No career conversation held in the twelve months up to the day, anywhere in the"
        " system, that the person agreed by the day.",
        "Plan past its day": "An action of a plan that came of an agreed conversation is open and its day has passed,"
        " by a year at most. What the action says is not copied.",
        "Secondment ending": "A secondment from this organisation ends within 90 days, and nobody has recorded that"
        " there is a post to return to, or that none is needed.",
        "Not chosen": "An application for an opportunity was not successful, and the days there were for a conversation"
        " (usually ten working days) passed without one, within the last year. Whoever wanted none is not counted.",
        "New in leadership": "A first post in a leadership tier, begun more than 14 days and less than a year ago, for"
        " which no coach, mentor, peer set or sponsor was arranged by the day.",
        "Elsewhere": "The same staff group in all other organisations together; for an organisation as a whole,"
        " everybody in all others; for a staff group of the whole system, all other staff. Worked out from the rounded"
        " counts shown.",
        "Range": "95% ranges: Wilson's interval around a share, Koopman's around the ratio of two. More or less than"
        " elsewhere is said only where the range of the ratio says so.",
        "Raised": "More people left the system than expected, as the report on who stays tells it: at least 1.25 times"
        " as many, and unlikely to be chance among all that was compared.",
        "Evidence": "What was recorded here. What was done and not recorded counts as not done.",
        "What it does not say": "Why anybody left, who will leave, or who any of these people are. Nobody has a score."
        " Ethnicity, sex and disability have no part in it; age only in how many were expected to leave.",
    }
