"""What people are told about themselves. Fixed words: never what somebody wrote."""

from service.notices.rules import Kind

NOMINATED = Kind(
    "talent_nominated",
    "Somebody put you forward: {about}. Nothing happens unless you say yes.",
    "Somebody put you forward for something in Ridgeway. Nothing happens unless you say yes.",
)
REVIEWED = Kind(
    "talent_reviewed",
    "Your place was reviewed: {about}. See what was said, and say if you do not agree.",
    "Your place on a way to step up was reviewed.",
)
ASKED = Kind(
    "talent_asked",
    "Your employer asks whether it may put you forward: {about}",
    "Your employer asks you a question in Ridgeway.",
)
REFERRED = Kind("talent_referred", "You were put forward: {about}", "There is news about a request you said yes to.")
DECIDED = Kind(
    "talent_decided",
    "There is a decision about a request you said yes to: {about}",
    "There is a decision about a request you said yes to.",
)
THREAD = Kind(
    "talent_thread",
    "Somebody would like to follow what you do: {about}. Nothing happens unless you say yes.",
    "Somebody would like to follow what you do. Nothing happens unless you say yes.",
)

THREAD_CRITERIA = (
    "Something works better than anybody expected, and others notice it.",
    "It happens in real work, across a team, a service or an employer.",
    "We do not yet know why it flourishes, and could learn from it.",
)
