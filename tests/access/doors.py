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
REPORTS, PLACES, ACCESS, AUDIT = "reports.read", "organisations.edit", "grants.edit", "audit.read"

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
    # reports: released figures only, so no release is foreign
    "GET /reports": Door(REPORTS),
    "GET /reports/releases": Door(REPORTS),
    "GET /reports/representation": Door(REPORTS, own=False),
    "GET /reports/representation.csv": Door(REPORTS, own=False),
    "GET /reports/representation.svg": Door(REPORTS, query={"group": "white"}, own=False),
    "GET /reports/representation.xlsx": Door(REPORTS, own=False),
    "GET /api/releases": Door(REPORTS),
    "GET /api/releases/{release_id}": Door(REPORTS),
    "GET /api/releases/{release_id}/representation": Door(REPORTS, own=False),
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
