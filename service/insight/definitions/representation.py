from typing import Any, Final

CONTACT: Final = "Ask whoever runs this service for your system."


def definition_of(characteristic_words: str, rule: dict[str, Any]) -> dict[str, str]:
    """Term -> meaning, in the order in which they are read. `rule` is the release's disclosure rule."""
    about = characteristic_words
    return {
        "Measure": f"Share of each level, by {about}, beside the share of the whole workforce.",
        "Numerator": "People of the group whose main assignment was open at that level on the day. Groups come"
        f" from their answers about {about}.",
        "Denominator": f"Everybody at that level on the day who has given an answer about {about}. Prefer not to"
        " say, not stated and not known are left out. Where that number is withheld, the shown counts of all groups"
        " together.",
        "Declared": "People with an answer, as a share of everybody at the level. Withheld where fewer than"
        f" {rule['floor']} gave none, and where it would give such a number away.",
        "Whole workforce": "The same share over all levels of the same organisation or system, grades without a"
        " level included.",
        "Range": "95% range (Wilson's interval) around the share: what could be by chance alone in a workforce of"
        " this size.",
        "Who is counted": "A person counts once in each organisation, at their main assignment there, and once in"
        " the whole system.",
        "Levels": "Grades are mapped to levels 1 to 9 by the system's crosswalk. A grade it does not name has no"
        " level and is never guessed.",
        "Rounding": f"Counts are rounded to the nearest {rule['base']}, and shares are worked out from rounded"
        " counts. Rows need not add up.",
        "Withheld": f"* stands for a figure about fewer than {rule['floor']} people, nobody included, or one that"
        " would give such a figure away.",
        "Between releases": "Differences between two releases are protected by rounding only. Do not subtract one"
        " from the other.",
        "What it does not say": "Why a share is as it is, whether anybody was treated unfairly, or how one"
        " organisation compares with another.",
    }
