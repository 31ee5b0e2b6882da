from typing import Any


def of_retention(rule: dict[str, Any]) -> dict[str, str]:
    return {
        "Measure": "Who stayed with their employer, who moved to another employer of the system, and who left the"
        " system, in the twelve months up to the day.",
        "Numerator": "Left the system: people whose last post in the system ended, for whatever reason, retirement"
        " among them. Left the employer: these, and people who moved to another employer of the system.",
        "Denominator": "The mean of the people there at the beginning and at the end of the twelve months. Of"
        " stability: the people there at the beginning. Who is between two posts on a day is not there on it.",
        "Left out": "Another post at the same employer is no leaving. Nor is a break of up to 31 days."
        " The ledger of moves counts the same. Nor is maternity leave or a career break, where the post is kept:"
        " published figures of leaving active service count these as leavers, and are higher.",
        "Two rates": "Leaving the system and leaving the employer are told apart: somebody who moves inside the system"
        " is an exit for the employer, and none for the system.",
        "Stability": "People who were there at the beginning and are there at the end, as a share of those at the"
        " beginning. Who joined in between counts for nothing.",
        "Still in the system": "Of those who left an employer, the share who were with another employer of the system"
        " on the day. Who was said to move inside, and was found nowhere, counts as having left, and is told apart.",
        "Range": "95% range (Wilson's interval) around a rate or share: what could be by chance alone among so many"
        " people.",
        "Expected": "The people who would have left if those of the same age band and staff group, in their first year"
        " or not, left as often as in all other organisations. Retirement, the end of a fixed-term contract and other"
        " recorded ends are not in it."
        " Ethnicity, sex and disability are not in it, and never predict anything here.",
        "Flag": "More than 1.25 times as many as expected, and unlikely to be chance after allowing for all"
        " comparisons made and for how much employers differ (q of 0.10 or less; of 0.05 where fewer than ten are"
        " compared). Whole organisations are one family; each staff group of ten organisations or more is another, and"
        " the other staff groups are one. No state says that all is well.",
        "Limits": "How far the number of people who left would stray from the number expected if nothing but chance,"
        " and what such groups differ by anyway, were at work: 95 in 100 within the inner limits, 998 in 1,000 within"
        " the outer (Spiegelhalter 2005). A group outside is not flagged for that alone: a flag allows for the number"
        " of comparisons too. In a family of fewer than ten the limits are chance alone.",
        "Year by year": "Each year is as the rates of its day would tell it, from the record as it stands now: a move"
        " that was found later is a move. Who went in the last month of the newest year may still turn out to have"
        " moved. Years before the record began are not told, nor is a year of an employer whose own record began within"
        " it. A change is told only where the two ranges are apart, even if rounding moved both.",
        "After so many years": "The method of Aalen and Johansen: people are followed from the day they began, or from"
        " when they were first seen; leaving, moving, retiring and other ends stop one another. That of Kaplan and"
        " Meier would make leaving too large.",
        "Reasons": "What the employer recorded. Shares are of those about whom something is; about how many nothing is"
        " stands beside them.",
        "Flows": "Between organisations, every move counts. Between levels, people are where they stood on the day"
        " before the twelve months and on the last day.",
        "Full-time equivalents": "Withheld wherever the number of people is, where they are fewer than 10, and where"
        " the total less what is shown would come nearly all from one employer or two.",
        "Was the model wrong about a group": "People who left last year beside those that the model expected of the"
        " same people, by ethnicity, sex, disability and age. The model never sees these: the groups are told apart"
        " afterwards. It is told where 50 or more left and the whole range lies beyond 0.8 to 1.25.",
        "Supply": "People at a level now, moved on year by year with the rates at which people rise, fall, leave and"
        " join, as far as there are posts. Three scenarios: rates as they are, a fifth fewer leave, a fifth more rise.",
        "The next twelve months": "Of the whole system alone. A model of leaving, moving, retiring and going otherwise,"
        " month by month, by length of service, time since a move and since a promotion, staff group and working hours;"
        " without age, ethnicity, sex and disability. It is fitted on the year before last and tried on the last: of"
        " 100 people or more who went, observed over expected must be within 0.8 and 1.25, and of 200 or more the"
        " slope, which is 1 where differences between people are as large as expected, within 0.8 and 1.2. Only then is"
        " it fitted on the last year, and says how many of those here now may go. The range is a 95% range: chance, the"
        " error of the fit, and a change as large as last year's.",
        "In role": "Of people who rose a level 12 to 24 months before the day, those at that level or a higher one in"
        " the system twelve months later, whichever employer.",
        "Evidence": "Posts and assignments as employers recorded them. Nobody is scored, and nothing here is about one"
        " person.",
        "What it does not say": "Why people leave, or who will. Fewer leavers than expected is not a sign that all is"
        f" well. Figures about fewer than {rule['floor']} people are withheld, and states with them.",
    }
