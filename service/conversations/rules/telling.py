"""What people are told about conversations and plans: that something waits or has changed, never a word of it."""

from service.notices.rules import Kind

TO_AGREE = Kind(
    "conversations_to_agree",
    "A career conversation with you was written down: agree to the words or correct them",
    "The record of a career conversation waits for you to agree or correct.",
)
CORRECTED = Kind(
    "conversations_corrected",
    "The words of a career conversation of yours were corrected",
    "The record of a career conversation of yours was corrected.",
)
PLANNED = Kind(
    "conversations_planned",
    "A career conversation with you is planned for {about}",
    "A career conversation with you is planned.",
)
TO_HOLD = Kind(
    "conversations_to_hold",
    "A career conversation for you to hold is planned for {about}",
    "A career conversation is planned for you to hold.",
)
CALLED_OFF = Kind(
    "conversations_called_off",
    "A planned career conversation of yours will not go ahead",
    "A planned career conversation of yours will not go ahead.",
)
ASKED = Kind(
    "conversations_asked",
    "Somebody asked you for a career conversation",
    "Somebody asked you for a career conversation.",
)
REMINDED = Kind(
    "plans_reminded",
    "You were reminded of an action that you will do",
    "You were reminded of an action in a plan.",
)
