"""What a file may say, and what is said about one that it may not: the row, the column and what to do."""

import pytest

from service.capabilities.files.clashes import clashes
from service.capabilities.files.esco import read_esco
from service.capabilities.files.frameworks import read_framework
from service.capabilities.files.roles import Known, read_roles
from service.capabilities.files.sheets import text_of
from service.capabilities.rules import (
    Changes,
    Content,
    Requirement,
    RequirementKind,
    changes_between,
    is_code,
    plain_title,
)
from service.kit.errors import Invalid
from tests.capabilities.files import FRAMEWORK, a_role, roles_file

KNOWN = Known(
    families={"nursing": "nursing_midwifery", "voluntary": None},
    versions={"ways": 2, "leadership": 1},
    dimensions=frozenset({("ways", "relating"), ("leadership", "people")}),
    levels=frozenset({("leadership", 1), ("leadership", 2)}),
)
HEAD = FRAMEWORK.splitlines()[0]


def test_a_framework_is_read_in_its_order_and_behaviours_without_a_code_are_numbered() -> None:
    content, problems = read_framework(FRAMEWORK)
    assert problems == []
    assert [(level.level, level.name) for level in content.levels] == [(1, "First steps"), (2, "On your own")]
    assert [dimension.code for dimension in content.dimensions] == ["listening", "telling"]
    assert [(b.dimension, b.code, b.level) for b in content.behaviours] == [
        ("listening", "waits", 1),
        ("listening", "b2", None),
        ("telling", "plainly", 2),
    ]


@pytest.mark.parametrize(
    ("row", "column", "word"),
    [
        ("song,,x,,X,", "part", "level, dimension or behaviour"),
        ("level,,,0,X,", "level", "1 to 9"),
        ("level,,,10,X,", "level", "1 to 9"),
        ("level,,,two,X,", "level", "1 to 9"),
        ("level,,,²,X,", "level", "1 to 9"),
        ("level,,,1,Again,", "level", "already"),
        ("level,,,3,,", "name", "Enter a name"),
        ("dimension,,Upper Case,,X,", "code", "small letters"),
        ("dimension,,listening,,X,", "code", "already"),
        ("dimension,,new,,,", "name", "Enter a name"),
        (f"dimension,,new,,{'x' * 201},", "name", "200"),
        ("behaviour,singing,x,,,Sings", "dimension", "dimension of this file"),
        ("behaviour,listening,waits,,,Again", "code", "already"),
        ("behaviour,listening,x,,,", "text", "others can see"),
        ("behaviour,listening,x,9,,Late", "level", "Add a row"),
        ("behaviour,listening,x,,,Sings\x1bly", "text", "control"),
        (f"behaviour,listening,x,,,{'x' * 2001}", "text", "Shorten"),
        ("behaviour,listening,x,,,One,two", "", "extra cells"),
    ],
    ids=lambda given: given[:30],
)
def test_what_is_wrong_with_a_row_is_named_with_its_row_and_column(row: str, column: str, word: str) -> None:
    _, problems = read_framework(FRAMEWORK + row + "\n")
    assert (problems[0].row, problems[0].column) == (9, column)
    assert word in problems[0].fix
    assert all(len(problem.value) <= 80 for problem in problems)


@pytest.mark.parametrize(
    ("text", "column", "word"),
    [
        ("part,code\nlevel,1\n", "dimension", "Add this column"),
        (f"{HEAD},colour\n", "colour", "Remove or rename"),
        (f"{HEAD},name\n", "name", "Keep one"),
        (f"{HEAD}\n", "part", "at least one dimension"),
        (f"{HEAD}\nlevel,,,1,One,\n", "part", "at least one dimension"),
    ],
)
def test_wrong_columns_are_named_one_by_one(text: str, column: str, word: str) -> None:
    _, problems = read_framework(text)
    assert any(problem.column == column and word in problem.fix and problem.row == 1 for problem in problems)


@pytest.mark.parametrize(
    "text", ["", "  \n ", f'{HEAD}\nlevel,"never closed', HEAD + "\n" + "level,,,1,X,\n" * 5_001], ids=range(4)
)
def test_a_file_that_cannot_be_read_is_refused_whole(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_framework(text)
    assert refused.value.problems[0].field == "csv"


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"name\nCaf\xe9", b"x" * 1_000_001], ids=range(3))
def test_a_file_that_is_not_utf_8_or_too_large_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(Invalid, match=r"UTF-8|larger"):
        text_of(content)


def test_a_spreadsheets_byte_order_mark_and_line_ends_are_read_past() -> None:
    content, problems = read_framework(text_of(b"\xef\xbb\xbf" + FRAMEWORK.replace("\n", "\r\n").encode()))
    assert problems == []
    assert len(content.dimensions) == 2


def test_a_role_is_read_with_its_titles_and_what_it_asks() -> None:
    [(row, role)], problems = read_roles(roles_file(a_role(title="Ward  Helper", titles="Helper | AIDE|helper")), KNOWN)
    assert (row, problems) == (2, [])
    assert role.titles == ("ward helper", "helper", "aide")
    asked = [(one.kind, one.is_essential, one.text or _named(one)) for one in role.requirements]
    assert asked == [
        (RequirementKind.CAPABILITY, True, "ways.2.relating.None"),
        (RequirementKind.CAPABILITY, False, "leadership.1.people.1"),
        (RequirementKind.EXPERIENCE, True, "A year of helping"),
        (RequirementKind.QUALIFICATION, False, "Any degree"),
    ]


def _named(asked: Requirement) -> str:
    return f"{asked.framework}.{asked.version}.{asked.dimension}.{asked.level}"


@pytest.mark.parametrize(
    ("change", "column", "word"),
    [
        ({"level": "0"}, "level", "1 to 9"),
        ({"level": "10"}, "level", "1 to 9"),
        ({"level": ""}, "level", "1 to 9"),
        ({"family": "wizardry"}, "family", "Enter one of: nursing, voluntary"),
        ({"code": "No Spaces"}, "code", "small letters"),
        ({"title": ""}, "title", "Enter what"),
        ({"title": "x" * 201}, "title", "Shorten"),
        ({"titles": "fine|" + "x" * 201}, "titles", "Shorten"),
        ({"tier": "boss"}, "tier", "enabled_leader, mid_senior, executive"),
        ({"default": "perhaps"}, "default", "yes or no"),
        ({"capabilities": "ways.flying"}, "capabilities", "published framework"),
        ({"capabilities": "nonsense"}, "capabilities", "published framework"),
        ({"capabilities": "leadership.people.3"}, "capabilities", "published framework"),
        ({"capabilities": "leadership.people.x"}, "capabilities", "published framework"),
        ({"capabilities": "ways.relating.1"}, "capabilities", "published framework"),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_role_is_named_at_its_column(change: dict[str, str], column: str, word: str) -> None:
    found, problems = read_roles(roles_file(a_role(), a_role(**change)), KNOWN)
    assert [(problem.row, problem.column) for problem in problems] == [(3, column)]
    assert word in problems[0].fix
    assert [row for row, _ in found] == [2]


def test_a_code_may_be_in_a_file_once() -> None:
    _, problems = read_roles(roles_file(a_role(code="twice"), a_role(code="twice", titles="")), KNOWN)
    assert [(problem.row, problem.column) for problem in problems] == [(3, "code")]


NURSE = {"family": "nursing", "title": "Nurse", "titles": "sister"}


@pytest.mark.parametrize(
    ("first", "second", "columns"),
    [
        (NURSE, NURSE, ["title", "titles"]),
        (NURSE, {**NURSE, "titles": ""}, ["title"]),
        (NURSE, {**NURSE, "level": "6"}, []),
        (NURSE, {**NURSE, "family": "voluntary"}, []),
        (NURSE, {"family": "nursing", "title": "Aide", "titles": "NURSE"}, ["titles"]),
        (NURSE | {"default": "yes"}, {"family": "nursing", "default": "yes"}, ["default"]),
        (NURSE | {"default": "yes"}, {"family": "nursing", "default": "yes", "level": "4"}, []),
        (NURSE, {"family": "voluntary", "default": "yes"}, ["default"]),
    ],
)
@pytest.mark.parametrize("first_is_held", [True, False])
def test_a_title_or_a_place_to_stand_leads_to_one_role(
    first: dict[str, str], second: dict[str, str], columns: list[str], first_is_held: bool
) -> None:
    given, _ = read_roles(roles_file(a_role(code="one", **first), a_role(code="two", **second)), KNOWN)
    held = [role for _, role in given[:1]] if first_is_held else []
    found = clashes(given[1:] if first_is_held else given, held, KNOWN.families)
    assert [problem.column for problem in found] == columns
    assert {problem.row for problem in found} <= {3}


def test_a_role_does_not_clash_with_the_version_of_it_that_it_replaces() -> None:
    given, _ = read_roles(roles_file(a_role(code="one", **NURSE, default="yes")), KNOWN)
    assert clashes(given, [given[0][1]], KNOWN.families) == []


def test_what_changes_between_two_versions_is_told_by_dimension() -> None:
    old, _ = read_framework(FRAMEWORK)
    text = FRAMEWORK.replace("telling,,Telling,", "showing,,Showing,").replace("behaviour,telling", "behaviour,showing")
    new, problems = read_framework(text.replace("Waits until", "Waits a while after"))
    assert problems == []
    assert changes_between(old, old) == Changes((), (), (), 2)
    assert changes_between(None, old) == Changes(("Listening", "Telling"), (), (), 0)
    assert changes_between(old, new) == Changes(("Showing",), ("Listening",), ("Telling",), 0)
    assert changes_between(old, Content()) == Changes((), (), ("Listening", "Telling"), 0)


@pytest.mark.parametrize(
    ("code", "fits"),
    [*((code, True) for code in ("ways", "a-1_b", "9", "x" * 40))]
    + [(code, False) for code in ("", "-a", "A", "a b", "x" * 41, "é", "a\n")],
)
def test_a_code_is_short_and_plain(code: str, fits: bool) -> None:
    assert is_code(code) is fits


def test_titles_are_compared_in_small_letters_and_single_spaces() -> None:
    assert plain_title("  Ward \u00a0Manager\t") == "ward manager"


ESCO = """conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,status,description
KnowledgeSkillCompetence,http://data.europa.eu/esco/skill/00064735-8fad-454b-90c7-ed858cc993f2,skill,sector,sing in tune,"hum\nwhistle",released,Keep to the note.
KnowledgeSkillCompetence,http://data.europa.eu/esco/skill/000709ed-2be5-4193-b056-45a97698d828,skill,sector,dance,,released,
KnowledgeSkillCompetence,http://data.europa.eu/esco/skill/00000000-0000-0000-0000-000000000001,skill,sector,withdrawn,,deprecated,
"""  # noqa: E501


def test_an_esco_skill_becomes_a_dimension_under_its_own_identifier() -> None:
    content, problems = read_esco(ESCO)
    assert problems == []
    assert [(one.code, one.name, one.description) for one in content.dimensions] == [
        ("000709ed-2be5-4193-b056-45a97698d828", "dance", ""),
        ("00064735-8fad-454b-90c7-ed858cc993f2", "sing in tune", "Keep to the note."),
    ]


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("a,b\n1,2\n", "concepturi"),
        ("conceptUri,preferredLabel\nhttp://x/a b,Sing\n", "concepturi"),
        ("conceptUri,preferredLabel\nhttp://x/ab,\n", "preferredlabel"),
        ("conceptUri,preferredLabel\nhttp://x/ab,A\nhttp://x/ab,B\n", "concepturi"),
        ("conceptUri,preferredLabel\n", "concepturi"),
    ],
)
def test_a_file_that_is_not_escos_is_told_so(text: str, column: str) -> None:
    _, problems = read_esco(text)
    assert problems[0].column == column
