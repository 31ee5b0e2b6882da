"""Role profiles as a file: a row for each role. Where a cell holds several things, a | stands between them.

titles          other job titles that mean this role
tier            enabled_leader, mid_senior or executive; empty for a role that leads nobody
default         yes for the one role of a staff group and level that stands for job titles nobody knows
capabilities    framework.dimension or framework.dimension.level, followed by (desirable) where it is not essential
experience, registration, qualification    in words, the same way
"""

from collections.abc import Mapping
from dataclasses import dataclass

from service.capabilities.files.frameworks import CODE_FIX, level_in
from service.capabilities.files.sheets import Line, RowProblem, Shape, Sheet, read_sheet
from service.capabilities.rules import Requirement, RequirementKind, Role, Tier, is_code, plain_title

IN_WORDS = ("experience", "registration", "qualification")
COLUMNS = (
    "code", "family", "level", "title", "titles", "tier", "default", "summary", "capabilities", *IN_WORDS
)  # fmt: skip
DESIRABLE = "(desirable)"
BETWEEN = "|"
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Known:
    """What roles may name: families (code -> staff group, or None), and each current framework's version, dimensions
    and levels.
    """

    families: Mapping[str, str | None]
    versions: Mapping[str, int]
    dimensions: frozenset[tuple[str, str]]
    levels: frozenset[tuple[str, int]]


def read_roles(text: str, known: Known) -> tuple[list[tuple[int, Role]], list[RowProblem]]:
    """(row, role) of each that is whole, and every problem. Raises Invalid when the file cannot be read at all."""
    sheet = read_sheet(text, Shape(COLUMNS, needed=("code", "family", "level", "title")))
    reading = _Reading(sheet, known)
    found = [(line.row, role) for line in sheet.lines if (role := reading.role(line))]
    if not sheet.lines and not sheet.problems:
        sheet.problems.append(RowProblem(1, "code", "", "Add a row for each role."))
    return found, sheet.problems


class _Reading:
    def __init__(self, sheet: Sheet, known: Known) -> None:
        self.sheet, self.known = sheet, known
        self.codes: set[str] = set()

    def role(self, line: Line) -> Role | None:
        before = len(self.sheet.problems)
        level, tier, default = level_in(self.sheet, line), self._tier(line), self._default(line)
        self._code(line)
        if line["family"] not in self.known.families:
            self.sheet.refuse(line, "family", f"Enter one of: {', '.join(sorted(self.known.families))}.")
        titles = self._titles(line)
        requirements = (*self._capabilities(line), *self._in_words(line))
        if len(self.sheet.problems) > before or level is None:
            return None
        named = (line["code"], line["family"], level, line["title"])
        return Role(*named, titles, tier, default, line["summary"], requirements)

    def _code(self, line: Line) -> None:
        if not is_code(line["code"]):
            self.sheet.refuse(line, "code", CODE_FIX)
        elif line["code"] in self.codes:
            self.sheet.refuse(line, "code", "This role is in the file already. Keep one of them.")
        self.codes.add(line["code"])

    def _titles(self, line: Line) -> tuple[str, ...]:
        if not line["title"]:
            self.sheet.refuse(line, "title", "Enter what the role is called.")
        named = [line["title"], *_several(line["titles"])]
        for column, title in zip(("title", *["titles"] * len(named)), named, strict=False):
            if len(title) > _LONGEST_NAME or not title.isprintable():
                self.sheet.refuse(line, column, f"Shorten each title to {_LONGEST_NAME} characters, on one line.")
                break
        return tuple(dict.fromkeys(plain_title(title) for title in named))

    def _tier(self, line: Line) -> Tier | None:
        if not line["tier"] or line["tier"] in set(Tier):
            return Tier(line["tier"]) if line["tier"] else None
        self.sheet.refuse(line, "tier", f"Enter {', '.join(Tier)}, or leave it empty.")
        return None

    def _default(self, line: Line) -> bool:
        if line["default"].lower() not in {"", "yes", "no"}:
            self.sheet.refuse(line, "default", "Enter yes or no.")
        return line["default"].lower() == "yes"

    def _capabilities(self, line: Line) -> list[Requirement]:
        found: list[Requirement] = []
        for part in _several(line["capabilities"]):
            named = part.removesuffix(DESIRABLE).strip()
            framework, _, rest = named.partition(".")
            dimension, _, level = rest.partition(".")
            if not self._is_known(framework, dimension, level):
                fix = "Name a dimension of a published framework, such as leadership.people.2 or ways.relating."
                self.sheet.problems.append(RowProblem(line.row, "capabilities", named[:80], fix))
                continue
            where = (framework, self.known.versions[framework], dimension, int(level) if level else None)
            found.append(Requirement(RequirementKind.CAPABILITY, not part.endswith(DESIRABLE), "", *where))
        return found

    def _is_known(self, framework: str, dimension: str, level: str) -> bool:
        if (framework, dimension) not in self.known.dimensions:
            return False
        return not level or (level in set("123456789") and (framework, int(level)) in self.known.levels)

    def _in_words(self, line: Line) -> list[Requirement]:
        return [
            Requirement(RequirementKind(column), not part.endswith(DESIRABLE), words)
            for column in IN_WORDS
            for part in _several(line[column])
            if (words := part.removesuffix(DESIRABLE).strip())
        ]


def _several(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(BETWEEN) if part.strip()]
