"""The codes of opportunities, of interest in them and of what follows, and their names."""

from collections.abc import Mapping
from enum import StrEnum


class OpportunityKind(StrEnum):
    VACANCY = "vacancy"
    SECONDMENT = "secondment"
    GIG = "gig"
    ACTING_UP = "acting_up"
    SHADOWING = "shadowing"
    BOARD_OBSERVER = "board_observer"


class OpportunityState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    SHORTLISTING = "shortlisting"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class RiskShare(StrEnum):
    """How the employers share what may go wrong when somebody works for another one for a time."""

    NIL = "nil"
    SHARED = "shared"


class Route(StrEnum):
    """How somebody came to say that they are interested."""

    SELF = "self"
    REFERRAL = "referral"


class InterestState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    SHORTLISTED = "shortlisted"
    NOT_SHORTLISTED = "not_shortlisted"
    SELECTED = "selected"
    NOT_SELECTED = "not_selected"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    STARTED = "started"
    WITHDRAWN = "withdrawn"


class Reason(StrEnum):
    """Why somebody was not chosen or, for the last two, was."""

    ESSENTIAL_NOT_SHOWN = "essential_not_shown"
    EXPERIENCE_AT_LEVEL = "experience_at_level"
    REGISTRATION_MISSING = "registration_missing"
    OTHERS_SHOWED_MORE = "others_showed_more"
    DATES_DO_NOT_FIT = "dates_do_not_fit"
    RELEASE_NOT_AGREED = "release_not_agreed"
    OPPORTUNITY_CHANGED = "opportunity_changed"
    TIE_BROKEN = "tie_broken"
    MERIT = "merit"
    TIE_BREAK = "tie_break"


class ReferralState(StrEnum):
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class NextStep(StrEnum):
    """What somebody who was not chosen does next, agreed with them."""

    DEVELOPMENT_OFFER = "development_offer"
    MENTOR = "mentor"
    SHADOWING = "shadowing"
    EVIDENCE = "evidence"
    ANOTHER_OPPORTUNITY = "another_opportunity"
    APPLY_AGAIN = "apply_again"
    FOLLOW_UP = "follow_up"
    NOTHING_WANTED = "nothing_wanted"


KIND_NAMES: Mapping[OpportunityKind, str] = {
    OpportunityKind.VACANCY: "Vacancy",
    OpportunityKind.SECONDMENT: "Secondment",
    OpportunityKind.GIG: "Project or gig",
    OpportunityKind.ACTING_UP: "Acting up",
    OpportunityKind.SHADOWING: "Shadowing",
    OpportunityKind.BOARD_OBSERVER: "Board observer",
}
KIND_HINTS: Mapping[OpportunityKind, str] = {
    OpportunityKind.VACANCY: "A post to move into",
    OpportunityKind.SECONDMENT: "Another post for a time, with a post kept to come back to",
    OpportunityKind.GIG: "A piece of work beside the usual post",
    OpportunityKind.ACTING_UP: "A more senior post for a time",
    OpportunityKind.SHADOWING: "Days beside somebody who does the work",
    OpportunityKind.BOARD_OBSERVER: "A seat at a board, without a vote",
}
STATE_NAMES: Mapping[OpportunityState, str] = {
    OpportunityState.DRAFT: "Draft",
    OpportunityState.PUBLISHED: "Published",
    OpportunityState.SHORTLISTING: "Shortlist made",
    OpportunityState.DECIDED: "Decided",
    OpportunityState.WITHDRAWN: "Withdrawn",
}
INTEREST_NAMES: Mapping[InterestState, str] = {
    InterestState.DRAFT: "Not sent yet",
    InterestState.SUBMITTED: "Sent",
    InterestState.SHORTLISTED: "Shortlisted",
    InterestState.NOT_SHORTLISTED: "Not shortlisted",
    InterestState.SELECTED: "Chosen",
    InterestState.NOT_SELECTED: "Not chosen",
    InterestState.ACCEPTED: "Accepted",
    InterestState.DECLINED: "Said no",
    InterestState.STARTED: "Started",
    InterestState.WITHDRAWN: "Withdrawn",
}
REASON_NAMES: Mapping[Reason, str] = {
    Reason.ESSENTIAL_NOT_SHOWN: "Something essential to the role was not shown yet",
    Reason.EXPERIENCE_AT_LEVEL: "More experience at this level was looked for",
    Reason.REGISTRATION_MISSING: "A registration or qualification was missing",
    Reason.OTHERS_SHOWED_MORE: "Others showed more of what was asked",
    Reason.DATES_DO_NOT_FIT: "The dates or hours did not fit",
    Reason.RELEASE_NOT_AGREED: "Release from the present post could not be agreed",
    Reason.OPPORTUNITY_CHANGED: "The opportunity changed or was taken back",
    Reason.TIE_BROKEN: "Equally qualified, and a recorded tie-break decided",
    Reason.MERIT: "Chosen on what was asked for",
    Reason.TIE_BREAK: "Equally qualified, chosen under section 159 of the Equality Act 2010",
}
NEXT_STEP_NAMES: Mapping[NextStep, str] = {
    NextStep.DEVELOPMENT_OFFER: "A development offer to apply for",
    NextStep.MENTOR: "A mentor or coach",
    NextStep.SHADOWING: "Time beside somebody who does the work",
    NextStep.EVIDENCE: "Evidence to gather for the next time",
    NextStep.ANOTHER_OPPORTUNITY: "Another opportunity that is open now",
    NextStep.APPLY_AGAIN: "Try again when it comes up",
    NextStep.FOLLOW_UP: "Another conversation on a set date",
    NextStep.NOTHING_WANTED: "They want no next step",
}
