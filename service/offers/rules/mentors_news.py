"""What people are told about mentoring, in fixed words."""

from service.notices.rules import Kind

MENTOR_ASKED = Kind(
    "mentor_asked",
    "Somebody asked you to be their mentor or coach",
    "Somebody asked you to be their mentor or coach. Sign in to read it and to answer.",
)
MENTOR_ANSWERED = Kind(
    "mentor_answered",
    "Your request for a mentor or coach was answered",
    "Your request for a mentor or coach was answered. Sign in to read the answer.",
)
MENTORING_ENDED = Kind(
    "mentoring_ended",
    "A mentoring or coaching agreement of yours, or a request for one, has ended",
    "A mentoring or coaching agreement of yours, or a request for one, has ended. Sign in to see it.",
)
