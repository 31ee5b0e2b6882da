"""One call makes one thing, with sensible defaults, in the real database: `await make.person()`, `await
make.hr_partner(organisation)`.
"""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from service.access.grants import Role
from service.access.tables import Account, Grant, SignIn
from service.capabilities.tables import CapabilityDimension, CapabilityFramework, RoleProfile
from service.conversations.tables import (
    Conversation,
    ConversationRequest,
    ConversationState,
    PlanAction,
    PlanActionState,
    Wording,
)
from service.insight.tables import KnowHow, KnowHowVersion, Release, ReleaseTable
from service.kit.clock import today
from service.kit.db import Base
from service.kit.ids import new_id
from service.mobility.tables import MobilityEvent, MovePair, Secondment
from service.notices.tables import Notice
from service.offers.tables import (
    Asset,
    InclusionCheck,
    Mentor,
    MentorRequest,
    MentorRequestState,
    Offer,
    OfferApplication,
    OfferApplicationState,
    OfferCohort,
    OfferPartner,
    OfferSeats,
    PositiveActionRecord,
)
from service.opportunities.tables import Aftercare, Interest, InterestState, InterestStatement, Opportunity, Referral
from service.organisations.tables import Organisation
from service.pathways.tables import Evidence, PathwayStep, Transition, TransitionCheckIn
from service.people.tables import Employment, EqualityAnswer, Person
from service.posts.tables import Assignment
from service.prompts.tables import PromptShare
from service.talent.tables import (
    CriticalRole,
    MembershipState,
    Pipeline,
    PipelineMembership,
    PotentialThread,
    RequestReferral,
    TalentRequest,
)

# An identifier that nothing has. The same in every process: the workers of a run must collect the same tests.
NOBODY = "3f0b6c1e-0000-4000-8000-000000000000"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An account with a live session."""

    account_id: UUID
    person_id: UUID | None
    token: str
    name: str

    @property
    def person(self) -> UUID:
        """The person that this account is, for accounts that are one."""
        assert self.person_id
        return self.person_id


@dataclass
class Builder:
    admin: AsyncEngine
    _numbers: dict[UUID, int] = field(default_factory=dict)

    async def organisation(self, **given: Any) -> UUID:
        code = f"T{uuid4().hex[:8].upper()}"
        return await self._add(Organisation, {"code": code, "name": f"Organisation {code}", "kind": "trust", **given})

    async def person(
        self, *organisations: UUID, given_name: str = "Amara", family_name: str = "Okafor", **given: Any
    ) -> UUID:
        """A person, employed by each of the organisations named."""
        person_id = await self._add(
            Person, {"given_name": given_name, "family_name": family_name, "birth_date": date(1985, 5, 17), **given}
        )
        for organisation_id in organisations:
            await self.employment(organisation_id, person_id, listed_as=f"{family_name}, {given_name}")
        return person_id

    async def employment(self, organisation_id: UUID, person_id: UUID, **given: Any) -> None:
        number = self._numbers[organisation_id] = self._numbers.get(organisation_id, 0) + 1
        row = {
            "organisation_id": organisation_id,
            "person_id": person_id,
            "employee_number": f"{number:06}-{uuid4().hex[:4]}",
            "listed_as": "Okafor, Amara",
        }
        await self._insert(Employment, row | given)

    async def assignment(self, organisation_id: UUID, person_id: UUID, **given: Any) -> UUID:
        who = {"organisation_id": organisation_id, "person_id": person_id}
        job = {"job_title": "Staff nurse", "grade_scheme": "afc", "grade": "5", "staff_group": "nursing_midwifery"}
        term = {"kind": "substantive", "fte": 1, "started": date(2024, 3, 1)}
        return await self._add(Assignment, who | job | term | given)

    async def equality(self, person_id: UUID, characteristic: str, code: str) -> None:
        row = {
            "person_id": person_id,
            "characteristic": characteristic,
            "code": code,
            "code_list": characteristic,
            "code_list_version": "1",
            "source": "employer",
        }
        await self._insert(EqualityAnswer, row)

    async def note(
        self, organisation_id: UUID | None, about: str = "coverage", words: str = "We began in spring."
    ) -> UUID:
        """What an organisation, or without one the system, knows beside a measure."""
        made = await self._add(KnowHow, {"organisation_id": organisation_id, "about": about})
        said = {"note_id": made, "version": 1, "words": words, "is_withdrawn": False}
        await self._insert(KnowHowVersion, said | {"author_id": new_id(), "author": "Nia Rees"})
        return made

    async def conversation(self, organisation_id: UUID, person_id: UUID, facilitator_id: UUID, **given: Any) -> UUID:
        """One that was held; planned with `scheduled_at`, agreed with `agreed=True`."""
        summary, agreed = given.pop("summary", "Wants to lead a ward."), given.pop("agreed", False)
        who = {"organisation_id": organisation_id, "person_id": person_id, "kind": "initial"}
        parties = {"facilitator_id": facilitator_id, "recorded_by_id": facilitator_id}
        when = {} if "scheduled_at" in given else {"held_on": date(2026, 9, 1)}
        made = await self._add(Conversation, who | parties | when | given)
        key = {"person_id": person_id, "conversation_id": made}
        if when:
            await self._insert(Wording, {**key, "number": 1, "written_by_id": facilitator_id, "summary": summary})
        await self._state(key, 1, "held" if when else "planned", facilitator_id)
        if agreed:
            await self._state(key, 2, "agreed", person_id, wording=1)
        return made

    async def _state(self, key: dict[str, UUID], number: int, state: str, by: UUID, **more: Any) -> None:
        await self._insert(ConversationState, {**key, "number": number, "state": state, "by_id": by, **more})

    async def framework(self, **given: Any) -> str:
        """A published framework with one dimension, "listening". Its code."""
        code = f"f{uuid4().hex[:10]}"
        head = {"code": code, "version": 1, "name": f"Framework {code}", "kind": "behaviours", "approved_by": "A"}
        await self._insert(CapabilityFramework, head | {"approved_on": date(2026, 11, 1)} | given)
        version = {"framework_code": given.get("code", code), "framework_version": given.get("version", 1)}
        await self._insert(CapabilityDimension, version | {"code": "listening", "name": "Listening", "place": 1})
        return version["framework_code"]

    async def role(self, **given: Any) -> UUID:
        """A role of the voluntary sector at level 5 that no other post's title finds."""
        code = f"r{uuid4().hex[:10]}"
        row = {
            "family_code": "voluntary",
            "level": 5,
            "code": code,
            "title": f"Role {code}",
            "titles": [f"role {code}"],
        }
        return await self._add(RoleProfile, row | given)

    async def many_roles(self, number: int) -> list[UUID]:
        """As many roles at once, spread over the nine levels: for measuring what a large system costs."""
        mark, keys = uuid4().hex[:8], [new_id() for _ in range(number)]
        rows = [
            {"id": key, "family_code": "voluntary", "level": n % 9 + 1, "code": f"{mark}-{n}",
             "title": f"Role {mark} {n}", "titles": [f"role {mark} {n}", f"other {mark} {n}"]}
            for n, key in enumerate(keys)
        ]  # fmt: skip
        async with self.admin.begin() as connection:
            await connection.execute(insert(RoleProfile), rows)
        return keys

    async def step(self, from_role: UUID | None = None, to_role: UUID | None = None, **given: Any) -> UUID:
        """A published step, between two new roles unless they are named."""
        between = {"from_profile_id": from_role or await self.role(), "to_profile_id": to_role or await self.role()}
        return await self._add(PathwayStep, between | {"kind": "lateral", "typical_months": 24} | given)

    async def evidence(self, person_id: UUID, organisation_id: UUID | None = None, **given: Any) -> UUID:
        about = {"framework_code": "ways", "framework_version": 1, "dimension_code": "relating"}
        told = {"happened_on": date(2026, 9, 1), "situation": "A full ward.", "what_happened": "We asked for help."}
        where = {"person_id": person_id, "organisation_id": organisation_id}
        return await self._add(Evidence, {**where, **about, **told, **given})

    async def transition(
        self, organisation_id: UUID, person_id: UUID, assignment_id: UUID | None = None, **given: Any
    ) -> UUID:
        """Somebody new as an enabled leader, who will be asked how it goes after 30, 90 and 180 days."""
        post = assignment_id or await self.assignment(
            organisation_id, person_id, job_title="Ward manager", grade="7", fte="0.5"
        )
        where = {"person_id": person_id, "organisation_id": organisation_id}
        started = given.pop("started_on", date(2026, 11, 2))
        row = {**where, "assignment_id": post, "to_tier": "enabled_leader", "started_on": started, **given}
        key = await self._add(Transition, row)
        for day in (30, 90, 180):
            due = started + timedelta(days=day)
            await self._insert(TransitionCheckIn, where | {"transition_id": key, "day": day, "due_on": due})
        return key

    async def plan_action(self, organisation_id: UUID, person_id: UUID, **given: Any) -> UUID:
        """In the person's own plan; with `conversation_id` and `facilitator_id` it was agreed."""
        who = {"organisation_id": organisation_id, "person_id": person_id, "owner_id": person_id}
        made = await self._add(PlanAction, who | {"text": "Find a mentor"} | given)
        state = {"person_id": person_id, "action_id": made, "number": 1, "state": "open", "by_id": person_id}
        await self._insert(PlanActionState, state)
        return made

    async def request(self, organisation_id: UUID, person_id: UUID, **given: Any) -> UUID:
        """Somebody asks for a conversation; `asked_of_id` is whom, where it is not whoever arranges them."""
        who = {"organisation_id": organisation_id, "person_id": person_id}
        return await self._add(ConversationRequest, who | {"kind": "follow_up"} | given)

    async def moves(self, person_id: UUID) -> dict[str, UUID]:
        """kind -> the newest move of that kind that counts: they follow from the assignments that were made."""
        asked = select(MobilityEvent.kind, MobilityEvent.id).where(
            MobilityEvent.person_id == person_id, MobilityEvent.superseded_at.is_(None)
        )
        async with self.admin.connect() as connection:
            rows = await connection.execute(asked.order_by(MobilityEvent.recorded_at, MobilityEvent.id))
            return {row.kind: row.id for row in rows}

    async def pair(self, left: UUID, joined: UUID, **given: Any) -> UUID:
        """Somebody left one organisation, and another record joined the other ten days later."""
        name = {"family_name": given.pop("family_name", "Okafor")}
        leaver, joiner = await self.person(left, **name), await self.person(joined, **name)
        await self.assignment(left, leaver, started=date(2020, 1, 6), ended=date(2026, 9, 30))
        await self.assignment(joined, joiner, started=date(2026, 10, 11))
        legs = {
            "leaver_person_id": leaver,
            "leaver_event_id": (await self.moves(leaver))["leaver"],
            "joiner_person_id": joiner,
            "joiner_event_id": (await self.moves(joiner))["joiner"],
        }
        places = {"leaver_organisation_id": left, "joiner_organisation_id": joined}
        why = {"basis": "likeness", "gap_days": 10, "name_likeness": 100, "birth_dates": "same"}
        return await self._add(MovePair, legs | places | why | {"same_number": False, "has_rival": False} | given)

    async def secondment(self, home: UUID, host: UUID, person_id: UUID, **given: Any) -> UUID:
        """Runs from September 2026 to August 2027."""
        where = {"home_organisation_id": home, "host_organisation_id": host, "person_id": person_id}
        when = {"agreed_on": date(2026, 7, 1), "starts": date(2026, 9, 1), "ends": date(2027, 8, 31)}
        row = where | when | {"home_pays": 50, "backfill": "acting_up"} | given
        return await self._add(Secondment, {"first_end": row["ends"], **row})

    async def notice(self, person_id: UUID, **given: Any) -> UUID:
        """Something that somebody was told, with no email to come of it."""
        told = {"kind": "asked", "headline": "Somebody asked you", "link": "/me/plan", "mail": "You were asked."}
        return await self._add(Notice, {"person_id": person_id, "is_urgent": False, **told, **given})

    async def offer(self, organisation_id: UUID, *partners: UUID, **given: Any) -> UUID:
        """Published and open now, to everybody of the partners' organisations; by decision unless `place_rule` says."""
        about = {
            "framework_code": "ways",
            "framework_version": 1,
            "dimension_code": "relating",
            "priority": "Retention",
        }
        when = {
            "opens_on": date(2026, 1, 5),
            "closes_on": date(2037, 1, 5),
            "published_at": datetime(2026, 1, 5, tzinfo=UTC),
        }
        what = {"title": "Leading a team well", "kind": "programme", "provider_kind": "in_system", "state": "published"}
        row = {
            "organisation_id": organisation_id,
            "verbs": ["develop"],
            "summary": "Six days.",
            **what,
            **about,
            **when,
        }
        made = await self._add(Offer, row | {"is_for_some": bool(partners)} | given)
        for partner in partners:
            key = {"organisation_id": organisation_id, "offer_id": made}
            await self._insert(OfferPartner, {**key, "partner_organisation_id": partner})
        return made

    async def mentor(self, person_id: UUID, **given: Any) -> UUID:
        """Somebody who offers to mentor two people on relating to others."""
        how = {"kind": "mentor", "capacity": 2, "topics": ["ways.relating"], "ways": ["video"]}
        await self._insert(Mentor, {"person_id": person_id, "level_from": 1, "level_to": 9, **how, **given})
        return person_id

    async def mentor_request(self, person_id: UUID, mentor_id: UUID, *states: str, **given: Any) -> UUID:
        """Asked; then these states, by the mentor."""
        about = {"person_id": person_id, "mentor_id": mentor_id, "words": "I want to lead a team."}
        made = await self._add(MentorRequest, about | given)
        for number, state in enumerate(("asked", *states), 1):
            key = {"person_id": person_id, "request_id": made, "number": number, "state": state}
            why = {"reason": "no_time" if state == "declined" else None}
            await self._insert(MentorRequestState, {**key, "by_id": mentor_id if number > 1 else person_id, **why})
        return made

    async def asset(self, organisation_id: UUID, **given: Any) -> UUID:
        what = {"kind": "room", "what": "Training room for 20", "how_to_borrow": "Ask the training team."}
        return await self._add(Asset, {"organisation_id": organisation_id, **what, **given})

    async def check(self, organisation_id: UUID, subject_id: UUID, stage: str, subject: str = "offer") -> None:
        """An inclusion check that was answered: nobody could tell."""
        about = {"organisation_id": organisation_id, "subject": subject, "subject_id": subject_id, "stage": stage}
        told = {"finding": "could_not_tell", "will_do": "Ask.", "owner_account_id": new_id(), "owner": "Nia Rees"}
        await self._add(InclusionCheck, about | told)

    async def positive_action(self, organisation_id: UUID, subject_id: UUID, **given: Any) -> UUID:
        """A record of an offer that was approved today and is reviewed in half a year."""
        told = dict.fromkeys(("evidence", "comparator", "rationale", "proportionality", "alternatives"), "As shown.")
        about = {"subject": "offer", "subject_id": subject_id, "title": "Leading a team well", "state": "approved"}
        group = {"group_described": "people who are disabled", "figure": "representation", "release_id": uuid4()}
        when = {"approved_by": "The director", "approved_on": today(), "review_on": today() + timedelta(180)}
        row = {"organisation_id": organisation_id, **about, **group, **told, **when, **given}
        row.setdefault("owner_id", await self.person(organisation_id))
        return await self._add(PositiveActionRecord, row)

    async def release(self, *rows: tuple[Any, ...], part: str = "disability", **given: Any) -> int:
        """Published, with these (group, level, share[, low, high]) of the whole system; its number."""
        number, code = given.pop("number", uuid4().int % 10**8 + 10**8), uuid4().hex
        told = {"made_by": "A", "snapshot": code, "snapshot_on": date(2026, 11, 1), "rule": {}, "organisations": []}
        versions = dict.fromkeys(("method_version", "rule_version", "code_version"), "1") | {"headlines": []}
        key = await self._add(Release, {"number": number, **told, **versions, **given})
        columns = ("group", "level", "share", "low", "high")
        figures = [dict.fromkeys(columns) | dict(zip(columns, row, strict=False)) for row in rows]
        words = {"title": "A", "sentences": []}
        sheet = {"release_id": key, "measure": "representation", "organisation": "", "part": part, "charts": {}}
        await self._insert(ReleaseTable, {**sheet, "rows": figures, "words": words})
        return number

    async def offer_with_window(self, organisation_id: UUID, **given: Any) -> UUID:
        """Published, for one group first until a month from today, with its record."""
        key = given.pop("id", new_id())
        await self.positive_action(organisation_id, key, **given.pop("record", {}))
        window = {"priority_until": today() + timedelta(30)}
        return await self.offer(organisation_id, id=key, **window, **given)

    async def cohort(self, organisation_id: UUID, offer_id: UUID, places: int = 2, **given: Any) -> UUID:
        """One date of an offer, online; `kept` are the places kept by organisation."""
        kept: dict[UUID, int] = given.pop("kept", {})
        key = {"organisation_id": organisation_id, "offer_id": offer_id}
        when = {"starts_on": date(2037, 2, 2), "ends_on": date(2037, 6, 30), "is_online": True}
        made = await self._add(OfferCohort, {**key, **when, "places": places, **given})
        for partner, number in kept.items():
            row = {**key, "cohort_id": made, "partner_organisation_id": partner, "reserved": number}
            await self._insert(OfferSeats, row)
        return made

    async def application(
        self, person_id: UUID, organisation_id: UUID, offer_id: UUID, cohort_id: UUID, *states: str, **given: Any
    ) -> UUID:
        """Sent, unless other states follow the draft; `employer_id` is the offer's organisation unless given."""
        employer, about = given.pop("employer_id", organisation_id), {"offer_organisation_id": organisation_id}
        row = {
            "person_id": person_id,
            **about,
            "offer_id": offer_id,
            "cohort_id": cohort_id,
            "organisation_id": employer,
        }
        made = await self._add(OfferApplication, row | given)
        for number, state in enumerate(("draft", *(states or ("submitted",))), 1):
            key = {"person_id": person_id, "application_id": made, "number": number}
            why = {"reason": None if state in {"draft", "submitted", "withdrawn"} else "meets_what_was_asked"}
            await self._insert(OfferApplicationState, {**key, "state": state, "by_id": person_id, **why})
        return made

    async def opportunity(self, organisation_id: UUID, **given: Any) -> UUID:
        """A published vacancy that is open now, to everybody in the system."""
        what = {"kind": "vacancy", "title": "Ward manager", "level": 7, "staff_group": "nursing_midwifery"}
        about = {"summary": "Lead a ward of 24 beds.", "working_pattern": "no_preference", "state": "published"}
        when = {"opens_on": date(2026, 1, 5), "internal_until": date(2026, 1, 19), "closes_on": date(2037, 1, 5)}
        return await self._add(Opportunity, {"organisation_id": organisation_id, **what, **about, **when, **given})

    async def interest(
        self, person_id: UUID, organisation_id: UUID, opportunity_id: UUID, *states: str, **given: Any
    ) -> UUID:
        """Sent, unless other states follow the draft; `employer_id` is the deciding organisation unless given."""
        statement = given.pop("statement", "I have led a team of nine.")
        evidence, reason = given.pop("evidence_ids", []), given.pop("reason", "others_showed_more")
        where = {"organisation_id": organisation_id, "opportunity_id": opportunity_id, "employer_id": organisation_id}
        as_was = {"level": 6, "staff_group": "nursing_midwifery", "route": "self"}
        made = await self._add(Interest, {"person_id": person_id, **where, **as_was, **given})
        key = {"person_id": person_id, "interest_id": made}
        await self._insert(InterestStatement, {**key, "statement": statement, "evidence_ids": evidence})
        for number, state in enumerate(("draft", *(states or ("submitted",))), start=1):
            why = {"reason": reason} if state.startswith("not_") else {}
            await self._insert(InterestState, {**key, "number": number, "state": state, **why})
        return made

    async def referral(self, organisation_id: UUID, opportunity_id: UUID, by: UUID, person_id: UUID) -> UUID:
        """`by` thought of somebody."""
        row = {"organisation_id": organisation_id, "opportunity_id": opportunity_id, "referred_by_id": by}
        return await self._add(Referral, {**row, "person_id": person_id})

    async def aftercare(self, person_id: UUID, interest_id: UUID, organisation_id: UUID, **given: Any) -> UUID:
        """Owed by the organisation that decided, in two weeks; the interest that it is for."""
        row = {"person_id": person_id, "interest_id": interest_id, "organisation_id": organisation_id}
        owed = {"decided_by_organisation_id": organisation_id, "due_on": today() + timedelta(14)}
        await self._insert(Aftercare, row | owed | given)
        return interest_id

    async def pipeline(self, organisation_id: UUID, **given: Any) -> UUID:
        """Open to people of every employer, and checked: it leads to level 5 of the voluntary sector."""
        words = {"title": "Towards coordinator", "purpose": "To lead.", "criteria": "You coordinate.", "owner": "HR"}
        where = {"organisation_id": organisation_id, "family_code": "voluntary", "level": 5}
        made = await self._add(Pipeline, where | words | given)
        await self.check(organisation_id, made, "publish", "pipeline")
        return made

    async def membership(
        self, person_id: UUID, organisation_id: UUID, pipeline_id: UUID, *stages: str, **given: Any
    ) -> UUID:
        """Entered by the person; then reviewed at these stages by nobody whom anybody knows. A trigger keeps its dates
        as of today: `given` are set afterwards."""
        key = {"person_id": person_id, "id": new_id()}
        place = {"pipeline_id": pipeline_id, "organisation_id": organisation_id, "source": "self"}
        await self._insert(PipelineMembership, key | place)
        for number, stage in enumerate(("feeder", *stages), 1):
            by = {"step": "reviewed", "by_id": UUID(NOBODY)} if number > 1 else {"step": "entered", "by_id": person_id}
            said = {"person_id": person_id, "membership_id": key["id"], "number": number, "stage": stage}
            await self._insert(MembershipState, {**said, **by, "words": "Led the handover."})
        if given:
            async with self.admin.begin() as connection:
                own = PipelineMembership.id == key["id"]
                await connection.execute(update(PipelineMembership).where(own).values(**given))
        return key["id"]

    async def critical_role(self, organisation_id: UUID, **given: Any) -> UUID:
        words = {"title": "Head of volunteering", "why": "Nobody else knows the rota."}
        about = {"family_code": "voluntary", "level": 5, "review_on": today() + timedelta(days=90)}
        return await self._add(CriticalRole, {"organisation_id": organisation_id, **words, **about, **given})

    async def wanted(self, organisation_id: UUID, **given: Any) -> UUID:
        """An open request for somebody."""
        when = {"starts": today() + timedelta(days=30), "ends": today() + timedelta(days=200)}
        about = {"title": "Interim coordinator", "family_code": "voluntary", "level": 5, "capability": "Runs a rota"}
        return await self._add(TalentRequest, {"organisation_id": organisation_id, **about, **when, **given})

    async def candidate(
        self, person_id: UUID, organisation_id: UUID, requester: UUID, request: UUID, **given: Any
    ) -> UUID:
        """Somebody who was asked about a request."""
        key = {"person_id": person_id, "request_id": request, "requester_id": requester}
        row = {**key, "organisation_id": organisation_id, "asked_by_id": UUID(NOBODY)}
        return await self._add(RequestReferral, row | given)

    async def thread(self, organisation_id: UUID, opened_by: UUID, **given: Any) -> UUID:
        about = {"subject": "practice", "title": "Three questions", "state": "open"}
        return await self._add(
            PotentialThread, {"organisation_id": organisation_id, "opened_by_id": opened_by, **about, **given}
        )

    async def prompt_share(self, person_id: UUID, organisation_id: UUID, **given: Any) -> None:
        """Lets the HR partners there see what might help, for a year."""
        row = {"person_id": person_id, "organisation_id": organisation_id, "until": today() + timedelta(days=365)}
        await self._insert(PromptShare, row | given)

    async def hr_partner(self, *organisations: UUID, **person: Any) -> SignedIn:
        return await self.account(
            [(Role.HR_PARTNER, organisation) for organisation in organisations],
            await self.person(*organisations, **person),
        )

    async def facilitator(self, *organisations: UUID) -> SignedIn:
        return await self.account(
            [(Role.FACILITATOR, organisation) for organisation in organisations], await self.person(*organisations)
        )

    async def staff(self, *organisations: UUID, **person: Any) -> SignedIn:
        return await self.account([], await self.person(*organisations, **person))

    async def leader(self) -> SignedIn:
        return await self.account([(Role.SYSTEM_LEADER, None)])

    async def administrator(self) -> SignedIn:
        return await self.account([(Role.ADMINISTRATOR, None)])

    async def auditor(self) -> SignedIn:
        return await self.account([(Role.AUDITOR, None)])

    async def account(
        self, held: list[tuple[Role, UUID | None]], person_id: UUID | None = None, **given: Any
    ) -> SignedIn:
        """An account that holds these roles, signed in."""
        name = given.pop("name", "Bronwen Parry")
        account_id = await self._add(
            Account, {"name": name, "email": f"{uuid4().hex}@example.org", "person_id": person_id, **given}
        )
        for role, organisation_id in held:
            await self._add(
                Grant,
                {"account_id": account_id, "role": role, "organisation_id": organisation_id, "granted_by": "test"},
            )
        token = secrets.token_urlsafe(32)
        await self._insert(
            SignIn, {"token_hash": sha256(token.encode()).digest(), "account_id": account_id, "device": "test"}
        )
        return SignedIn(account_id, person_id, token, name)

    async def _add(self, table: type[Base], row: dict[str, Any]) -> UUID:
        key = row.setdefault("id", new_id())
        await self._insert(table, row)
        return key

    async def _insert(self, table: type[Base], row: dict[str, Any]) -> None:
        async with self.admin.begin() as connection:
            await connection.execute(insert(table), row)
