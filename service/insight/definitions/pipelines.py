from typing import Any


def of_pipelines(rule: dict[str, Any]) -> dict[str, str]:
    return {
        "Measure": "Who is on the way to leading posts: how many are ready for the posts that fall free, who is at each"
        " stage, how far cases get, and how people new in leadership are supported.",
        "Numerator": "Of cover: people in a pipeline who are ready now, or ready soon. Of a stage: people of a group at"
        " it. Of conversion: cases that had progressed so many days after they opened. Of support: people for whom it"
        " was arranged within 14 days.",
        "Denominator": "Of cover: posts expected to fall free in the next year. Of a stage: people at it who gave an"
        " answer. Of conversion: all cases opened in the last two years, open ones as long as they were followed. Of"
        " support: people who began in a leadership tier in the last year, 14 days ago or more.",
        "Left out": "Memberships that nobody agreed to, that have lapsed or were left; pipelines that are closed;"
        " people without a post in the system. Conversations: only those that were agreed are copied, so none is"
        " open.",
        "Ready": "What the last review of the person said, with them. Nobody has a score, and nothing is predicted.",
        "Posts to fall free": "Substantive posts of that kind and level that were left in the last year, for whatever"
        " reason, unless the same person went on in another of the same kind, level and employer; and secondments,"
        " acting up and fixed terms whose last day lies in the next year. Kind of work comes from the role profile.",
        "Stages": "In a pipeline to posts at levels 7 to 9, on the day. Applied, shortlisted and appointed:"
        " opportunities at these levels, in the year up to the day. Took up a post: in post at levels 7 to 9 on the"
        " day and lower a year before. Each person is once at a stage. Levels 5 and 6, and 7 and 8, are as the report"
        " on levels shows them.",
        "Progressed": "Accepted, shortlisted, appointed or completed, as the stage asks. A case is followed from the"
        " day it opened; progressing, being turned down and withdrawing compete, and cases that are open count for as"
        " long as they were seen (Aalen and Johansen).",
        "Withdrew or left": "Withdrew, declined, or let it lapse; and people whose last post in the system ended while"
        " their case was open.",
        "Steps": "Shares of conversion are to the nearest 1%, 2% or 5%, by how many cases there are, and told of 100"
        " cases or more.",
        "Feel supported": "4 or 5 of 5 in the last check-in that the person answered. Only the number is copied. How"
        " many of those who were asked answered stands beside it.",
        "Range": "95% ranges: Wilson's interval around a share; of conversion, the interval on the log of minus the"
        " log.",
        "Evidence": "What was recorded here. What was done and not recorded counts as not done.",
        "What it does not say": "Who should be chosen. Ethnicity, sex and disability are counted here in aggregate and"
        " are no part of any decision, match or page about a person. Kinds of work and organisations are not ranked."
        f" Figures about fewer than {rule['floor']} people are withheld.",
    }
