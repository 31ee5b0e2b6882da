"""Who may be given what, as plain tables."""

from uuid import UUID

import pytest

from service.access.grants import GRANTS, ROLE_NAMES, Reach, Role, permissions_of
from service.access.rules import REASONS, Reason, problem_with_taking, problems_with_giving
from service.kit.actor import EVERYWHERE

HERE = UUID(int=1)


@pytest.mark.parametrize(
    ("role", "place", "to_self", "fields"),
    [
        (Role.HR_PARTNER, HERE, False, []),
        (Role.HR_PARTNER, None, False, ["organisation_id"]),
        (Role.FACILITATOR, None, False, ["organisation_id"]),
        (Role.AUDITOR, None, False, []),
        (Role.AUDITOR, HERE, False, ["organisation_id"]),
        (Role.ADMINISTRATOR, HERE, False, ["organisation_id"]),
        (Role.STAFF, None, False, ["role"]),
        (Role.HR_PARTNER, HERE, True, ["role"]),
    ],
)
def test_a_role_is_given_where_it_reaches_and_never_to_oneself(
    role: Role, place: UUID | None, to_self: bool, fields: list[str]
) -> None:
    assert [problem.field for problem in problems_with_giving(role, place, to_self=to_self)] == fields


@pytest.mark.parametrize(
    ("role", "from_self", "others", "may"),
    [
        (Role.AUDITOR, False, 0, True),
        (Role.AUDITOR, True, 0, True),
        (Role.ADMINISTRATOR, False, 1, True),
        (Role.ADMINISTRATOR, False, 0, False),
        (Role.ADMINISTRATOR, True, 5, False),
    ],
)
def test_somebody_is_always_left_who_can_give_access(role: Role, from_self: bool, others: int, may: bool) -> None:
    assert (problem_with_taking(role, from_self=from_self, other_administrators=others) is None) is may


def test_a_role_that_reaches_an_organisation_gives_nothing_elsewhere_and_nothing_when_granted_nowhere() -> None:
    assert permissions_of([(Role.HR_PARTNER, None)]) == {}
    assert set(permissions_of([(Role.HR_PARTNER, HERE)]).values()) == {frozenset({HERE})}
    assert set(permissions_of([(Role.AUDITOR, None)]).values()) == {frozenset({EVERYWHERE})}


def test_no_role_that_reaches_the_whole_system_may_read_or_change_a_person() -> None:
    for role, (reach, permissions) in GRANTS.items():
        if reach is Reach.SYSTEM:
            assert not [
                name for name in permissions if name.startswith(("people.", "posts.", "conversations.", "transfer."))
            ], role


def test_every_role_and_every_reason_has_a_name() -> None:
    assert set(ROLE_NAMES) == set(Role) == set(GRANTS)
    assert set(REASONS) == set(Reason)
