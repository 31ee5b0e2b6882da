from typing import Any


def of_aspirations(rule: dict[str, Any]) -> dict[str, str]:
    return {
        "Measure": "People who want a kind of role, beside the people who hold one.",
        "Numerator": "People who said that they want work of this kind at this level or tier, there or anywhere.",
        "Denominator": "None. Nobody has to say what they want, so these people do not stand for all.",
        "Left out": "Whoever muted their aspiration: it is used for nothing. Whoever named no kind of work. Whoever"
        " named an organisation and hides from it. Hiding from other organisations changes nothing here: no figure is"
        " about one employer's own staff.",
        "People who hold one": "People whose main post on the day means a role of that kind there. Posts whose job"
        " title no role profile names are not in it.",
        "No such role": "Nobody held such a role there in the twelve months up to the day. Whether an employer has a"
        " kind of role is a fact about the employer, not a figure about a person.",
        "Few": f"Fewer people hold such a role than want one, or fewer than {rule['floor']} hold one.",
        "Order": "By kind of work, role and place. A long list begins with at most 15 wishes that most people share"
        " and no post meets: where a role could be made, not whose wish counts for more.",
        "Evidence": "What people said themselves, and assignments as the employers recorded them. Vacancies and offers"
        " are not in it yet.",
        "What it does not say": "Who wants what. Wishes that few people share are not here at all.",
    }
