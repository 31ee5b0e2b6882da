"""Which role profile a post is. The rule, one post at a time or for all of them at once:

1. the role that has this job title at this system level;
2. else the role that has this job title at the nearest level, the lower of two that are as near;
3. else the role that stands for the staff group at this level: how it was found says so;
4. else none. Nothing is guessed: a title that several roles have is not matched while the level is not known.

A title counts only in families of the same staff group, or in those that span several. Retired roles are never matched.
"""

from functools import cache
from typing import Any

from sqlalchemy import ARRAY, CTE, FromClause, Select, String, Text, and_, bindparam, case, func, null, or_, select
from sqlalchemy.dialects.postgresql import SMALLINT, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from service.capabilities.queries.roles import ROLE, role_of
from service.capabilities.rules import How, ProfileState
from service.capabilities.schemas import RoleOut
from service.capabilities.tables import JobFamily, RoleProfile

_PUBLISHED = (
    select(
        RoleProfile.id,
        RoleProfile.code,
        RoleProfile.level,
        RoleProfile.is_default,
        RoleProfile.titles,
        JobFamily.staff_group,
    )
    .join(JobFamily, JobFamily.code == RoleProfile.family_code)
    .where(RoleProfile.state == ProfileState.PUBLISHED)
)


def profiles_for(held: FromClause, *, few: bool = False) -> Select[*tuple[Any, ...]]:
    """staff_group, job_title, level, profile_id, how: one row for each distinct three of the first.

    `held` is anything with columns of these three names, such as a select of assignments with the crosswalk's level.
    Join back on all three, with IS NOT DISTINCT FROM for the level. profile_id and how are NULL where no role is known.
    `few` posts are found sooner by looking only at the roles that have one of their titles.
    """
    # The plain title is worked out once for each post, not once for each title that it is compared with.
    plain = func.lower(func.btrim(func.regexp_replace(held.c.job_title, r"\s+", " ", "g"))).label("plain")
    asked = select(held.c.staff_group, held.c.job_title, held.c.level, plain).distinct().cte("asked_profiles")
    named, standing = _by_title(asked, few), _PUBLISHED.where(RoleProfile.is_default).cte("standing_profiles")
    same_post = and_(
        named.c.staff_group == asked.c.staff_group,
        named.c.job_title == asked.c.job_title,
        named.c.level.is_not_distinct_from(asked.c.level),
    )
    stands = and_(standing.c.staff_group == asked.c.staff_group, standing.c.level == asked.c.level)
    how = case(
        (named.c.profile_id.is_not(None), How.TITLE.value),
        (standing.c.id.is_not(None), How.FAMILY_AND_LEVEL.value),
        else_=null(),
    )
    profile = func.coalesce(named.c.profile_id, standing.c.id)
    asked_for = (asked.c.staff_group, asked.c.job_title, asked.c.level)
    return (
        select(*asked_for, profile.label("profile_id"), how.label("how"))
        .ext(distinct_on(*asked_for))
        .outerjoin(named, same_post)
        .outerjoin(standing, stands)
        .order_by(*asked_for, standing.c.code)
    )


async def find_profile(
    session: AsyncSession, staff_group: str, job_title: str, level: int | None
) -> tuple[RoleOut, How] | tuple[None, None]:
    """The role that a post is, and how it was found; (None, None) where none is known."""
    post = {"staff_group": staff_group, "job_title": job_title, "level": level}
    row = (await session.execute(_role_of_post(), post)).one_or_none()
    return (role_of(row[:-1]), How(row.how)) if row else (None, None)


@cache
def _role_of_post() -> Select[*tuple[Any, ...]]:
    # Made once: putting the statement together costs more than running it.
    post = select(
        bindparam("staff_group", type_=String).label("staff_group"),
        bindparam("job_title", type_=String).label("job_title"),
        bindparam("level", type_=SMALLINT).label("level"),
    ).subquery("post")
    match = profiles_for(post, few=True).subquery("matched")
    return (
        select(*ROLE, match.c.how)
        .join(JobFamily, JobFamily.code == RoleProfile.family_code)
        .join(match, match.c.profile_id == RoleProfile.id)
    )


def _by_title(asked: CTE, few: bool) -> CTE:
    """Of the roles that have the title, the one at the nearest level."""
    said = select(func.array_agg(asked.c.plain, type_=ARRAY(Text))).scalar_subquery()
    titles = (_PUBLISHED.where(RoleProfile.titles.bool_op("&&")(said)) if few else _PUBLISHED).cte("published_profiles")
    title = func.unnest(titles.c.titles).label("title")
    named = select(titles.c.id, titles.c.code, titles.c.level, titles.c.staff_group, title).cte("named_profiles")
    here = or_(named.c.staff_group == asked.c.staff_group, named.c.staff_group.is_(None))
    same = and_(named.c.title == asked.c.plain, here)
    asked_for = (asked.c.staff_group, asked.c.job_title, asked.c.level)
    found = (
        select(*asked_for, named.c.id, func.count().over(partition_by=asked_for).label("roles"))
        .ext(distinct_on(*asked_for))
        .join(named, same)
        .order_by(
            *asked_for,
            func.abs(named.c.level - asked.c.level),
            named.c.level,
            named.c.staff_group.is_(None),
            named.c.code,
        )
        .subquery("found_profiles")
    )
    certain = or_(found.c.level.is_not(None), found.c.roles == 1)
    return (
        select(found.c.staff_group, found.c.job_title, found.c.level, found.c.id.label("profile_id"))
        .where(certain)
        .cte("titled_profiles")
    )
