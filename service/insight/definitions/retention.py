from typing import Any


def of_retention(rule: dict[str, Any]) -> dict[str, str]:
    return {
        "Measure": "Who stayed with their employer, who moved to another employer of the system, and who left the"
        " system, in the twelve months up to the day.",
        "Numerator": "Left the system: people whose last post in the system ended, for whatever reason, retirement"
        " among them. Left the employer: these, and people who moved to another employer of the system.",
        "Denominator": "The mean of the people there at the beginning and at the end of the twelve months. Of"
        " stability: the people there at the beginning.",
        "Left out": "Another post at the same employer is no leaving. Nor is a break that ends within the days that"
        " the system counts as none.",
        "Two rates": "Leaving the system and leaving the employer are told apart: somebody who moves inside the system"
        " is an exit for the employer, and none for the system.",
        "Stability": "People who were there at the beginning and are there at the end, as a share of those at the"
        " beginning. Who joined in between counts for nothing.",
        "Still in the system": "Of those who left an employer, the share who were with another employer of the system"
        " on the day. Who was said to move inside, and was found nowhere, counts as having left, and is told apart.",
        "Range": "95% range (Wilson's interval) around a rate or share: what could be by chance alone among so many"
        " people.",
        "Expected": "The people who would have left if those of the same age band, staff group and length of service"
        " left as often as in the rest of the system. Retirement and the end of a fixed-term contract are not in it."
        " Ethnicity, sex and disability are not in it, and never predict anything here.",
        "Flag": "More than 1.25 times as many as expected, and unlikely to be chance after allowing for all"
        " comparisons made and for how much employers differ (q of 0.10 or less). Whole organisations are one family;"
        " each staff group is another. No state says that all is well.",
        "After so many years": "The method of Aalen and Johansen: people are followed from the day they began, or from"
        " when they were first seen; leaving, moving, retiring and other ends stop one another. That of Kaplan and"
        " Meier would make leaving too large.",
        "Reasons": "What the employer recorded. Shares are of those about whom something is; about how many nothing is"
        " stands beside them.",
        "Flows": "Between organisations, every move counts. Between levels, people are where they stood on the day"
        " before the twelve months and on the last day.",
        "Supply": "People at a level now, moved on year by year with the rates at which people rise, fall, leave and"
        " join, as far as there are posts. Three scenarios: rates as they are, a fifth fewer leave, a fifth more rise.",
        "In role": "Of people who rose a level 12 to 24 months before the day, those at that level or a higher one in"
        " the system twelve months later, whichever employer.",
        "Evidence": "Posts and assignments as employers recorded them. Nobody is scored, and nothing here is about one"
        " person.",
        "What it does not say": "Why people leave, or who will. Fewer leavers than expected is not a sign that all is"
        f" well. Figures about fewer than {rule['floor']} people are withheld, and states with them.",
    }
