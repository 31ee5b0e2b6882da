"""schemathesis over the whole OpenAPI document, against the running service, as each kind of account: no server error
anywhere. Who may use an operation tries it most; for the others a few tries show that being turned away is no failure.
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
TURNED_AWAY = EXAMPLES if os.environ.get("RIDGEWAY_HOSTILE") == "all" else 1
ROLES = {
    "Bronwen": (Role.HR_PARTNER, Role.STAFF),
    "Amara": (Role.STAFF,),
    "Rhodri": (Role.SYSTEM_LEADER,),
    "Ines": (Role.ADMINISTRATOR,),
    "Thomas": (Role.AUDITOR,),
}


@pytest.mark.parametrize("who", [*ROLES, None])
def test_no_operation_fails_whatever_it_is_given(house: House, who: str | None) -> None:
    schema = schemathesis.openapi.from_url(f"{house.address}/schema/openapi.json")
    headers = signed_in(house, who) if who else {}
    tried = 0
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), "the OpenAPI document has an operation that cannot be read"
        operation = found.ok()
        tried += _try(operation, headers, EXAMPLES if _may(who, operation) else TURNED_AWAY)
    assert tried > 100


def _may(who: str | None, operation: APIOperation) -> bool:
    door = DOORS[f"{operation.method.upper()} {operation.path}"]
    if who is None or door.who in {ANYONE, SIGNED_IN}:
        # What everybody may use is tried by one of them.
        return (who, door.who) in {(None, ANYONE), ("Amara", SIGNED_IN)}
    return any(door.who in GRANTS[role][1] for role in ROLES[who])


def signed_in(house: House, who: str) -> dict[str, str]:
    answer = httpx.post(f"{house.address}/sign-in/demo", data={"account_id": house.personas[who].account_id})
    token = answer.headers["set-cookie"].split(";")[0].split("=", 1)[1]
    return {"Cookie": f"{COOKIE}={token}", FORM_HEADER: form_token(token)}


def _try(operation: APIOperation, headers: dict[str, str], examples: int) -> int:
    """How many cases were tried; fails at the first answer that is our fault."""
    tried = 0

    @given(case=operation.as_strategy())
    @settings(
        max_examples=examples,
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
