"""Frameworks and roles as the files that they could have come from."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from service.capabilities.files import frameworks, roles
from service.capabilities.rules import Content, Requirement, RequirementKind, Role

_RUNS = re.compile(r"^([=+\-@\t\r]|'[=+\-@\t\r'])")
_BETWEEN = f" {roles.BETWEEN} "


def framework_file(content: Content) -> bytes:
    return _file(frameworks.COLUMNS, _parts(content))


def roles_file(found: Iterable[Role]) -> bytes:
    return _file(roles.COLUMNS, map(_role, found))


def _parts(content: Content) -> Iterator[Sequence[str]]:
    for one in content.levels:
        yield "level", "", "", str(one.level), one.name, one.description
    for dimension in content.dimensions:
        yield "dimension", "", dimension.code, "", dimension.name, dimension.description
    for seen in content.behaviours:
        yield "behaviour", seen.dimension, seen.code, str(seen.level or ""), "", seen.text


def _role(role: Role) -> Sequence[str]:
    named = (role.code, role.family, str(role.level), role.title, _BETWEEN.join(role.titles[1:]), role.tier or "")
    default = "yes" if role.is_default else "no"
    return (*named, default, role.summary, *(_asked(role, kind) for kind in RequirementKind))


def _asked(role: Role, kind: RequirementKind) -> str:
    return _BETWEEN.join(
        _name(one) + ("" if one.is_essential else f" {roles.DESIRABLE}")
        for one in role.requirements
        if one.kind is kind
    )


def _name(asked: Requirement) -> str:
    if asked.kind is not RequirementKind.CAPABILITY:
        return asked.text
    return ".".join(str(part) for part in (asked.framework, asked.dimension, asked.level) if part)


def _file(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """With a byte order mark, without which a spreadsheet reads accented names as something else."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_RUNS.sub(r"'\1", cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")
