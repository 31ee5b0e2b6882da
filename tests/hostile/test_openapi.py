"""schemathesis over the whole OpenAPI document, against the running service, as each kind of account: no server error
anywhere. In `make test` one of those who may use an operation tries it; in `make hostile` everybody tries all of them.
"""

import os

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation

from service.access.actions import form_token
from service.access.doors import COOKIE, FORM_HEADER
from service.access.grants import GRANTS, Role
from tests.access.doors import ANYONE, DOORS, SIGNED_IN
from tests.running import House

pytestmark = pytest.mark.hostile
EXAMPLES = 12
EVERYBODY = os.environ.get("RIDGEWAY_HOSTILE") == "all"
ROLES = {
    "Amara": (Role.STAFF,),
    "Rhodri": (Role.SYSTEM_LEADER,),
    "Ines": (Role.ADMINISTRATOR,),
    "Thomas": (Role.AUDITOR,),
    "Bronwen": (Role.HR_PARTNER, Role.STAFF),
}


@pytest.mark.parametrize("who", [*ROLES, None])
def test_no_operation_fails_whatever_it_is_given(house: House, who: str | None) -> None:
    schema = schemathesis.openapi.from_url(f"{house.address}/schema/openapi.json")
    headers = signed_in(house, who) if who else {}
    tried = 0
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), "the OpenAPI document has an operation that cannot be read"
        operation = found.ok()
        if EVERYBODY or _tries(operation) == who:
            tried += _try(operation, headers)
    assert tried > 0


def _tries(operation: APIOperation) -> str | None:
    """Somebody who may use it: who may use least besides."""
    door = DOORS[f"{operation.method.upper()} {operation.path}"]
    if door.who in {ANYONE, SIGNED_IN}:
        return None if door.who == ANYONE else "Amara"
    return next(who for who, roles in ROLES.items() if any(door.who in GRANTS[role][1] for role in roles))


def signed_in(house: House, who: str) -> dict[str, str]:
    answer = httpx.post(f"{house.address}/sign-in/demo", data={"account_id": house.personas[who].account_id})
    token = answer.headers["set-cookie"].split(";")[0].split("=", 1)[1]
    return {"Cookie": f"{COOKIE}={token}", FORM_HEADER: form_token(token)}


def _try(operation: APIOperation, headers: dict[str, str]) -> int:
    """How many cases were tried; fails at the first answer that is our fault."""
    tried = 0

    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    def one(case: schemathesis.Case) -> None:
        nonlocal tried
        tried += 1
        answer = case.call(headers=headers)
        assert answer.status_code < 500, f"{operation.label}: {answer.status_code} {answer.text[:300]}"

    one()
    return tried
