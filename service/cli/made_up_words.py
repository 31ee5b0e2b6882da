"""What made-up people said. Nobody said any of it: plain sentences such as somebody might write down."""

from collections.abc import Mapping, Sequence

SUMMARIES: Mapping[str, Sequence[str]] = {
    "initial": (
        "What the work is like now and what would make it better. Wants to try another service before choosing.",
        "We talked about more than the rota for once. Proud of the induction they run; nobody had asked about it.",
        "Likes the variety here. Would like to see how the council side works before deciding on a specialism.",
        "Came back to work last year and is ready for more. We listed what has gone well and what is still missing.",
        "Clear about the next role, less clear how people get there. We looked at the pathway together.",
        "Feels settled, and a little invisible. Wants feedback from somebody outside the team.",
    ),
    "follow_up": (
        "The shadowing went well. Next: a small project of their own, and a mentor from another organisation.",
        "The course place came through. We agreed how the team covers the study days.",
        "Two of the three actions are done. The third waits for a decision that is mine to chase.",
        "Applied, was not chosen, and wants to understand why. We asked the panel for feedback together.",
        "Has led the huddles for three months. Next: budget basics, and sitting in on a board meeting.",
        "Plans changed at home. A lateral move nearer is now more important than the next grade.",
    ),
    "stay": (
        "Enjoys the team. Would think of leaving if the rota stayed as it is; we agreed whom to ask and by when.",
        "Has been approached from outside. What would keep them: a fixed research day and a named mentor.",
        "Tired after winter. We agreed two changes to the week and to look again in six weeks.",
        "Staying, for the people. Wants to teach more and carry fewer bleeps.",
    ),
    "transition": (
        "The first months in the new role. A peer at the same level helped; time to think is missing.",
        "From doing to enabling: still answers every question first. We talked about handing over two decisions.",
        "Chairing across organisations is new. Would like to watch somebody who does it well.",
    ),
}
ASPIRATIONS = (
    "",
    "To lead a team within two years.",
    "To become a specialist rather than a manager.",
    "To work across health and social care.",
    "To stay in this role and become the person others learn from.",
    "A first step into leading, with part-time hours.",
    "A secondment to another organisation of the system.",
    "To move from clinical work into improvement or digital.",
)
BARRIERS = (
    "",
    "Study days are hard to cover.",
    "Does not know anybody who has made that move.",
    "Travel and childcare.",
    "The post asks for budget experience and there is no way to get it here.",
    "Interviews: has not had one for nine years.",
)
SUPPORT = (
    "",
    "A mentor outside the line.",
    "Two days a month on a project.",
    "Help to write evidence down as it happens.",
    "To shadow the role before applying.",
    "Protected time for the course.",
)
# What, the kind of support it is (a term's code), and whether the facilitator does it.
ACTIONS = (
    ("Shadow the service manager for two days", "shadowing", False),
    ("Write down two examples of leading change", "feedback", False),
    ("Ask the panel for written feedback", "feedback", True),
    ("Introduce to the improvement team at the council", "sponsor", True),
    ("Book the budget basics course", "course", False),
    ("Find a mentor from another organisation", "mentoring", True),
    ("Chair the next three team meetings", "stretch_project", False),
    ("Agree cover for study days with the rota lead", "study_time", True),
    ("Visit the community team for a morning", "shadowing", False),
    ("Draft an expression of interest for the secondment", "secondment", False),
    ("Set up a practice interview", "coaching", True),
    ("Join the action learning set in spring", "peer_group", False),
)
# By way of leading: the situation, and what happened.
EVIDENCE: Mapping[str, Sequence[tuple[str, str]]] = {
    "feeling": (
        (
            "A colleague went quiet after a complaint.",
            "I asked how they were before asking what happened. We wrote the answer together.",
        ),
        (
            "Two wards blamed each other for late discharges.",
            "I said out loud that everybody was tired. The meeting changed after that.",
        ),
    ),
    "perceiving": (
        (
            "Falls rose on night shifts and everybody knew why.",
            "I sat in for three nights. The reason was another one: the trolleys.",
        ),
        (
            "Families said that nobody told them anything.",
            "I listened to ten calls with their leave, and we changed when we ring.",
        ),
    ),
    "thinking": (
        (
            "Waiting times did not move however hard we worked.",
            "I drew the whole path on one sheet with those who run it. Two steps could go.",
        ),
        ("We had three plans for the same clinic.", "I asked what each was for. One question was left, and one plan."),
    ),
    "relating": (
        (
            "The council team and ours had never met.",
            "I walked over with biscuits and a list of people we share. We meet every other week now.",
        ),
        ("A volunteer felt in the way.", "I asked what she saw that we did not. Her list is on our wall."),
    ),
    "being": (
        ("I was asked for an answer that I did not have.", "I said so, and who might. It was easier than I thought."),
        ("A change I led did not work.", "I told the team what I had got wrong and what I would try next."),
    ),
    "doing": (
        (
            "Handover took forty minutes.",
            "We tried a board for a week, then another. It takes fifteen now, and we kept the second.",
        ),
        (
            "Forms were filled in twice.",
            "I tested leaving one out with two colleagues, then with all. Nobody has missed it.",
        ),
    ),
}
