"""What a file would do, without doing it. Publishing reads the same file again and trusts nothing from before."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.capabilities import queries
from service.capabilities.files.clashes import clashes
from service.capabilities.files.frameworks import read_framework
from service.capabilities.files.roles import read_roles
from service.capabilities.files.sheets import FIELD, RowProblem
from service.capabilities.rules import Content, Role, changes_between
from service.capabilities.schemas import FrameworkCheck, ProblemOut, RolesCheck
from service.kit.actor import Actor
from service.kit.errors import Invalid, Problem

EDIT = "frameworks.edit"
SHOWN = 100


@dataclass(frozen=True, slots=True)
class RolesPlan:
    """`changed` is (id, version, role as it shall be) of each role that a new version replaces."""

    added: list[Role]
    changed: list[tuple[UUID, int, Role]]


async def check_framework(session: AsyncSession, actor: Actor, code: str, csv: str) -> tuple[Content, FrameworkCheck]:
    """Raises Invalid when the file cannot be read at all."""
    actor.must(EDIT)
    content, problems = read_framework(csv)
    return content, await compare_framework(session, code, content, problems)


async def compare_framework(
    session: AsyncSession, code: str, content: Content, problems: list[RowProblem]
) -> FrameworkCheck:
    """With the newest version there is, published or retired."""
    newest = await queries.newest_version(session, code)
    changes = changes_between(await queries.content_of(session, code, newest) if newest else None, content)
    return FrameworkCheck(
        version=newest + 1,
        levels=len(content.levels),
        dimensions=len(content.dimensions),
        behaviours=len(content.behaviours),
        added=list(changes.added),
        changed=list(changes.changed),
        removed=list(changes.removed),
        unchanged=changes.unchanged,
        problem_count=len(problems),
        problems=_shown(problems),
    )


async def check_roles(session: AsyncSession, actor: Actor, csv: str) -> tuple[RolesPlan, RolesCheck]:
    """Raises Invalid when the file cannot be read at all."""
    actor.must(EDIT)
    known = await queries.known(session)
    given, problems = read_roles(csv, known)
    held = await queries.published(session)
    problems += clashes(given, (role for _, _, role in held.values()), known.families)
    problems.sort(key=lambda problem: problem.row)
    roles = [role for _, role in given]
    plan = RolesPlan(
        added=[role for role in roles if role.code not in held],
        changed=[(*held[role.code][:2], role) for role in roles if role.code in held and held[role.code][2] != role],
    )
    return plan, RolesCheck(
        added=[role.title for role in plan.added],
        changed=[role.title for _, _, role in plan.changed],
        unchanged=len(roles) - len(plan.added) - len(plan.changed),
        problem_count=len(problems),
        problems=_shown(problems),
    )


def must_be_clean(found: FrameworkCheck | RolesCheck) -> None:
    """Raises Invalid with the first problems: a file is taken whole or not at all."""
    if found.problems:
        raise Invalid(*(Problem(FIELD, in_words(problem)) for problem in found.problems[:20]))


def in_words(problem: ProblemOut) -> str:
    """Row 7, level: Enter a whole number from 1 to 9."""
    column = f", {problem.column}" if problem.column else ""
    return f"Row {problem.row}{column}: {problem.fix}"


def _shown(problems: Iterable[RowProblem]) -> list[ProblemOut]:
    return [ProblemOut(one.row, one.column, one.value, one.fix) for one in list(problems)[:SHOWN]]
