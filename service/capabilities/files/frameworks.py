"""A framework as a file: a row for each level, dimension and behaviour, in the order in which they are to be read.

part        level, dimension or behaviour
dimension   of a behaviour: the code of its dimension
code        of a dimension or a behaviour; a behaviour without one is numbered
level       of a level: 1 to 9; of a behaviour: the level it belongs to, or empty for all of them
name        of a level or a dimension
text        what it means; for a behaviour, what others can see
"""

from collections.abc import Callable, Mapping

from service.capabilities.files.sheets import Line, RowProblem, Shape, Sheet, read_sheet
from service.capabilities.rules import Behaviour, Content, Dimension, Level, is_code
from service.kit.levels import LEVELS

COLUMNS = ("part", "dimension", "code", "level", "name", "text")
CODE_FIX = "Use up to 40 small letters, digits, hyphens and underscores."
_LONGEST_NAME = 200


def read_framework(text: str) -> tuple[Content, list[RowProblem]]:
    """Raises Invalid when the file cannot be read at all."""
    sheet = read_sheet(text, Shape(COLUMNS, needed=COLUMNS))
    reading = _Reading(sheet)
    # Behaviours speak of the rest, wherever that stands in the file.
    for part in ("level", "dimension", "behaviour"):
        for line in sheet.lines:
            if line["part"].lower() == part:
                reading.parts[part](line)
    for line in sheet.lines:
        if line["part"].lower() not in reading.parts:
            sheet.refuse(line, "part", "Enter level, dimension or behaviour.")
    if not reading.dimensions and not sheet.problems:
        sheet.problems.append(RowProblem(1, "part", "", "Add at least one dimension."))
    return reading.content(), sorted(sheet.problems, key=lambda problem: problem.row)


class _Reading:
    """What was read so far, by code, so that the next row can be held against it."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.levels: dict[int, Level] = {}
        self.dimensions: dict[str, Dimension] = {}
        self.behaviours: dict[tuple[str, str], Behaviour] = {}
        self.parts: Mapping[str, Callable[[Line], None]] = {
            "level": self._level,
            "dimension": self._dimension,
            "behaviour": self._behaviour,
        }

    def content(self) -> Content:
        levels = tuple(self.levels[level] for level in sorted(self.levels))
        return Content(levels, tuple(self.dimensions.values()), tuple(self.behaviours.values()))

    def _level(self, line: Line) -> None:
        level = level_in(self.sheet, line)
        if level in self.levels:
            self.sheet.refuse(line, "level", "This level is in the file already. Keep one of them.")
        elif self._named(line) and level:
            self.levels[level] = Level(level, line["name"], line["text"])

    def _dimension(self, line: Line) -> None:
        code = line["code"]
        if not is_code(code):
            self.sheet.refuse(line, "code", CODE_FIX)
        elif code in self.dimensions:
            self.sheet.refuse(line, "code", "This dimension is in the file already. Keep one of them.")
        elif self._named(line):
            self.dimensions[code] = Dimension(code, line["name"], line["text"])

    def _behaviour(self, line: Line) -> None:
        dimension = line["dimension"]
        code = line["code"] or f"b{sum(known == dimension for known, _ in self.behaviours) + 1}"
        before = len(self.sheet.problems)
        if dimension not in self.dimensions:
            self.sheet.refuse(line, "dimension", "Enter the code of a dimension of this file.")
        if not is_code(code):
            self.sheet.refuse(line, "code", CODE_FIX)
        elif (dimension, code) in self.behaviours:
            self.sheet.refuse(line, "code", "This behaviour is in the file already. Give it another code.")
        if not line["text"]:
            self.sheet.refuse(line, "text", "Say what others can see somebody do.")
        level = self._level_of(line)
        if len(self.sheet.problems) == before:
            self.behaviours[dimension, code] = Behaviour(dimension, code, line["text"], level)

    def _level_of(self, line: Line) -> int | None:
        if not line["level"]:
            return None
        level = level_in(self.sheet, line)
        if level and level not in self.levels:
            self.sheet.refuse(line, "level", "Add a row for this level, or choose one that the file has.")
        return level

    def _named(self, line: Line) -> bool:
        if line["name"] and len(line["name"]) <= _LONGEST_NAME and line["name"].isprintable():
            return True
        self.sheet.refuse(line, "name", f"Enter a name of up to {_LONGEST_NAME} characters, on one line.")
        return False


def level_in(sheet: Sheet, line: Line, column: str = "level") -> int | None:
    """The level in a cell; None, and a problem, when there is none."""
    text = line[column]
    if text.isascii() and text.isdigit() and len(text) == 1 and int(text) in LEVELS:
        return int(text)
    sheet.refuse(line, column, "Enter a whole number from 1 to 9.")
    return None
