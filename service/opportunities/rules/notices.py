"""What people are told of opportunities. A title is named; a reason or a note is read in the service alone."""

from service.notices.rules import Kind

REFERRED = Kind(
    "opportunities.referred",
    "Somebody thought of you for {about}",
    "Somebody thought of you for an opportunity.",
)
SHORTLISTED = Kind(
    "opportunities.shortlisted", "You are shortlisted for {about}", "An opportunity you are interested in has news."
)
NOT_SHORTLISTED = Kind(
    "opportunities.not_shortlisted",
    "You were not shortlisted for {about}. Read why, and what comes next",
    "An opportunity you are interested in has news.",
)
SELECTED = Kind(
    "opportunities.selected",
    "You were chosen for {about}. Say whether you accept",
    "An opportunity you are interested in has news.",
)
NOT_SELECTED = Kind(
    "opportunities.not_selected",
    "You were not chosen for {about}. Read why, and what comes next",
    "An opportunity you are interested in has news.",
)
TAKEN_BACK = Kind(
    "opportunities.taken_back", "{about} was withdrawn by the organisation", "An opportunity was withdrawn."
)
NEXT_STEP = Kind("opportunities.next_step", "There is a next step after {about}", "There is a next step for you.")
