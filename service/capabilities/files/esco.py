"""The skills file of ESCO, as the operator downloaded it: each skill becomes a dimension of a framework of skills.

Nothing of ESCO comes with Ridgeway. The European Commission offers it under CC BY 4.0, which asks for attribution.
"""

from service.capabilities.files.sheets import Line, RowProblem, Shape, Sheet, read_sheet
from service.capabilities.rules import Content, Dimension, is_code

NEEDED = ("concepturi", "preferredlabel")
SHAPE = Shape((*NEEDED, "description", "definition", "status"), NEEDED, most=50_000, longest=20_000, others=True)
SOURCE = "Skills pillar of ESCO, the classification of European Skills, Competences, Qualifications and Occupations."
LICENCE = "European Commission, CC BY 4.0. Keep this line wherever the skills are shown or passed on."


def read_esco(text: str) -> tuple[Content, list[RowProblem]]:
    """The released skills, by name. Raises Invalid when the file cannot be read at all."""
    sheet = read_sheet(text, SHAPE)
    skills: dict[str, Dimension] = {}
    for line in sheet.lines:
        if line["status"] in {"", "released"} and (skill := _skill(sheet, line)):
            if skill.code in skills:
                sheet.refuse(line, "concepturi", "This skill is in the file already. Keep one of them.")
            skills[skill.code] = skill
    ordered = sorted(skills.values(), key=lambda skill: skill.name.casefold())
    if not ordered and not sheet.problems:
        sheet.problems.append(RowProblem(1, "concepturi", "", "The file has no released skill. Download it again."))
    return Content(dimensions=tuple(ordered)), sheet.problems


def _skill(sheet: Sheet, line: Line) -> Dimension | None:
    code = line["concepturi"].rstrip("/").rpartition("/")[2].lower()
    if not is_code(code):
        sheet.refuse(line, "concepturi", "Keep the address of the skill as ESCO wrote it.")
    elif not line["preferredlabel"]:
        sheet.refuse(line, "preferredlabel", "Keep the name of the skill as ESCO wrote it.")
    else:
        words = line["description"] or line["definition"]
        return Dimension(code, line["preferredlabel"][:200], words)
    return None
