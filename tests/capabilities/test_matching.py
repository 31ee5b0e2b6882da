"""Which role a post is: by title, by the staff group's own role, or not known; the same one by one and all at once."""

import pytest
from sqlalchemy import column, select, text, values
from sqlalchemy import types as kinds

from analytics.synthetic.staffing import LEVELS, TITLES
from service.capabilities.queries import find_profile, profiles_for
from service.kit.actor import the_service
from service.kit.db import Sessions, transaction
from service.posts.rules import StaffGroup

NURSING, ADMIN, AHP = "nursing_midwifery", "administrative_clerical", "allied_health_professionals"
# staff group, job title, level -> code of the role, how
POSTS = [
    (NURSING, "Staff nurse", 5, "nursing-staff", "title"),
    (NURSING, "  STAFF   Nurse ", 5, "nursing-staff", "title"),
    (NURSING, "Staff nurse", 6, "nursing-senior-staff", "title"),
    (NURSING, "Staff nurse", 9, "nursing-senior-staff", "title"),
    (NURSING, "Matron", 7, "nursing-matron", "title"),
    (NURSING, "Head of enchantment", 7, "nursing-ward-manager", "family_and_level"),
    (NURSING, "Head of enchantment", 1, None, None),
    (NURSING, "Head of enchantment", None, None, None),
    (NURSING, "Physiotherapist", 5, "nursing-staff", "family_and_level"),
    (NURSING, "Chief nurse", 9, "executive-chief-nurse", "title"),
    (NURSING, "Staff nurse", None, None, None),
    (NURSING, "Matron", None, "nursing-matron", "title"),
    (AHP, "Paramedic", 5, "ambulance-paramedic", "title"),
    (ADMIN, "Administrator", 2, "admin-administrator", "title"),
    ("add_prof_scientific_technic", "Aquanaut", 6, None, None),
    ("nowhere", "Staff nurse", 5, None, None),
    ("other", "", 5, None, None),
]


@pytest.mark.parametrize(("staff_group", "title", "level", "code", "how"), POSTS)
async def test_a_post_is_the_role_that_the_rule_says(
    sessions: Sessions, staff_group: str, title: str, level: int | None, code: str | None, how: str | None
) -> None:
    async with transaction(sessions, the_service()) as session:
        found, found_how = await find_profile(session, staff_group, title, level)
    assert (found.code if found else None, found_how) == (code, how)


async def test_all_posts_at_once_are_the_same_roles_as_one_by_one(sessions: Sessions) -> None:
    names = ("staff_group", "job_title", "level")
    types = (kinds.String, kinds.String, kinds.SmallInteger)
    rows = [post[:3] for post in POSTS]
    held = values(*(column(name, kind) for name, kind in zip(names, types, strict=True)), name="held").data(rows * 2)
    async with transaction(sessions, the_service()) as session:
        found = (await session.execute(profiles_for(select(held).subquery()))).all()
        codes = {row.id: row.code for row in await session.execute(text("SELECT id, code FROM role_profiles"))}
    assert len(found) == len(set(rows))
    said = {tuple(row[:3]): (codes.get(row.profile_id), row.how) for row in found}
    assert said == {(group, title, level): (code, how) for group, title, level, code, how in POSTS}


async def test_every_post_of_the_made_up_system_has_a_role_by_its_title(sessions: Sessions) -> None:
    async with transaction(sessions, the_service()) as session:
        for group, bands in TITLES.items():
            for low, titles in zip((1, 5, 7), bands, strict=True):
                for title in titles:
                    levels = [n for n in range(low, low + (4 if low == 1 else 2 + (low == 7))) if LEVELS[group][n - 1]]
                    for level in levels:
                        found, how = await find_profile(session, group, title, level)
                        assert found, (group, title, level)
                        assert how == "title"
                        assert abs(found.level - level) <= 3, (group, title, level, found.code)


async def test_every_staff_group_that_a_family_names_is_one_that_posts_have(sessions: Sessions) -> None:
    async with transaction(sessions, the_service()) as session:
        named = (await session.execute(text("SELECT DISTINCT staff_group FROM job_families"))).scalars()
        assert {group for group in named if group} <= set(StaffGroup)
