"""What made-up opportunities say, and what made-up people say for themselves. Nobody said any of it."""

from collections.abc import Mapping, Sequence

OPENINGS: Mapping[str, Sequence[str]] = {
    "vacancy": (
        "We look for somebody as {role} who likes working across teams. You will have a mentor at first.",
        "A permanent post as {role}. The team knows each other and what it wants to change.",
        "Our {role} retires in spring. Come and see us before you apply: the team will show you round.",
    ),
    "secondment": (
        "Six to twelve months as {role} with us, while your own post is kept. You bring new eyes.",
        "We set up a service that crosses two employers and need a second pair of eyes: yours, as {role}.",
    ),
    "gig": (
        "Two days a week beside your own job: help us change how people leave hospital. Our {role} helps.",
        "A short piece of work on how referrals travel between us. You would lead it with one of our analysts.",
    ),
    "acting_up": (
        "Act up as {role} while the holder of the post is on leave. You will have support from the first day.",
        "Our {role} is seconded out. Step up until they are back, with a peer in the same place next door.",
    ),
    "shadowing": (
        "Three days beside our {role}. You choose the days; we talk about what you saw afterwards.",
        "See a week in the life of our {role}, from the first meeting to the last phone call.",
    ),
    "board_observer": (
        "Sit at our board for a year beside our {role}, with the papers and a director to ask. No vote.",
    ),
}
STATEMENTS: Sequence[str] = (
    "I have led our huddles for a year and brought the waiting list down with the team. I want to do that with others.",
    "I know the community side and would like to learn how the ward thinks. I bring contacts on both.",
    "I have covered this role twice for a few weeks. I would like to do it properly, and to be told how it went.",
    "I am not sure that I am ready, and two colleagues said that I am. I would like to find out.",
    "I started the induction that new starters now ask for. This is the same for more people.",
    "My evidence says it better than I can. I am happy to talk about any of it.",
    "I want to stay in the system and to see another part of it. Part-time hours would suit me.",
    "",
)
