"""Every route and who may use it: the input of the matrix beside service/access/grants.py.

`who` is a permission of the grants table, or "anyone", or "signed in". Braces name a thing of tests/access/world.py,
taken from the persona's own organisation or from a foreign one. A route that is not here fails the matrix.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ANYONE, SIGNED_IN = "anyone", "signed in"
HIDDEN = frozenset({404})
# The form comes back, says that there is no such person to choose, and keeps the words that were typed.
TOLD = frozenset({200, 404, 422})
# Somebody who imports for one organisation is never asked which: what the form says of another is not looked at.
THEIR_OWN = frozenset({303, 404})
# A draft is kept under an id of its author's making: the same id is another draft for somebody else.
THEIR_DRAFT = frozenset({200, 204, 303, 404})


@dataclass(frozen=True)
class Door:
    """`foreign` is what a foreign id is answered with; None where there is no id, or all of the kind are in reach."""

    who: str
    foreign: frozenset[int] | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] | None = None
    form: Mapping[str, str] | None = None
    file: bool = False
    parties_only: bool = False
    own: bool = True


PERSON = {
    "organisation_id": "{organisation}",
    "given_name": "Nia",
    "family_name": "Rees",
    "employee_number": "{number}",
}
POST = {"organisation_id": "{organisation}", "kind": "secondment", "job_title": "Lead", "grade_scheme": "afc",
        "grade": "7", "staff_group": "other", "fte": "0.5", "started": "2026-01-05"}  # fmt: skip
END = {"ended": "2026-11-02", "end_reason": "resigned_other", "destination": "not_known"}
TALK = {
    "person_id": "{person}",
    "organisation_id": "{organisation}",
    "kind": "initial",
    "held_on": "2026-11-02",
    "summary": "Spoke.",
}
PLANNED_TALK = {
    "person_id": "{person}",
    "organisation_id": "{organisation}",
    "kind": "initial",
    "scheduled_at": "2027-03-02T10:00:00Z",
}
SPOKE = {"held_on": "2026-11-02", "summary": "Spoke."}
TERMS = {"based_on": 9999, "approved_by": "A", "approved_on": "2026-11-02",
         "terms": [{"topic": "horizon", "code": "now", "label": "Now"}]}  # fmt: skip
TALK_FORM = {**TALK, "person": "{person}", "organisation": "{organisation}"}
PLACE = {"name": "A name", "kind": "trust", "version": "1"}
EDITION = {"based_on": 9999, "approved_by": "A", "approved_on": "2026-11-02",
           "grades": [{"scheme": "afc", "grade": "5", "label": "5", "level": 5}]}  # fmt: skip
GIVEN = {"role": "auditor", "reason": "review"}
ME, FIND, READ, EDIT = "me.read", "people.find", "people.read", "people.edit"
POSTS, LOG, IMPORT, EXPORT = "posts.edit", "conversations.log", "transfer.import", "transfer.export"
FRAMEWORK_FILE = "part,dimension,code,level,name,text\ndimension,,a,,A,\n"
FRAMEWORK = {"code": "f{number}", "name": "A", "kind": "skills", "approved_by": "A", "approved_on": "2026-11-02",
             "based_on": 0, "csv": FRAMEWORK_FILE}  # fmt: skip
ROLES_FILE = "code,family,level,title\nr{number},voluntary,5,A {number}\n"
FRAMEWORKS = "frameworks.edit"
TRANSITIONS = "transitions.arrange"
EVIDENCE = {"dimension": "ways.relating", "happened_on": "2026-11-02", "situation": "A", "what_happened": "B"}
SUPPORT = {"kind": "mentor", "who": "Nia Rees"}
KNOWN = {"about": "coverage", "organisation_id": "{organisation}", "words": "We began to ask in spring."}
COUNTS = {"rows": "organisation,measure,period_end,group\nRX1,wres.7,2026-03-31,white\n"}
NOTE, SPOKEN_FOR = "reports.note", frozenset({200, 201, 303, 404, 409, 422})
REPORTS, PLACES, ACCESS, AUDIT = "reports.read", "organisations.edit", "grants.edit", "audit.read"

PLAN, ARRANGE = "me.plan", "conversations.arrange"
ACTION, WHERE = {"text": "Find a mentor"}, {"organisation_id": "{organisation}"}
PLANNED = {**WHERE, "people": ["3f0b6c1e-0000-4000-8000-000000000000"], "first_at": "2027-01-05T09:00:00Z"}

MOVES, RECONCILE = "mobility.read", "mobility.reconcile"
BREAK = {"kind": "career_break", "effective_on": "2026-11-02"}
LENT = {"person_id": "{person}", "home_organisation_id": "{organisation}", "agreed_on": "2026-11-02", "home_pays": "50",
        "host_organisation_id": "{organisation}", "starts": "2026-12-01", "ends": "2027-01-31",
        "backfill": "none"}  # fmt: skip
RETURN = {"return_role": "known", "version": "9"}
LONGER = {"organisation_id": "{organisation}", "until": "2028-08-31"}
OFFERS, CHOOSE = "offers.edit", "offers.decide"
OFFER = {"organisation_id": "{organisation}", "title": "A", "kind": "coaching"}
DATED = {"starts_on": "2037-02-02", "ends_on": "2037-06-30", "is_online": True, "places": 4}
PICKED = {"picks": [{"application_id": "3f0b6c1e-0000-4000-8000-000000000001", "version": 2}],
          "decision": "shortlisted",
          "reason": "meets_what_was_asked"}  # fmt: skip
MENTOR = {"kind": "mentor", "capacity": 2, "topics": ["ways.relating"], "ways": ["video"]}
ASSET = {"kind": "room", "what": "Training room", "how_to_borrow": "Ask the training team."}
CHECKED = {"finding": "could_not_tell", "will_do": "Ask again in March."}
TWO = ["3f0b6c1e-0000-4000-8000-000000000001", "3f0b6c1e-0000-4000-8000-000000000002"]

TALENT, ONLY_THEIRS = "talent.edit", frozenset({403})
PIPELINE = {"organisation_id": "{organisation}", "title": "A", "family_code": "voluntary", "purpose": "A",
            "criteria": "A", "owner": "A", "level": "5"}  # fmt: skip
PIPELINE_NOW = {"title": "A", "purpose": "A", "criteria": "A", "owner": "A"}
CRITICAL = {"organisation_id": "{organisation}", "title": "A", "family_code": "voluntary", "level": "5", "why": "A",
            "review_on": "2027-03-02"}  # fmt: skip
CRITICAL_NOW = {"title": "A", "why": "A", "review_on": "2027-03-02", "version": "9"}
WANTED = {"organisation_id": "{organisation}", "title": "A", "family_code": "voluntary", "level": "5",
          "starts": "2027-03-02", "ends": "2027-06-02", "capability": "A"}  # fmt: skip
SEEN_THERE = {"what": "A", "place": "A", "why": "A", "seen_on": "2026-11-02"}

HELPS, PUT_OFF = "prompts.answer", {"answer": "no_more", "kind": "plan"}
DID = {"kind": "plan", "about_id": "{late}", "done": "talked"}

OPPORTUNITIES, DECIDES = "opportunities.edit", "opportunities.decide"
OPENING = {"kind": "vacancy", "title": "Ward manager", "summary": "Lead.", "level": 7,
           "staff_group": "nursing_midwifery", "closes_on": "2027-03-02"}  # fmt: skip
OPENING_FORM = {name: str(value) for name, value in OPENING.items()}

DOORS: Mapping[str, Door] = {
    # open to all
    "GET /livez": Door(ANYONE),
    "GET /readyz": Door(ANYONE),
    "GET /privacy": Door(ANYONE),
    "GET /schema": Door(ANYONE),
    "GET /schema/openapi.json": Door(ANYONE),
    "GET /schema/{path}": Door(ANYONE),
    "GET /static/{file_path}": Door(ANYONE),
    "GET /assets/{file_path}": Door(ANYONE),
    "GET /sign-in": Door(ANYONE),
    "GET /sign-in/callback": Door(ANYONE),
    "POST /sign-in/demo": Door(ANYONE, form={"account_id": "{account}"}),
    "POST /sign-in/provider": Door(ANYONE, form={"next": "/"}),
    # an account and its sessions
    "GET /": Door(SIGNED_IN),
    "GET /account": Door(SIGNED_IN),
    "POST /account/sessions/{key}/end": Door(SIGNED_IN, HIDDEN, form={}, own=False),
    "GET /api/session": Door(SIGNED_IN),
    "POST /sign-out": Door(SIGNED_IN, form={}),
    "POST /sign-out/everywhere": Door(SIGNED_IN, form={}),
    # what is about oneself
    "GET /me": Door(ME),
    "GET /me/data": Door(ME),
    "GET /me/held": Door(ME),
    "GET /me/equality/{characteristic}": Door(ME),
    "POST /me/equality/{characteristic}": Door("me.answer", form={"code": "female"}),
    "GET /api/me": Door(ME),
    "GET /api/me/assignments": Door(ME),
    "GET /api/me/conversations": Door(ME),
    "GET /api/me/readers": Door(ME),
    "PUT /api/me/equality/{characteristic}": Door("me.answer", json={"code": "female"}),
    # what one was told
    "GET /me/notices": Door(ME),
    "GET /me/notices/{notice_id}": Door(ME, HIDDEN, own=False),
    "POST /me/notices/read": Door(ME, form={}),
    "POST /me/notices/choices": Door(ME, form={"email": "weekly"}),
    "GET /api/me/notices": Door(ME),
    "GET /me/prompts": Door(ME),
    "POST /me/prompts/answers": Door(PLAN, form=PUT_OFF),
    "POST /me/prompts/shares": Door(PLAN, HIDDEN, form={**WHERE, "is_shown": "true"}),
    "GET /prompts": Door(HELPS),
    "GET /prompts/{person_id}": Door(HELPS, HIDDEN),
    "POST /prompts/{person_id}": Door(HELPS, HIDDEN, form=DID),
    "GET /api/me/prompts": Door(ME),
    "PUT /api/me/prompts/answers": Door(PLAN, json=PUT_OFF),
    "PUT /api/me/prompts/shares": Door(PLAN, HIDDEN, json={**WHERE, "is_shown": True}),
    "GET /api/prompts": Door(HELPS),
    "GET /api/prompts/{person_id}": Door(HELPS, HIDDEN),
    "POST /api/prompts/{person_id}/decisions": Door(HELPS, HIDDEN, json=DID),
    "POST /api/me/notices/read": Door(ME, json={}),
    "PUT /api/me/notices/choices": Door(ME, json={"email": "weekly"}),
    # pathways: the reader's own, which has no foreign side but other people's ids
    "GET /me/role": Door(ME),
    "POST /me/role": Door("me.plan", form={}),
    "GET /me/steps/{step_id}": Door(ME),
    "POST /me/steps/{step_id}/choose": Door("me.plan", form={}),
    "POST /me/steps/{step_id}/set-aside": Door("me.plan", HIDDEN, form={}, own=False),
    "GET /me/evidence": Door(ME),
    "POST /me/evidence": Door("me.plan", form=EVIDENCE),
    "GET /me/evidence/new": Door(ME),
    "GET /me/evidence/{evidence_id}": Door(ME, HIDDEN, own=False),
    "POST /me/evidence/{evidence_id}": Door("me.plan", HIDDEN, form=EVIDENCE, own=False),
    "GET /me/evidence/{evidence_id}/change": Door(ME, HIDDEN, own=False),
    "GET /me/evidence/{evidence_id}/delete": Door(ME, HIDDEN, own=False),
    "POST /me/evidence/{evidence_id}/delete": Door("me.plan", HIDDEN, form={}, own=False),
    "POST /me/evidence/{evidence_id}/share": Door("me.plan", HIDDEN, form={"reader": "hr_partner"}, own=False),
    "POST /me/evidence/{evidence_id}/stop": Door("me.plan", HIDDEN, form={"reader": "hr_partner"}, own=False),
    "GET /me/aspirations": Door(ME),
    "POST /me/aspirations": Door("me.plan", form={"timeframe": "now"}),
    "POST /me/aspirations/hidden": Door("me.plan", form={"organisation_id": "{organisation}"}),
    "POST /me/aspirations/hidden/{organisation_id}/stop": Door("me.plan", form={}),
    "GET /me/transition": Door(ME),
    "GET /me/transition/{transition_id}/check-ins/{day}": Door(ME, HIDDEN, own=False),
    "POST /me/transition/{transition_id}/check-ins/{day}": Door(
        "me.plan", HIDDEN, form={"support_perception": "4"}, own=False
    ),
    "GET /api/me/pathway": Door(ME),
    "PUT /api/me/role": Door("me.plan", json={}),
    "GET /api/me/steps": Door(ME),
    "PUT /api/me/steps/{step_id}": Door("me.plan"),
    "DELETE /api/me/steps/{step_id}": Door("me.plan", HIDDEN, own=False),
    "GET /api/me/evidence": Door(ME),
    "POST /api/me/evidence": Door("me.plan", json=EVIDENCE),
    "GET /api/me/evidence/{evidence_id}": Door(ME, HIDDEN, own=False),
    "PUT /api/me/evidence/{evidence_id}": Door(ME, HIDDEN, json=EVIDENCE, own=False),
    "DELETE /api/me/evidence/{evidence_id}": Door("me.plan", HIDDEN, own=False),
    "PUT /api/me/evidence/{evidence_id}/readers/{reader}": Door("me.plan", HIDDEN, own=False),
    "DELETE /api/me/evidence/{evidence_id}/readers/{reader}": Door("me.plan", HIDDEN, own=False),
    "GET /api/me/aspirations": Door(ME),
    "PUT /api/me/aspirations": Door(ME, json={"timeframe": "now"}),
    "GET /api/me/aspirations/history": Door(ME),
    "GET /api/me/aspirations/hidden": Door(ME),
    "PUT /api/me/aspirations/hidden/{organisation_id}": Door("me.plan"),
    "DELETE /api/me/aspirations/hidden/{organisation_id}": Door("me.plan"),
    "GET /api/me/transitions": Door(ME),
    "PUT /api/me/transitions/{transition_id}/check-ins/{day}": Door(
        "me.plan", HIDDEN, json={"support_perception": 4}, own=False
    ),
    # pathways: what somebody shares, what is arranged for others, and reference
    "GET /people/{person_id}/evidence": Door(FIND, HIDDEN),
    "GET /api/people/{person_id}/evidence": Door(FIND, HIDDEN),
    "GET /transitions": Door(TRANSITIONS, HIDDEN, query={"organisation": "{organisation}"}),
    "GET /transitions/{transition_id}": Door(TRANSITIONS, HIDDEN),
    "POST /transitions/{transition_id}/supports": Door(TRANSITIONS, HIDDEN, form=SUPPORT),
    "POST /transitions/{transition_id}/end": Door(TRANSITIONS, HIDDEN, form={"state": "ended_early"}),
    "GET /api/transitions": Door(TRANSITIONS, HIDDEN, query={"organisation_id": "{organisation}"}),
    "POST /api/transitions/{transition_id}/supports": Door(TRANSITIONS, HIDDEN, json=SUPPORT),
    "POST /api/transitions/{transition_id}/end": Door(TRANSITIONS, HIDDEN, json={"state": "ended_early"}),
    "GET /api/dimensions": Door(SIGNED_IN),
    "GET /api/steps": Door(SIGNED_IN, query={"role": "nursing-staff"}),
    "GET /api/steps/{step_id}": Door(SIGNED_IN),
    "GET /api/tiers": Door(SIGNED_IN),
    "POST /api/steps/import": Door(FRAMEWORKS, file=True),
    "POST /api/steps/{step_id}/retire": Door(FRAMEWORKS, json={}),
    "GET /steps/import": Door(FRAMEWORKS),
    "POST /steps/import": Door(FRAMEWORKS, form={}),
    # people and their posts
    "GET /work": Door(LOG),
    "GET /people": Door(READ, HIDDEN, query={"organisation": "{organisation}"}),
    "POST /people": Door(EDIT, HIDDEN, form=PERSON),
    "GET /people/new": Door(EDIT),
    "GET /people/{person_id}": Door(READ, HIDDEN),
    "GET /people/{person_id}/correct": Door(EDIT, HIDDEN),
    "POST /people/{person_id}/correct": Door(
        EDIT, HIDDEN, form={"given_name": "N", "family_name": "R", "version": "1"}
    ),
    "GET /people/{person_id}/posts/new": Door(POSTS, HIDDEN),
    "POST /people/{person_id}/posts": Door(POSTS, HIDDEN, form=POST),
    "GET /assignments/{assignment_id}/end": Door(POSTS, HIDDEN),
    "POST /assignments/{assignment_id}/end": Door(POSTS, HIDDEN, form=END),
    "GET /api/people": Door(FIND, HIDDEN, query={"organisation_id": "{organisation}"}),
    "POST /api/people": Door(EDIT, HIDDEN, json=PERSON),
    "GET /api/people/{person_id}": Door(READ, HIDDEN),
    "PATCH /api/people/{person_id}": Door(EDIT, HIDDEN, json={"version": 1, "given_name": "N"}),
    "GET /api/people/{person_id}/assignments": Door(READ, HIDDEN),
    "POST /api/people/{person_id}/assignments": Door(POSTS, HIDDEN, json=POST),
    "POST /api/assignments/{assignment_id}/end": Door(POSTS, HIDDEN, json=END),
    # conversations
    "GET /api/people/{person_id}/conversations": Door(LOG, HIDDEN),
    "GET /api/conversations/{conversation_id}": Door(ME, HIDDEN, parties_only=True),
    "POST /api/conversations": Door(LOG, HIDDEN, json=TALK),
    "GET /conversations/new": Door(LOG, HIDDEN, query={"person": "{person}"}),
    "POST /conversations/change": Door(LOG, TOLD, form=TALK_FORM),
    "POST /conversations/check": Door(LOG, TOLD, form=TALK_FORM),
    "POST /conversations": Door(LOG, TOLD, form=TALK_FORM),
    "GET /conversations/{conversation_id}": Door(ME, HIDDEN, parties_only=True),
    "GET /conversations/{conversation_id}/done": Door(ME, HIDDEN, parties_only=True),
    "GET /api/conversations": Door(ME, own=False),
    "POST /api/conversations/planned": Door(LOG, HIDDEN, json=PLANNED_TALK),
    "DELETE /api/conversations/{conversation_id}": Door(ME, HIDDEN, own=False),
    "POST /api/conversations/{conversation_id}/held": Door(ME, HIDDEN, json=SPOKE, own=False),
    "GET /api/conversations/{conversation_id}/states": Door(ME, HIDDEN, parties_only=True),
    "POST /api/conversations/{conversation_id}/states": Door(ME, HIDDEN, json={"state": "agreed"}, own=False),
    "POST /api/conversations/{conversation_id}/prepared": Door(ME, HIDDEN, own=False),
    "GET /api/conversations/{conversation_id}/wordings": Door(ME, HIDDEN, parties_only=True),
    "POST /api/conversations/{conversation_id}/wordings": Door(ME, HIDDEN, json={"summary": "Spoke."}, own=False),
    "GET /api/conversations/{conversation_id}/notes": Door(ME, HIDDEN, parties_only=True),
    "PUT /api/conversations/{conversation_id}/notes/{purpose}": Door(ME, HIDDEN, json={"text": "Mine."}, own=False),
    "DELETE /api/conversations/{conversation_id}/notes/{purpose}": Door(ME, HIDDEN, own=False),
    "GET /api/conversations/{conversation_id}/shares": Door(ME, HIDDEN, parties_only=True),
    "PUT /api/conversations/{conversation_id}/shares/{audience}": Door(ME, HIDDEN, own=False),
    "DELETE /api/conversations/{conversation_id}/shares/{audience}": Door(ME, HIDDEN, own=False),
    "GET /api/conversations/terms": Door(SIGNED_IN),
    "GET /api/conversations/terms/{version}": Door(SIGNED_IN),
    "POST /api/conversations/terms": Door(FRAMEWORKS, json=TERMS),
    "GET /conversations/{conversation_id}/wordings": Door(ME, HIDDEN, parties_only=True),
    "POST /conversations/{conversation_id}/step": Door(ME, HIDDEN, form={}, own=False),
    "POST /conversations/{conversation_id}/undo": Door(ME, HIDDEN, form={}, own=False),
    "GET /conversations/{conversation_id}/hold": Door(ME, HIDDEN, own=False),
    "POST /conversations/{conversation_id}/hold": Door(ME, HIDDEN, form={}, own=False),
    "GET /conversations/{conversation_id}/correct": Door(ME, HIDDEN, parties_only=True),
    "POST /conversations/{conversation_id}/correct": Door(ME, HIDDEN, form={}, own=False),
    "POST /conversations/{conversation_id}/notes/{purpose}": Door(ME, HIDDEN, form={}, own=False),
    "POST /conversations/{conversation_id}/notes/{purpose}/remove": Door(ME, HIDDEN, form={}, own=False),
    "GET /conversations/{conversation_id}/share/{audience}": Door(ME, HIDDEN, own=False),
    "POST /conversations/{conversation_id}/share/{audience}": Door(ME, HIDDEN, form={}, own=False),
    "POST /conversations/{conversation_id}/share/{audience}/stop": Door(ME, HIDDEN, form={}, own=False),
    "GET /conversations/terms": Door(FRAMEWORKS),
    "GET /conversations/terms/new": Door(FRAMEWORKS),
    "POST /conversations/terms": Door(FRAMEWORKS, form={}),
    # plans
    "GET /me/plan": Door(PLAN),
    "GET /me/plan/new": Door(PLAN),
    "POST /me/plan": Door(PLAN, form=ACTION),
    "GET /conversations/{conversation_id}/plan": Door(PLAN, HIDDEN, parties_only=True),
    "POST /conversations/{conversation_id}/plan": Door(PLAN, HIDDEN, form=ACTION, own=False),
    "GET /plan/{action_id}": Door(PLAN, HIDDEN, own=False),
    "POST /plan/{action_id}": Door(PLAN, HIDDEN, form={**ACTION, "version": "1"}, own=False),
    "POST /plan/{action_id}/state": Door(PLAN, HIDDEN, form={"state": "done", "version": "1"}, own=False),
    "POST /plan/{action_id}/remind": Door(PLAN, HIDDEN, form={}, own=False),
    "POST /plan/{action_id}/carry": Door(PLAN, HIDDEN, form={"conversation_id": "{conversation}"}, own=False),
    "GET /api/me/plan": Door(PLAN),
    "GET /api/conversations/{conversation_id}/plan": Door(PLAN, HIDDEN, parties_only=True),
    "POST /api/plan": Door(PLAN, json=ACTION),
    "GET /api/plan/{action_id}": Door(PLAN, HIDDEN, own=False),
    "GET /api/plan/{action_id}/states": Door(PLAN, HIDDEN, own=False),
    "PUT /api/plan/{action_id}": Door(PLAN, HIDDEN, json=ACTION, own=False),
    "POST /api/plan/{action_id}/state": Door(PLAN, HIDDEN, json={"state": "done"}, own=False),
    "POST /api/plan/{action_id}/carry": Door(PLAN, HIDDEN, json={"conversation_id": "{conversation}"}, own=False),
    "POST /api/plan/{action_id}/reminders": Door(PLAN, HIDDEN, own=False),
    # asking for a conversation, and arranging it
    "GET /me/ask": Door(PLAN),
    "POST /me/ask": Door(PLAN, form={"kind": "stay"}),
    "POST /me/ask/{request_id}/withdraw": Door(PLAN, HIDDEN, form={}, own=False),
    "GET /api/me/requests": Door(PLAN),
    "POST /api/me/requests": Door(PLAN, json={"kind": "stay"}),
    "POST /api/me/requests/{request_id}/withdraw": Door(PLAN, HIDDEN, own=False),
    "GET /api/conversations/requests": Door(ME),
    "GET /conversations/due": Door(ARRANGE, HIDDEN, query={"organisation": "{organisation}"}),
    "GET /conversations/workload": Door(ARRANGE, HIDDEN, query={"organisation": "{organisation}"}),
    "GET /conversations/due/{person_id}/reason": Door(ARRANGE, HIDDEN, query={"organisation": "{organisation}"}),
    "POST /conversations/due/{person_id}/reason": Door(ARRANGE, HIDDEN, form={**WHERE, "reason": "away"}),
    "GET /conversations/arrange": Door(LOG, HIDDEN, query={"person": "{person}", "organisation": "{organisation}"}),
    "POST /conversations/arrange": Door(LOG, HIDDEN, form=WHERE),
    "POST /conversations/arrange/check": Door(LOG, HIDDEN, form=WHERE),
    "POST /conversations/arranged": Door(LOG, HIDDEN, form=WHERE),
    "GET /api/conversations/due": Door(ARRANGE, HIDDEN, query=WHERE),
    "GET /api/conversations/workload": Door(ARRANGE, HIDDEN, query=WHERE),
    "PUT /api/conversations/due/{person_id}/reason": Door(ARRANGE, HIDDEN, json={**WHERE, "reason": "away"}),
    "POST /api/conversations/arranged": Door(LOG, HIDDEN, json=PLANNED, own=False),
    # drafts: nobody's but their author's, under ids of their own making
    "POST /conversations/drafts": Door(PLAN, form={"id": "{draft}"}),
    "GET /conversations/drafts/{draft_id}": Door(PLAN, THEIR_DRAFT, own=False),
    "POST /conversations/drafts/{draft_id}/discard": Door(PLAN, THEIR_DRAFT, form={}, own=False),
    "GET /api/drafts": Door(PLAN),
    "GET /api/drafts/{draft_id}": Door(PLAN, THEIR_DRAFT, own=False),
    "PUT /api/drafts/{draft_id}": Door(PLAN, json={"fields": []}),
    "DELETE /api/drafts/{draft_id}": Door(PLAN, THEIR_DRAFT, own=False),
    # calendars: whoever has the address has the times
    "GET /me/calendar": Door(PLAN),
    "POST /me/calendar": Door(PLAN, form={}),
    "POST /me/calendar/stop": Door(PLAN, form={}, own=False),
    "GET /api/me/calendar": Door(PLAN),
    "POST /api/me/calendar": Door(PLAN),
    "DELETE /api/me/calendar": Door(PLAN, own=False),
    "GET /calendar/{file}": Door(ANYONE, own=False),
    "GET /conversations/{conversation_id}/invitation.ics": Door(PLAN, HIDDEN, own=False),
    # import and export
    "GET /imports": Door(IMPORT),
    "POST /imports": Door(IMPORT, THEIR_OWN, form={"organisation_id": "{organisation}"}, file=True),
    "GET /imports/template.csv": Door(IMPORT),
    "GET /imports/{import_id}": Door(IMPORT, HIDDEN),
    "GET /imports/{import_id}/columns": Door(IMPORT, HIDDEN),
    "POST /imports/{import_id}/columns": Door(IMPORT, HIDDEN, form={}),
    "GET /imports/{import_id}/codes": Door(IMPORT, HIDDEN),
    "POST /imports/{import_id}/codes": Door(IMPORT, HIDDEN, form={}),
    "POST /imports/{import_id}/check": Door(IMPORT, HIDDEN, form={}),
    "GET /imports/{import_id}/problems.csv": Door(IMPORT, HIDDEN),
    "POST /imports/{import_id}/apply": Door(IMPORT, HIDDEN, form={}),
    "POST /imports/{import_id}/undo": Door(IMPORT, HIDDEN, form={}),
    "POST /imports/{import_id}/discard": Door(IMPORT, HIDDEN, form={}),
    "GET /api/imports": Door(IMPORT),
    "POST /api/imports": Door(IMPORT, HIDDEN, form={"organisation_id": "{organisation}"}, file=True),
    "GET /api/imports/{import_id}": Door(IMPORT, HIDDEN),
    "GET /api/imports/{import_id}/problems": Door(IMPORT, HIDDEN),
    "POST /api/imports/{import_id}/check": Door(IMPORT, HIDDEN, json={}),
    "POST /api/imports/{import_id}/apply": Door(IMPORT, HIDDEN, json={}),
    "POST /api/imports/{import_id}/undo": Door(IMPORT, HIDDEN, json={}),
    "POST /api/imports/{import_id}/discard": Door(IMPORT, HIDDEN, json={}),
    "GET /api/exports/workforce": Door(EXPORT, HIDDEN, query={"organisation_id": "{organisation}"}),
    # moves, and secondments between employers
    # opportunities: everybody in the system reads what is published, wherever it is
    "GET /opportunities": Door(ME),
    "GET /opportunities/{opportunity_id}": Door(ME),
    "GET /opportunities/{opportunity_id}/closing.ics": Door(ME),
    "POST /opportunities/{opportunity_id}/refer": Door(PLAN, form={"email": "nobody@example.org"}),
    "GET /opportunities/{opportunity_id}/interest": Door(PLAN),
    "POST /opportunities/{opportunity_id}/interest": Door(PLAN, form={"then": "keep"}),
    "GET /opportunities/mine": Door(OPPORTUNITIES),
    "GET /opportunities/new": Door(OPPORTUNITIES),
    "POST /opportunities": Door(OPPORTUNITIES, HIDDEN, form=OPENING_FORM | {"organisation_id": "{organisation}"}),
    "GET /opportunities/{opportunity_id}/edit": Door(OPPORTUNITIES, HIDDEN),
    "POST /opportunities/{opportunity_id}/edit": Door(OPPORTUNITIES, HIDDEN, form=OPENING_FORM | {"version": "1"}),
    "POST /opportunities/{opportunity_id}/state": Door(OPPORTUNITIES, HIDDEN, form={"state": "published"}),
    "GET /opportunities/{opportunity_id}/interests": Door(DECIDES, HIDDEN),
    "POST /opportunities/{opportunity_id}/interests": Door(DECIDES, HIDDEN, form={}),
    "POST /opportunities/{opportunity_id}/interests/{interest_id}/chosen": Door(
        DECIDES, HIDDEN, form={"version": "1"}, own=False
    ),
    "POST /opportunities/{opportunity_id}/interests/{interest_id}/started": Door(DECIDES, HIDDEN, form={}, own=False),
    "GET /me/opportunities": Door(ME),
    "GET /me/interests/{interest_id}": Door(ME, HIDDEN, own=False),
    "POST /me/interests/{interest_id}": Door(PLAN, HIDDEN, form={"step": "withdrawn"}, own=False),
    "POST /me/referrals/{referral_id}/decline": Door(PLAN, HIDDEN, form={}, own=False),
    "GET /aftercare": Door(DECIDES),
    "GET /aftercare/{interest_id}": Door(DECIDES, HIDDEN),
    "POST /aftercare/{interest_id}": Door(DECIDES, HIDDEN, form={"next_step": "mentor"}),
    "GET /api/opportunities": Door(ME),
    "GET /api/me/opportunities": Door(ME),
    "POST /api/opportunities": Door(OPPORTUNITIES, HIDDEN, json={**OPENING, "organisation_id": "{organisation}"}),
    "GET /api/opportunities/{opportunity_id}": Door(ME),
    "GET /api/opportunities/{opportunity_id}/match": Door(ME),
    "PUT /api/opportunities/{opportunity_id}": Door(OPPORTUNITIES, HIDDEN, json=OPENING),
    "POST /api/opportunities/{opportunity_id}/state": Door(OPPORTUNITIES, HIDDEN, json={"state": "published"}),
    "POST /api/opportunities/{opportunity_id}/referrals": Door(PLAN, json={"email": "nobody@example.org"}),
    "POST /api/opportunities/{opportunity_id}/interest": Door(PLAN, json={"is_sent": False}),
    "GET /api/opportunities/{opportunity_id}/interests": Door(DECIDES, HIDDEN),
    "POST /api/opportunities/{opportunity_id}/decisions": Door(DECIDES, HIDDEN, json={"verdicts": []}),
    "POST /api/opportunities/{opportunity_id}/interests/{interest_id}/chosen": Door(
        DECIDES, HIDDEN, json={}, own=False
    ),
    "POST /api/opportunities/{opportunity_id}/interests/{interest_id}/started": Door(DECIDES, HIDDEN, own=False),
    "GET /api/me/interests": Door(ME),
    "GET /api/me/referrals": Door(ME),
    "GET /api/me/interests/{interest_id}": Door(ME, HIDDEN, own=False),
    "POST /api/me/interests/{interest_id}/state": Door(PLAN, HIDDEN, json={"step": "withdrawn"}, own=False),
    "POST /api/me/referrals/{referral_id}/decline": Door(PLAN, HIDDEN, own=False),
    "GET /api/aftercare": Door(DECIDES),
    "PUT /api/aftercare/{interest_id}": Door(DECIDES, HIDDEN, json={"next_step": "mentor"}),
    "GET /mobility": Door(MOVES, HIDDEN, query={"organisation": "{organisation}"}),
    "GET /mobility/moves/{move_id}": Door(MOVES, HIDDEN),
    "POST /mobility/moves/{move_id}": Door(RECONCILE, HIDDEN, form={}),
    "GET /people/{person_id}/moves/new": Door(RECONCILE, HIDDEN),
    "POST /people/{person_id}/moves": Door(RECONCILE, HIDDEN, form={**BREAK, "organisation_id": "{organisation}"}),
    "GET /me/moves": Door(ME),
    "GET /mobility/reconcile": Door(RECONCILE),
    "GET /mobility/reconcile/{pair_id}": Door(RECONCILE, HIDDEN),
    "POST /mobility/reconcile/{pair_id}": Door(RECONCILE, HIDDEN, form={"decision": "later"}),
    "GET /mobility/secondments": Door(MOVES),
    "POST /mobility/secondments": Door(RECONCILE, HIDDEN, form=LENT),
    "GET /mobility/secondments/new": Door(RECONCILE, HIDDEN, query={"person": "{person}"}),
    "GET /mobility/secondments/{secondment_id}": Door(MOVES, HIDDEN),
    "POST /mobility/secondments/{secondment_id}/return-role": Door(RECONCILE, HIDDEN, form=RETURN),
    "POST /mobility/secondments/{secondment_id}/end": Door(
        RECONCILE, HIDDEN, form={**RETURN, "ended_on": "2027-01-04"}
    ),
    "POST /mobility/secondments/{secondment_id}/extensions": Door(RECONCILE, HIDDEN, form=LONGER),
    "POST /mobility/secondments/{secondment_id}/extensions/{extension}": Door(
        RECONCILE, HIDDEN, form={"answer": "withdrawn"}, own=False
    ),
    "GET /api/mobility/moves": Door(MOVES, HIDDEN, query={"organisation_id": "{organisation}"}),
    "GET /api/mobility/moves/{move_id}": Door(MOVES, HIDDEN),
    "POST /api/mobility/moves/{move_id}/correct": Door(RECONCILE, HIDDEN, json={"kind": "rotation"}),
    "POST /api/people/{person_id}/moves": Door(
        RECONCILE, HIDDEN, json={**BREAK, "organisation_id": "{organisation}", "kind": "rotation"}
    ),
    "GET /api/me/moves": Door(ME),
    "GET /api/me/secondments": Door(ME),
    "GET /opportunities/limits": Door(PLACES),
    "POST /opportunities/limits": Door(PLACES, form={"internal_days": "10", "aftercare_days": "10"}),
    "GET /api/opportunities/limits": Door(SIGNED_IN),
    "PUT /api/opportunities/limits": Door(PLACES, json={"internal_days": 10, "aftercare_days": 10}),
    "GET /api/mobility/limits": Door(SIGNED_IN),
    "PUT /api/mobility/limits": Door(PLACES, json={"gap_days": 31, "review_days": 90}),
    "GET /api/mobility/pairs": Door(RECONCILE, HIDDEN, query={"organisation_id": "{organisation}"}),
    "GET /api/mobility/pairs/{pair_id}": Door(RECONCILE, HIDDEN),
    "POST /api/mobility/pairs/{pair_id}/decision": Door(RECONCILE, HIDDEN, json={"decision": "later"}),
    "GET /api/mobility/remainder": Door(RECONCILE, HIDDEN, query={"organisation_id": "{organisation}"}),
    "GET /api/mobility/unmet": Door(RECONCILE, HIDDEN, query={"organisation_id": "{organisation}"}),
    "GET /api/secondments": Door(MOVES, HIDDEN, query={"organisation_id": "{organisation}"}),
    "GET /api/secondments/no-return-role": Door(MOVES, HIDDEN, query={"organisation_id": "{organisation}"}),
    "GET /api/secondments/{secondment_id}": Door(MOVES, HIDDEN),
    "POST /api/secondments": Door(RECONCILE, HIDDEN, json={**LENT, "home_pays": 50}),
    "POST /api/secondments/{secondment_id}/return-role": Door(
        RECONCILE, HIDDEN, json={"return_role": "known", "version": 9}
    ),
    "POST /api/secondments/{secondment_id}/end": Door(RECONCILE, HIDDEN, json={"ended_on": "2027-01-04", "version": 9}),
    "POST /api/secondments/{secondment_id}/extensions": Door(RECONCILE, HIDDEN, json=LONGER),
    "POST /api/secondments/{secondment_id}/extensions/{extension}": Door(
        RECONCILE, HIDDEN, json={"answer": "withdrawn"}, own=False
    ),
    # who could step up: ways to do so are published to all; who is on them is their own employers' to see
    "GET /talent": Door(TALENT),
    "GET /pipelines": Door(ME),
    "POST /pipelines": Door(TALENT, HIDDEN, form=PIPELINE),
    "GET /pipelines/{pipeline_id}": Door(ME),
    "POST /pipelines/{pipeline_id}": Door(TALENT, ONLY_THEIRS, form={**PIPELINE_NOW, "version": "9"}, own=False),
    "POST /pipelines/{pipeline_id}/enter": Door(PLAN, form={"words": "I lead."}),
    "POST /pipelines/{pipeline_id}/nominate": Door(PLAN, form={"email": "nobody@example.org", "why": "A"}),
    "GET /talent/members/{membership_id}": Door(TALENT, HIDDEN),
    "POST /talent/members/{membership_id}": Door(
        TALENT, HIDDEN, form={"stage": "feeder", "words": "A", "version": "1"}
    ),
    "GET /talent/roles": Door(TALENT),
    "POST /talent/roles": Door(TALENT, HIDDEN, form=CRITICAL),
    "GET /talent/roles/{critical_id}": Door(TALENT, HIDDEN),
    "POST /talent/roles/{critical_id}": Door(TALENT, HIDDEN, form={**CRITICAL_NOW, "version": "1"}),
    "GET /talent/requests": Door(TALENT),
    "POST /talent/requests": Door(TALENT, HIDDEN, form=WANTED),
    "GET /talent/requests/{wanted_id}": Door(TALENT),
    "POST /talent/requests/{wanted_id}/ask": Door(TALENT, HIDDEN, form={"who": "{organisation}.{person}"}, own=False),
    "POST /talent/requests/{wanted_id}/close": Door(
        TALENT, ONLY_THEIRS, form={"state": "filled", "version": "9"}, own=False
    ),
    "POST /talent/candidates/{candidate_id}": Door(TALENT, HIDDEN, form={"decision": "referred", "version": "1"}),
    "GET /threads": Door(ME),
    "POST /threads": Door(PLAN, form={"subject": "practice", "title": "A"}),
    "GET /threads/{thread_id}": Door(ME, HIDDEN, own=False),
    "POST /threads/{thread_id}": Door(PLAN, HIDDEN, form={**SEEN_THERE, "conditions.time": "true"}, own=False),
    "POST /threads/{thread_id}/answer": Door(PLAN, HIDDEN, form={"answer": "ended"}, own=False),
    "GET /me/talent": Door(ME),
    "POST /me/talent/memberships/{membership_id}": Door(PLAN, HIDDEN, form={"step": "left", "version": "1"}, own=False),
    "POST /me/talent/memberships/{membership_id}/shown-to": Door(PLAN, HIDDEN, form={}, own=False),
    "POST /me/talent/candidates/{candidate_id}": Door(
        PLAN, HIDDEN, form={"answer": "agreed", "version": "1"}, own=False
    ),
    "POST /me/talent/retirement": Door(PLAN, form={"year": "2040"}),
    "GET /api/talent": Door(TALENT),
    "GET /api/pipelines": Door(ME),
    "POST /api/pipelines": Door(TALENT, HIDDEN, json={**PIPELINE, "level": 5}),
    "GET /api/pipelines/{pipeline_id}": Door(ME),
    "PUT /api/pipelines/{pipeline_id}": Door(TALENT, json=PIPELINE_NOW, own=False),
    "GET /api/pipelines/{pipeline_id}/members": Door(TALENT),
    "POST /api/pipelines/{pipeline_id}/members": Door(PLAN, json={"words": "I lead."}, own=False),
    "POST /api/pipelines/{pipeline_id}/nominations": Door(PLAN, json={"email": "nobody@example.org", "words": "A"}),
    "GET /api/memberships/{membership_id}": Door(TALENT, HIDDEN),
    "POST /api/memberships/{membership_id}/reviews": Door(TALENT, json={"stage": "feeder", "words": "A"}, own=False),
    "GET /api/me/talent": Door(ME),
    "POST /api/me/memberships/{membership_id}": Door(PLAN, json={"step": "left"}, own=False),
    "PUT /api/me/memberships/{membership_id}/shown-to": Door(PLAN, HIDDEN, json={"organisation_ids": []}, own=False),
    "POST /api/me/candidates/{candidate_id}": Door(PLAN, json={"answer": "agreed"}, own=False),
    "PUT /api/me/retirement": Door(PLAN, json={"year": 2040}),
    "GET /api/critical-roles": Door(TALENT),
    "POST /api/critical-roles": Door(TALENT, HIDDEN, json={**CRITICAL, "level": 5}),
    "GET /api/critical-roles/{critical_id}": Door(TALENT, HIDDEN),
    "PUT /api/critical-roles/{critical_id}": Door(
        TALENT, json={"title": "A", "why": "A", "review_on": "2027-03-02"}, own=False
    ),
    "GET /api/known-ends": Door(TALENT),
    "GET /api/talent-requests": Door(TALENT),
    "POST /api/talent-requests": Door(TALENT, HIDDEN, json={**WANTED, "level": 5}),
    "GET /api/talent-requests/{wanted_id}": Door(TALENT),
    "POST /api/talent-requests/{wanted_id}/close": Door(TALENT, json={"state": "filled"}, own=False),
    "POST /api/talent-requests/{wanted_id}/referrals": Door(
        TALENT, HIDDEN, json={"organisation_id": "{organisation}", "person_id": "{person}"}, own=False
    ),
    "POST /api/candidates/{candidate_id}/decision": Door(TALENT, json={"decision": "referred"}, own=False),
    "GET /api/threads": Door(ME),
    "POST /api/threads": Door(PLAN, json={"subject": "practice", "title": "A"}),
    "GET /api/threads/{thread_id}": Door(ME, HIDDEN, own=False),
    "POST /api/threads/{thread_id}/observations": Door(
        PLAN, HIDDEN, json={**SEEN_THERE, "conditions": ["time"]}, own=False
    ),
    "POST /api/threads/{thread_id}/answer": Door(PLAN, HIDDEN, json={"answer": "ended"}, own=False),
    # reports: released figures only, so no release is foreign
    "GET /reports": Door(REPORTS),
    "GET /reports/flags": Door(REPORTS),
    "GET /reports/flags/{flag_id}": Door(REPORTS, HIDDEN, own=False),
    "POST /reports/flags/{flag_id}": Door("reports.act", HIDDEN, own=False, form={"state": "open", "version": "9"}),
    "GET /api/flags": Door(REPORTS),
    "GET /api/flags/{flag_id}": Door(REPORTS, HIDDEN, own=False),
    "POST /api/flags/{flag_id}/changes": Door("reports.act", HIDDEN, own=False, json={"state": "open", "version": 9}),
    "GET /reports/releases": Door(REPORTS),
    "GET /reports/representation": Door(REPORTS, own=False),
    "GET /reports/representation.csv": Door(REPORTS, own=False),
    "GET /reports/representation.svg": Door(REPORTS, query={"group": "white"}, own=False),
    "GET /reports/representation.xlsx": Door(REPORTS, own=False),
    "GET /reports/{measure}": Door(REPORTS, own=False),
    "GET /reports/{measure}/chart.svg": Door(REPORTS, query={"part": "levels", "chart": "levels"}, own=False),
    "GET /reports/{measure}/figures.csv": Door(REPORTS, query={"part": "levels"}, own=False),
    "GET /reports/{measure}/figures.xlsx": Door(REPORTS, own=False),
    "GET /reports/measures": Door(NOTE),
    "GET /reports/{release_id}/pack": Door(REPORTS, own=False),
    "GET /reports/{release_id}/pack.pdf": Door(REPORTS, own=False),
    # what is known locally: a leader may speak for every organisation, a partner for their own
    "GET /reports/know-how": Door(NOTE),
    "POST /reports/know-how": Door(NOTE, SPOKEN_FOR, form=KNOWN),
    "GET /reports/know-how/{note_id}": Door(NOTE, SPOKEN_FOR),
    "POST /reports/know-how/{note_id}": Door(NOTE, SPOKEN_FOR, form={"version": "1", "words": "We know."}),
    "GET /reports/supplied": Door(NOTE),
    "POST /reports/supplied": Door(NOTE, form=COUNTS),
    "GET /api/know-how": Door(NOTE, SPOKEN_FOR, query={"organisation_id": "{organisation}"}),
    "POST /api/know-how": Door(NOTE, SPOKEN_FOR, json=KNOWN),
    "POST /api/know-how/{note_id}": Door(NOTE, SPOKEN_FOR, json={"version": 1, "words": "We know."}),
    "GET /api/releases": Door(REPORTS),
    "GET /api/releases/{release_id}": Door(REPORTS),
    "GET /api/releases/{release_id}/representation": Door(REPORTS, own=False),
    "GET /api/releases/{release_id}/reports/{measure}": Door(REPORTS, own=False),
    # organisations and grades: facts about employers, which everybody may read
    "GET /api/organisations": Door(SIGNED_IN),
    "GET /api/organisations/{organisation_id}": Door(SIGNED_IN),
    "POST /api/organisations": Door(PLACES, json={"code": "{number}", "name": "A", "kind": "trust"}),
    "PUT /api/organisations/{organisation_id}": Door(PLACES, json={**PLACE, "version": 9}),
    "GET /organisations": Door(PLACES),
    "POST /organisations": Door(PLACES, form={"code": "{number}", "name": "A", "kind": "trust"}),
    "GET /organisations/new": Door(PLACES),
    "GET /organisations/{organisation_id}": Door(PLACES),
    "POST /organisations/{organisation_id}": Door(PLACES, form={**PLACE, "version": "9"}),
    "GET /api/crosswalk": Door(SIGNED_IN),
    "POST /api/crosswalk": Door(PLACES, json=EDITION),
    "GET /api/crosswalk/unmapped": Door(PLACES),
    "GET /grades": Door(PLACES),
    "POST /grades": Door(PLACES, form={"based_on": "9999"}),
    "GET /grades/new": Door(PLACES),
    # frameworks and roles: facts about work, which everybody may read
    "GET /api/frameworks": Door(SIGNED_IN),
    "POST /api/frameworks": Door(FRAMEWORKS, json=FRAMEWORK),
    "POST /api/frameworks/check": Door(FRAMEWORKS, json={"code": "f{number}", "csv": FRAMEWORK_FILE}),
    "GET /api/frameworks/{code}": Door(SIGNED_IN),
    "GET /api/frameworks/{code}/dimensions": Door(SIGNED_IN),
    "POST /api/frameworks/{code}/retire": Door(FRAMEWORKS, json={}),
    "GET /api/families": Door(SIGNED_IN),
    "GET /api/roles": Door(SIGNED_IN),
    "POST /api/roles": Door(FRAMEWORKS, json={"csv": ROLES_FILE}),
    "POST /api/roles/check": Door(FRAMEWORKS, json={"csv": ROLES_FILE}),
    "GET /api/roles/match": Door(SIGNED_IN, query={"staff_group": "nursing_midwifery", "job_title": "Matron"}),
    "GET /api/roles/{role_id}": Door(SIGNED_IN),
    "POST /api/roles/{role_id}/retire": Door(FRAMEWORKS, json={}),
    "GET /frameworks": Door(SIGNED_IN),
    "POST /frameworks": Door(FRAMEWORKS, form={"code": "f{number}"}),
    "POST /frameworks/check": Door(FRAMEWORKS, form={"code": "f{number}"}),
    "GET /frameworks/import": Door(FRAMEWORKS),
    "GET /frameworks/{code}": Door(SIGNED_IN),
    "GET /frameworks/{code}/file.csv": Door(SIGNED_IN),
    "POST /frameworks/{code}/{version}/retire": Door(FRAMEWORKS, form={}),
    "GET /roles": Door(SIGNED_IN),
    "POST /roles": Door(FRAMEWORKS, form={"csv": ROLES_FILE}),
    "POST /roles/check": Door(FRAMEWORKS, form={"csv": ROLES_FILE}),
    "GET /roles/file.csv": Door(SIGNED_IN),
    "GET /roles/import": Door(FRAMEWORKS),
    "GET /roles/{role_id}": Door(SIGNED_IN),
    "POST /roles/{role_id}/retire": Door(FRAMEWORKS, form={}),
    # development offers: everybody at work in the system reads what is published; its provider changes it and decides
    "GET /offers": Door(ME),
    "GET /offers/mine": Door(OFFERS),
    "GET /offers/new": Door(OFFERS),
    "POST /offers/new": Door(OFFERS, HIDDEN, form=OFFER),
    "GET /offers/{offer_id}": Door(ME),
    "GET /offers/{offer_id}/dates/{date_file}": Door(ME),
    "GET /offers/{offer_id}/edit": Door(OFFERS, HIDDEN),
    "POST /offers/{offer_id}/edit": Door(OFFERS, HIDDEN, form={**OFFER, "version": "1"}),
    "GET /offers/{offer_id}/dates": Door(OFFERS, HIDDEN),
    "POST /offers/{offer_id}/dates": Door(OFFERS, HIDDEN, form={"places": "4"}),
    "GET /offers/{offer_id}/publish": Door(OFFERS, HIDDEN),
    "POST /offers/{offer_id}/publish": Door(OFFERS, HIDDEN, form={"what": "closed", "version": "1"}),
    "GET /offers/{offer_id}/applications": Door(CHOOSE, HIDDEN),
    "POST /offers/{offer_id}/applications": Door(CHOOSE, HIDDEN, form={"decision": "placed"}),
    "GET /offers/{offer_id}/apply": Door(ME),
    "POST /offers/{offer_id}/apply": Door(PLAN, form={"statement": "A"}),
    "GET /offers/{offer_id}/nominate": Door(ME),
    "POST /offers/{offer_id}/nominate": Door(ME, form={"email": "nobody@example.org"}),
    "GET /me/offers": Door(ME),
    "GET /me/offers/{application_id}": Door(ME, HIDDEN, own=False),
    "POST /me/offers/{application_id}/withdraw": Door(PLAN, HIDDEN, form={"version": "2"}, own=False),
    "POST /me/offers/{application_id}/feedback": Door(PLAN, HIDDEN, form={"useful": "4"}, own=False),
    "GET /api/offers": Door(ME),
    "POST /api/offers": Door(OFFERS, HIDDEN, json=OFFER),
    "GET /api/offers/mine": Door(OFFERS),
    "GET /api/offers/{offer_id}": Door(ME),
    "PUT /api/offers/{offer_id}": Door(OFFERS, HIDDEN, json=OFFER),
    "POST /api/offers/{offer_id}/dates": Door(OFFERS, HIDDEN, json=DATED),
    "PUT /api/offers/{offer_id}/dates/{date_id}": Door(OFFERS, HIDDEN, json=DATED),
    "GET /api/offers/{offer_id}/alike": Door(OFFERS, HIDDEN),
    "POST /api/offers/{offer_id}/publish": Door(OFFERS, HIDDEN, json={}),
    "POST /api/offers/{offer_id}/end": Door(OFFERS, HIDDEN, json={"ending": "closed"}),
    "GET /api/offers/{offer_id}/applications": Door(CHOOSE, HIDDEN),
    "POST /api/offers/{offer_id}/applications": Door(PLAN, json={}),
    "POST /api/offers/{offer_id}/decisions": Door(CHOOSE, HIDDEN, json=PICKED),
    "POST /api/offers/{offer_id}/nominations": Door(ME, json={"email": "nobody@example.org"}),
    "GET /api/me/offers": Door(ME),
    "GET /api/me/offers/{application_id}": Door(ME, HIDDEN, own=False),
    "PUT /api/me/offers/{application_id}": Door(PLAN, json={}, own=False),
    "POST /api/me/offers/{application_id}/withdraw": Door(PLAN, own=False),
    "PUT /api/me/offers/{application_id}/feedback": Door(PLAN, HIDDEN, json={"useful": 4}, own=False),
    # mentors and coaches, whom everybody in the system finds; requests, which the two of them see alone
    "GET /mentors": Door(PLAN),
    "GET /mentors/{mentor_id}": Door(PLAN),
    "POST /mentors/{mentor_id}": Door(PLAN, form={"words": "A team."}),
    "GET /me/mentoring": Door(PLAN),
    "POST /me/mentoring/{request_id}": Door(PLAN, HIDDEN, form={"state": "ended"}, own=False),
    "GET /me/mentoring/offer": Door(PLAN),
    "POST /me/mentoring/offer": Door(PLAN, form={}),
    "GET /api/mentors": Door(PLAN),
    "GET /api/me/mentor": Door(PLAN, own=False),
    "PUT /api/me/mentor": Door(PLAN, json=MENTOR),
    "GET /api/me/mentoring": Door(PLAN),
    "POST /api/me/mentoring": Door(PLAN, json={"mentor_id": "{mentor}", "words": "A team."}),
    "POST /api/me/mentoring/{request_id}": Door(PLAN, HIDDEN, json={"state": "ended"}, own=False),
    # what the organisations share, which everybody in the system may look through
    "GET /shared-assets": Door(ME),
    "POST /shared-assets": Door(OFFERS, HIDDEN, form={**ASSET, "organisation_id": "{organisation}"}),
    "POST /shared-assets/looked": Door(OFFERS, HIDDEN, form={"offer": "{subject}", "reason": "none_fits"}),
    "GET /shared-assets/new": Door(OFFERS),
    "GET /shared-assets/{asset_id}": Door(OFFERS, HIDDEN),
    "POST /shared-assets/{asset_id}": Door(OFFERS, HIDDEN, form={**ASSET, "version": "1"}),
    "GET /api/assets": Door(ME),
    "POST /api/assets": Door(OFFERS, HIDDEN, json={**ASSET, "organisation_id": "{organisation}"}),
    "PUT /api/assets/{asset_id}": Door(OFFERS, HIDDEN, json={**ASSET, "version": 1}),
    "POST /api/offers/{subject_id}/assets-looked-at": Door(OFFERS, HIDDEN, json={"reason": "none_fits"}),
    # inclusion checks, and the records that positive action rests on: why is told to everybody
    "GET /checks/{what}/{subject_id}": Door(OFFERS, HIDDEN),
    "POST /checks/{what}/{subject_id}": Door(OFFERS, HIDDEN, form={**CHECKED, "stage": "publish"}),
    "GET /api/checks/{what}/{subject_id}": Door(OFFERS, HIDDEN),
    "POST /api/checks/{what}/{subject_id}/{stage}": Door(OFFERS, HIDDEN, json=CHECKED),
    "GET /positive-action": Door(OFFERS),
    "GET /positive-action/{what}/{subject_id}": Door(OFFERS, HIDDEN),
    "POST /positive-action/{what}/{subject_id}": Door(OFFERS, HIDDEN, form={}),
    "POST /positive-action/{what}/{subject_id}/approval": Door(OFFERS, HIDDEN, form={"end": "yes"}),
    "POST /positive-action/{what}/{subject_id}/declaration": Door(PLAN, form={"belongs": "yes"}),
    "GET /positive-action/{what}/{subject_id}/equal": Door(CHOOSE, HIDDEN),
    "POST /positive-action/{what}/{subject_id}/equal": Door(CHOOSE, HIDDEN, form={"words": "Equal."}),
    "GET /api/positive-action/figures": Door(OFFERS),
    "GET /api/positive-action/{what}/{subject_id}": Door(ME),
    "GET /api/positive-action/{what}/{subject_id}/records": Door(OFFERS, HIDDEN),
    "PUT /api/positive-action/{what}/{subject_id}/draft": Door(OFFERS, HIDDEN, json={}),
    "POST /api/positive-action/{what}/{subject_id}/approval": Door(OFFERS, HIDDEN, json={"version": 9}),
    "DELETE /api/positive-action/{what}/{subject_id}/approval": Door(OFFERS, HIDDEN),
    "PUT /api/positive-action/{what}/{subject_id}/declaration": Door(PLAN),
    "DELETE /api/positive-action/{what}/{subject_id}/declaration": Door(PLAN),
    "POST /api/positive-action/{what}/{subject_id}/equal": Door(
        CHOOSE, HIDDEN, json={"words": "Equal.", "candidates": TWO}
    ),
    # access: the administrator's, over all accounts
    "GET /access": Door(ACCESS),
    "POST /access": Door(ACCESS, form={"name": "N", "email": "{number}@example.org"}),
    "GET /access/new": Door(ACCESS),
    "GET /access/{account_id}": Door(ACCESS),
    "POST /access/{account_id}/close": Door(ACCESS, form={"closing_reason": "review"}),
    "POST /access/{account_id}/reopen": Door(ACCESS, form={"closing_reason": "review"}),
    "POST /access/{account_id}/roles": Door(ACCESS, form=GIVEN),
    "GET /access/{account_id}/roles/{grant_id}": Door(ACCESS),
    "POST /access/{account_id}/roles/{grant_id}": Door(ACCESS, form={"reason": "review"}),
    "GET /api/accounts": Door(ACCESS),
    "POST /api/accounts": Door(ACCESS, json={"name": "N", "email": "{number}@example.org"}),
    "GET /api/accounts/{account_id}": Door(ACCESS),
    "POST /api/accounts/{account_id}/close": Door(ACCESS, json={"reason": "review"}),
    "POST /api/accounts/{account_id}/reopen": Door(ACCESS, json={"reason": "review"}),
    "POST /api/grants": Door(ACCESS, json={"account_id": "{account}", **GIVEN}),
    "DELETE /api/grants/{grant_id}": Door(ACCESS, query={"reason": "review"}),
    # the trail
    "GET /audit": Door(AUDIT),
    "GET /api/audit": Door(AUDIT),
}
