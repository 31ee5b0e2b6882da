"""Requests, and where each person who was asked stands, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from service.kit.clock import UK
from service.kit.paging import Page
from service.people.schemas import Found
from service.talent.presenters.choices import Item, RoleForm, options, radio
from service.talent.rules.codes import (
    CLOSE_NAMES,
    REASON_NAMES,
    REQUEST_NAMES,
    Consent,
    Outcome,
    Referral,
    RequestState,
)
from service.talent.schemas.requests import ReferralOut, RequestDetail, RequestOut
from service.web.forms import Form
from service.web.presenters import day


def window(request: RequestOut) -> str:
    return f"{day(request.starts)} to {day(request.ends)}"


@dataclass(frozen=True, slots=True)
class ReferralLine:
    """Where one person and one request stand. `where` are the organisations of the reader."""

    held: ReferralOut
    where: frozenset[UUID] = frozenset()

    @property
    def asked_on(self) -> str:
        return day(self.held.asked_at.astimezone(UK).date())

    @property
    def stands(self) -> str:
        held = self.held
        if held.consent is Consent.WITHDRAWN:
            return "Withdrawn"
        if held.consent is Consent.DECLINED:
            return "Said no"
        if held.outcome:
            return (
                "Chosen"
                if held.outcome is Outcome.SELECTED
                else f"Not chosen. {REASON_NAMES[held.reason]}."
                if held.reason
                else "Not chosen"
            )
        if held.referral is Referral.NOT_REFERRED:
            return f"Not put forward. {REASON_NAMES[held.reason]}." if held.reason else "Not put forward"
        if held.referral:
            return "Put forward. Waits for a decision."
        return "Said yes. Waits to be put forward." if held.consent is Consent.AGREED else "Asked. No answer yet."

    @property
    def verb(self) -> str:
        """What to do, for a list of work."""
        if self.held.referral is None:
            return f"Say whether you put {self.held.name} forward for {self.held.request}"
        return f"Decide about {self.held.name} for {self.held.request}"

    @property
    def choices(self) -> list[Item]:
        """The two answers of whoever decides next, where that is the reader; none otherwise."""
        held = self.held
        if held.consent is not Consent.AGREED or held.outcome or held.referral is Referral.NOT_REFERRED:
            return []
        if held.referral is None:
            yes_no = {"referred": "Put them forward", "not_referred": "Do not put them forward"}
            return radio(yes_no, "") if held.organisation_id in self.where else []
        yes_no = {"selected": "Choose them", "not_selected": "Do not choose them"}
        return radio(yes_no, "") if held.requester_id in self.where else []

    @property
    def reasons(self) -> list[Item]:
        return options({code.value: name for code, name in REASON_NAMES.items()}, "", "No reason: the answer is yes")

    @property
    def is_to_answer(self) -> bool:
        return self.held.consent is Consent.ASKED

    @property
    def may_withdraw(self) -> bool:
        is_open = self.held.outcome is None and self.held.referral is not Referral.NOT_REFERRED
        return self.held.consent is Consent.AGREED and is_open


@dataclass(frozen=True, slots=True)
class RequestsPage(RoleForm):
    page: Page[RequestOut]
    state: RequestState

    @property
    def lines(self) -> list[tuple[RequestOut, str]]:
        return [(one, window(one)) for one in self.page.items]

    @property
    def states(self) -> list[tuple[str, str, bool]]:
        return [(code.value, name, code is self.state) for code, name in REQUEST_NAMES.items()]


@dataclass(frozen=True, slots=True)
class RequestPage:
    detail: RequestDetail
    where: frozenset[UUID]
    form: Form
    found: Sequence[Found] = ()
    search: str = ""
    refusal: str = ""
    at: UUID | None = None

    @property
    def request(self) -> RequestOut:
        return self.detail.request

    @property
    def is_ours(self) -> bool:
        return self.request.organisation_id in self.where

    @property
    def is_open(self) -> bool:
        return self.request.state is RequestState.OPEN

    @property
    def facts(self) -> list[tuple[str, str]]:
        request = self.request
        ended = f"{REQUEST_NAMES[request.state]} on {day(request.closed_on)}" if request.closed_on else "Open"
        why = f". {CLOSE_NAMES[request.reason]}." if request.reason else ""
        return [
            ("Who looks", request.organisation),
            ("Role", f"{request.family}, {request.level_name.lower()}"),
            ("When", window(request)),
            ("Needs", request.capability),
            ("Where it stands", ended + why),
        ]

    @property
    def lines(self) -> list[ReferralLine]:
        return [ReferralLine(one, self.where) for one in self.detail.referrals]

    @property
    def people(self) -> list[Item]:
        return [
            {
                "value": f"{one.organisation_id}.{one.person_id}",
                "text": f"{one.name}, {one.employee_number}, {one.organisation}",
            }
            for one in self.found
        ]

    @property
    def endings(self) -> list[Item]:
        names = {code.value: name for code, name in REQUEST_NAMES.items() if code is not RequestState.OPEN}
        return radio(names, self.form.value("state"))

    @property
    def reasons(self) -> list[Item]:
        names = {code.value: name for code, name in CLOSE_NAMES.items()}
        return options(names, self.form.value("reason"), "No reason: it was filled")
