"""The codes of this room, and how each is said to a person. No number stands for anybody: readiness is a dated
statement in words, with what it rests on.
"""

from collections.abc import Mapping
from enum import StrEnum


class Stage(StrEnum):
    FEEDER = "feeder"
    DEVELOPING = "developing"
    READY_SOON = "ready_soon"
    READY_NOW = "ready_now"
    PLACED = "placed"


class PipelineState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Entry(StrEnum):
    SELF = "self"
    MANAGER = "manager"
    PEER = "peer"


class MemberState(StrEnum):
    ASKED = "asked"
    CURRENT = "current"
    DECLINED = "declined"
    LEFT = "left"


class Step(StrEnum):
    NOMINATED = "nominated"
    ENTERED = "entered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REVIEWED = "reviewed"
    OBJECTED = "objected"
    LEFT = "left"


class RequestState(StrEnum):
    OPEN = "open"
    FILLED = "filled"
    WITHDRAWN = "withdrawn"
    UNFILLED = "unfilled"


class CloseReason(StrEnum):
    NO_LONGER_NEEDED = "no_longer_needed"
    NO_FUNDING = "no_funding"
    COVERED_ANOTHER_WAY = "covered_another_way"
    NOBODY_CAME_FORWARD = "nobody_came_forward"
    SKILLS_NOT_FOUND = "skills_not_found"
    DATES_DID_NOT_FIT = "dates_did_not_fit"


class Consent(StrEnum):
    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Referral(StrEnum):
    REFERRED = "referred"
    NOT_REFERRED = "not_referred"


class Outcome(StrEnum):
    SELECTED = "selected"
    NOT_SELECTED = "not_selected"


class Reason(StrEnum):
    NEEDS_NOT_MET = "needs_not_met"
    DATES_DO_NOT_FIT = "dates_do_not_fit"
    NEEDED_WHERE_THEY_ARE = "needed_where_they_are"
    ANOTHER_FITTED_BETTER = "another_fitted_better"
    PLACE_TOO_FAR = "place_too_far"
    REQUEST_CHANGED = "request_changed"


class Subject(StrEnum):
    PERSON = "person"
    TEAM = "team"
    PRACTICE = "practice"
    CONNECTION = "connection"


class ThreadState(StrEnum):
    ASKED = "asked"
    OPEN = "open"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Condition(StrEnum):
    TIME = "time"
    TRUST_OF_A_LEADER = "trust_of_a_leader"
    ROOM_TO_TRY = "room_to_try"
    MENTOR = "mentor"
    PEERS = "peers"
    OTHER_ORGANISATION = "other_organisation"
    DATA = "data"
    MONEY = "money"
    PEOPLE_WHO_USE_SERVICES = "people_who_use_services"
    CLEAR_PURPOSE = "clear_purpose"


STAGE_NAMES: Mapping[Stage, str] = {
    Stage.FEEDER: "On the way in",
    Stage.DEVELOPING: "Developing",
    Stage.READY_SOON: "Could step up soon",
    Stage.READY_NOW: "Could step up now",
    Stage.PLACED: "In the role",
}
STAGE_WORDS: Mapping[Stage, str] = {
    Stage.FEEDER: "has entered, and has talked with nobody about it yet",
    Stage.DEVELOPING: "could do the role in two to five years, with support",
    Stage.READY_SOON: "could do the role in one to two years",
    Stage.READY_NOW: "could do the role in six to twelve months",
    Stage.PLACED: "does a role of this kind now",
}
# What counts as cover of a role, the nearest first.
COVER = (Stage.READY_NOW, Stage.READY_SOON, Stage.DEVELOPING)

ENTRY_NAMES: Mapping[Entry, str] = {
    Entry.SELF: "Put themselves forward",
    Entry.MANAGER: "Put forward by somebody who works with them in HR or holds their conversations",
    Entry.PEER: "Put forward by a colleague",
}
STEP_NAMES: Mapping[Step, str] = {
    Step.NOMINATED: "Put forward",
    Step.ENTERED: "Entered",
    Step.ACCEPTED: "Said yes",
    Step.DECLINED: "Said no",
    Step.REVIEWED: "Reviewed",
    Step.OBJECTED: "Did not agree",
    Step.LEFT: "Left",
}
REQUEST_NAMES: Mapping[RequestState, str] = {
    RequestState.OPEN: "Open",
    RequestState.FILLED: "Filled",
    RequestState.WITHDRAWN: "Withdrawn",
    RequestState.UNFILLED: "Not filled",
}
CLOSE_NAMES: Mapping[CloseReason, str] = {
    CloseReason.NO_LONGER_NEEDED: "The work is no longer needed",
    CloseReason.NO_FUNDING: "There is no money for it",
    CloseReason.COVERED_ANOTHER_WAY: "It was covered in another way",
    CloseReason.NOBODY_CAME_FORWARD: "Nobody came forward",
    CloseReason.SKILLS_NOT_FOUND: "Nobody had what was needed",
    CloseReason.DATES_DID_NOT_FIT: "The dates did not fit",
}
REASON_NAMES: Mapping[Reason, str] = {
    Reason.NEEDS_NOT_MET: "Something that is needed is not there yet",
    Reason.DATES_DO_NOT_FIT: "The dates do not fit",
    Reason.NEEDED_WHERE_THEY_ARE: "Their team cannot spare them now",
    Reason.ANOTHER_FITTED_BETTER: "Somebody else fitted what was needed more closely",
    Reason.PLACE_TOO_FAR: "The place is too far",
    Reason.REQUEST_CHANGED: "The request changed",
}
SUBJECT_NAMES: Mapping[Subject, str] = {
    Subject.PERSON: "A person",
    Subject.TEAM: "A team",
    Subject.PRACTICE: "A way of doing things",
    Subject.CONNECTION: "A connection between people or places",
}
CONDITION_NAMES: Mapping[Condition, str] = {
    Condition.TIME: "Time set aside for it",
    Condition.TRUST_OF_A_LEADER: "A leader who trusted them",
    Condition.ROOM_TO_TRY: "Room to try, and to be wrong",
    Condition.MENTOR: "A mentor, coach or sponsor",
    Condition.PEERS: "Peers who did it too",
    Condition.OTHER_ORGANISATION: "A link with another organisation",
    Condition.DATA: "Figures they could see for themselves",
    Condition.MONEY: "Money",
    Condition.PEOPLE_WHO_USE_SERVICES: "People who use the service took part",
    Condition.CLEAR_PURPOSE: "Everybody knew what it was for",
}
