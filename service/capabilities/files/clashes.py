"""Roles that would be taken for one another: a job title, or a place to stand for others, may lead to one role only."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from service.capabilities.files.sheets import RowProblem
from service.capabilities.rules import Role

_Key = tuple[str | None, str, int]


def clashes(
    given: Sequence[tuple[int, Role]], held: Iterable[Role], families: Mapping[str, str | None]
) -> list[RowProblem]:
    """Of the (row, role) given, with each other and with those held. A role given takes the place of the one held
    under its code.
    """
    codes = {role.code for _, role in given}
    owners: dict[_Key, str] = {}
    for role in held:
        if role.code not in codes:
            owners.update((key, role.code) for _, key in _keys(role, families))
    return [problem for row, role in given for problem in _problems(row, role, owners, families)]


def _problems(
    row: int, role: Role, owners: dict[_Key, str], families: Mapping[str, str | None]
) -> Iterator[RowProblem]:
    if role.is_default and families[role.family] is None:
        yield RowProblem(row, "default", "yes", "Enter no: this family spans staff groups, so it stands for none.")
    for column, key in _keys(role, families):
        owner = owners.setdefault(key, role.code)
        if owner != role.code:
            value = key[1] or "yes"
            yield RowProblem(row, column, value[:80], f"Take this out here or there: at this level it is {owner}.")


def _keys(role: Role, families: Mapping[str, str | None]) -> Iterator[tuple[str, _Key]]:
    """What only one role may have, with the column that says it."""
    group = families[role.family]
    for title in role.titles:
        yield "title" if title == role.titles[0] else "titles", (group, title, role.level)
    if role.is_default and group is not None:
        yield "default", (group, "", role.level)
