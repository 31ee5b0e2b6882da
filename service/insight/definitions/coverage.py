from typing import Any


def of_coverage(rule: dict[str, Any]) -> dict[str, str]:
    del rule
    return {
        "Measure": "Share of people with an agreed career conversation in the twelve months up to the day.",
        "Numerator": "People whose conversation was held in those twelve months, anywhere in the system, and who had"
        " agreed its record by the day.",
        "Denominator": "People with an open assignment on the day and on the same day a year before, in the same"
        " organisation: for the whole system, that of their main post. What lay in between is not looked at.",
        "Left out": "People who came within the year: they have a row of their own. A conversation that the person has"
        " not agreed counts as none, and a reason is never a conversation.",
        "Range": "95% range (Wilson's interval) around the share: what could be by chance alone among so many people.",
        "No next date": "People in the denominator whose last agreed conversation set no day for the next one, or one"
        " that has passed; and those who have never agreed one. As a share of the denominator.",
        "Reasons": "What the employer recorded within the year about people without one. Codes only. They are as known"
        " when the facts were copied, and go when the next conversation is held.",
        "First action": "People with a plan from an agreed conversation held 15 to 3 months before the day; of several,"
        " the first. Done within 90 days of the conversation. All were followed that long.",
        "Half had one done": "Median by the method of Kaplan and Meier: people with no action done are followed to the"
        " day, as are those who dropped theirs. To the nearest 5 days. Its range is where the 95% interval of the curve"
        " (log of minus log) passes one half.",
        "Headcount": "People here and people who came within the year add up to the headcount of the report on"
        " representation, but for rounding. How many came is a fact about posts, and is not withheld from anyone who"
        " compares the two.",
        "Evidence": "What the parties recorded and the person agreed. Nobody checked it.",
        "What it does not say": "How good a conversation was, whether anybody should have had one, or how any manager"
        " or facilitator is doing. There are no figures by manager, and there will be none.",
    }
