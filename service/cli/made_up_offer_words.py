"""What made-up employers offer, and what made-up people write about it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """One kind of offer; `weeks` is how long it lasts, `place` is empty where it is online."""

    title: str
    kind: str
    summary: str
    doing: str
    dimension: str
    verbs: tuple[str, ...]
    priority: str
    levels: tuple[int | None, int | None]
    weeks: int
    places: int
    place: str = ""
    cost: int = 0
    is_external: bool = False
    in_order: bool = False


OFFERS: tuple[Words, ...] = (
    Words("Stepping into leadership", "programme", "Six days over four months for new leaders of a team.",
          "Six workshops, a project in your own team, and a learning set that stays together afterwards.", "relating",
          ("develop", "support"), "Leaders for community services", (5, 7), 18, 20, "Education Centre, Room 2"),
    Words("Coaching for your next step", "coaching", "Six conversations with a trained coach about what you want next.",
          "You and your coach agree the pace. Most people meet once a month, online.", "being",
          ("discover", "develop"), "Keeping experienced staff", (None, None), 26, 12, in_order=True),
    Words("A day in another service", "shadowing", "Spend a day with somebody whose work touches yours.",
          "You choose the service, agree two questions, and share what you saw with your team.", "perceiving",
          ("discover", "release"), "Joined-up care", (None, None), 1, 15, "Where the service is", in_order=True),
    Words("Improving the way home from hospital", "stretch_project", "A project of one day a week for four months.",
          "Work with people of three employers to take one delay out of going home. A sponsor on the board helps.",
          "doing", ("release", "develop"), "Joined-up care", (5, 8), 17, 8, "Across the system"),
    Words("Thinking well under pressure", "action_learning", "Seven people who help each other with real problems.",
          "Seven half days, one each month. You bring a problem, the others ask questions.", "thinking",
          ("develop", "retain"), "Leaders for community services", (6, 8), 30, 7),
    Words("Secondment to the system’s people team", "secondment", "Six months, two days a week, on how we keep staff.",
          "Join the team that plans for the workforce of all employers. Your own post is kept.", "thinking",
          ("release", "develop"), "Keeping experienced staff", (6, 8), 26, 3, "Civic Hall"),
    Words("A mentor from another employer", "mentoring", "A year with somebody who has done the job you like.",
          "Meet every six weeks, mostly online. Mentors and mentees start together with a half day.", "relating",
          ("support", "retain"), "Keeping experienced staff", (None, 7), 52, 25, in_order=True),
    Words("Twelve-week innovation challenge", "innovation_challenge", "A small team, a small fund and one idea.",
          "Come with an idea, find two others, and try it with somebody to help you measure it.", "doing",
          ("discover", "release"), "Better use of digital tools", (None, None), 12, 18, "Innovation Hub"),
    Words("Compassionate leadership", "programme", "Four days on leading with kindness when the work is hard.",
          "Practice in pairs, with actors, and in your own team between the days.", "feeling",
          ("support", "retain"), "Health and wellbeing of staff", (6, 9), 12, 24, "Training Centre, Hall A"),
    Words("Leading across boundaries", "programme", "For people who lead work that no single employer owns.",
          "Five days with leaders of councils, trusts and charities, and a shared piece of work.", "perceiving",
          ("develop", "release"), "Joined-up care", (7, 9), 20, 16, "Civic Hall", cost=850, is_external=True),
    Words("Finding your voice in the room", "programme", "Two days for people who are often the only one there.",
          "Speaking up, being heard and helping others to be, with a small group that meets again after three months.",
          "being", ("support", "develop"), "A workforce like the people we serve", (4, 7), 14, 16, in_order=True),
    Words("Data for people who do not like data", "programme", "Three mornings, online, with your own figures.",
          "Reading a chart, asking a good question of it, and telling others what it says.", "thinking",
          ("develop",), "Better use of digital tools", (None, 7), 3, 40, in_order=True),
)  # fmt: skip

SEASONS = ("winter", "spring", "summer", "autumn")
STATEMENTS = (
    "I have led small pieces of work and would like to do it with more confidence.",
    "My team is changing and I want to help people through it well.",
    "I would like to understand how other services work before I decide what is next for me.",
    "I have been in my role for five years and am ready for something that stretches me.",
    "My manager and I talked about this in my career conversation and agreed that now is a good time.",
)
NOTES = (
    "You were close. We keep a list for the next dates and would like you to apply again.",
    "Thank you for a clear application. Some experience of leading a piece of work would help next time.",
    "There were many more applications than places. Please look at the action learning sets too.",
)
FEEDBACK = (
    "The group was the best part. We still meet.",
    "Good, but the dates clashed with winter pressure.",
    "I use what we practised every week.",
    "More time on our own projects would have helped.",
)
NOMINATORS = ("Bronwen Parry", "Gareth Hughes", "Sunita Rao", "Helen Ashworth", "Marek Nowak")
