from typing import Any


def of_equity(rule: dict[str, Any]) -> dict[str, str]:
    return {
        "Measure": "How likely people of one group are to go on at each step of a career, beside a reference group.",
        "Numerator": "People of the group who went on: who had a career conversation, were offered development and"
        " answered, applied, were shortlisted, were appointed, moved to another employer of the system. Of senior"
        " posts: people at levels 7 to 9.",
        "Denominator": "Conversations and moves: people in post three years before the day. Offers: those of them who"
        " had a conversation. Applications: those offered development. Shortlisting and appointment: cases of the three"
        " years that were decided. Senior posts: people at levels 4 to 9 on the day; beside other organisations, people"
        " at levels 7 to 9 with a known answer.",
        "Left out": "Cases still open, which are told apart. Offers that nobody has answered yet. People without an"
        " answer about the characteristic, who are in no group. Age is not compared here.",
        "Ratio": "The share of the group that went on, divided by that of the reference, from rounded counts. Below 1"
        " is against the group. Its 95% range is Koopman's.",
        "Like for like": "The same ratio within staff group and level, put together (Mantel and Haenszel); the verdict"
        " goes by it. Not told where fewer than three staff groups and levels hold people of both.",
        "What it shows": "One of five states: flag, watch, no evidence of a material gap, uncertain, not enough data. A"
        " flag needs a ratio below 0.8 that is unlikely to be chance after allowing for all comparisons made. No state"
        " says that all is well.",
        "The system first": "A gap of the whole system is tested once over all organisations, each compared with"
        " itself. Who shares it is no flag of its own.",
        "Smallest gap": "The ratio nearest 1 that so many people would have shown four times in five.",
        "Declared": "People with a known answer, to the nearest 5%; not told of fewer than 100 people.",
        "Families": "One step and one characteristic, over all organisations; corrected together. The same pair the"
        " other way round is a family of its own.",
        "Two characteristics together": "People with an answer to both, at levels 7 to 9, in all other posts and"
        " everywhere, of the whole system only. Withheld where one of the four groups is small, or nearly all are from"
        " one organisation, which could take its own people off.",
        "Evidence": "Tier 1: posts, conversations, applications and decisions as they were recorded.",
        "What it does not say": "Why there is a gap, or that anybody meant one. A state is withheld wherever one of its"
        f" four counts is below {rule['floor']}, or would tell such a count.",
    }
