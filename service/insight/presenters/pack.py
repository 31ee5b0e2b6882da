"""A board pack: one release, for the whole system or for one organisation, as a page and as a PDF. Both are placed from
what is made here, so they say the same to the digit.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Final
from urllib.parse import urlencode

from service.insight.charts import MANY, described, drawn
from service.insight.definitions import definition_of, meaning_of
from service.insight.definitions.catalogue import code_of, titles
from service.insight.presenters.attention import Place, places_of
from service.insight.presenters.beside import Line, Table, beside_system, levels_table
from service.insight.presenters.know_how import known
from service.insight.presenters.pictures import chart_note, is_small, picture_words
from service.insight.presenters.representation import WHOLE_SYSTEM, WITHHELD, panel_label, stamp_of
from service.insight.presenters.sheets import tables_of
from service.insight.presenters.tables import Table as SheetTable
from service.insight.presenters.tables import first_table, paper_table
from service.insight.queries import ReleaseRow
from service.insight.queries.packs import Drawn, Figures
from service.insight.rules import Characteristic, Measure
from service.insight.schemas.know_how import NoteOut
from service.insight.shapes import Sheet
from service.insight.words import ABOUT, REPORT_NAMES, TITLES
from service.insight.words.phrases import within
from service.insight.words.retention import apart
from service.web.presenters import day, moment

Key = tuple[str, str, str]
# All flags stand in full below: there are no more of them.
_MORE: Final = re.compile(r"^[\d,]+ more flags? on the board\. ")
_ELSEWHERE: Final = " On their own figures it is flagged in: "
_BY_PLACE: Final[Mapping[str, str]] = {"kinds": " So is what people want by place."}
_LEVELS_NOTE: Final = (
    "Share of each level from 1 to 9, in per cent of staff with a known {about}. Lines through the dots are 95% ranges."
    " The broken line is the whole workforce. Filled dots clearly differ from it. * is withheld."
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was drawn when the release was made. `wide` has a line to itself."""

    label: str
    href: str
    alt: str
    wide: bool
    key: Key


@dataclass(frozen=True, slots=True)
class Note:
    paragraphs: Sequence[str]
    signed: str


@dataclass(frozen=True, slots=True)
class Part:
    """One table with what is said and drawn above it. `more` says where the rest is, if this is not all."""

    heading: str
    about: str
    sentences: Sequence[str]
    chart_title: str
    chart_note: str
    pictures: Sequence[Picture]
    tables: Sequence[Table]
    reason: str
    more: str


@dataclass(frozen=True, slots=True)
class Report:
    title: str
    parts: Sequence[Part]
    terms: Mapping[str, str]
    known: Sequence[Note]


@dataclass(frozen=True, slots=True)
class Pack:
    """`reference` is a fingerprint of all that is in it: a paper that cites it cites this and nothing else."""

    title: str
    organisation: str
    release: str
    snapshot_on: str
    made: str
    reference: str
    stamp: Mapping[str, str]
    sentences: Sequence[str]
    flags: Sequence[str]
    reports: Sequence[Report]
    pdf: str


def pack_of(
    row: ReleaseRow, organisation: str, figures: tuple[Figures, Figures], notes: Sequence[NoteOut], flags: Sequence[str]
) -> Pack:
    """`figures` are the organisation's and the whole system's; the same twice for the whole system."""
    name = next((o["name"] for o in row.organisations if o["code"] == organisation), WHOLE_SYSTEM)
    asked = {"release": row.id, "organisation": organisation}
    beside = figures[1] if organisation else None
    reports = [_representation(row, figures[0], beside, notes, asked)]
    reports += [_report(row, measure, sheets, beside, notes, asked) for measure, sheets in figures[0].sheets.items()]
    made = Pack(
        title="Board pack",
        organisation=name,
        release=f"Release {row.number}",
        snapshot_on=day(row.snapshot_on),
        made=moment(row.made_at),
        reference="",
        stamp={**stamp_of(row), "Method": row.method_version},
        # What is among the flags in full is not said above them too.
        sentences=[_MORE.sub("", said) for said in _opening(row, organisation, figures[0]) if not _among(said, flags)],
        flags=[_here(words, name) for words in flags] if organisation else flags,
        reports=[report for report in reports if report.parts],
        pdf=f"/reports/{row.id}/pack.pdf?{urlencode({'organisation': organisation})}",
    )
    return _referred(made, row.number)


def as_data(pack: Pack, pictures: Mapping[Key, str]) -> str:
    """The pack as JSON for the PDF, its pictures in it."""
    data = asdict(pack)
    for report in data["reports"]:
        for part in report["parts"]:
            part["pictures"] = [{**one, "svg": pictures[tuple(one["key"])]} for one in part["pictures"]]
    return json.dumps(data, default=str, ensure_ascii=False)


def _among(sentence: str, flags: Sequence[str]) -> bool:
    return any(words.startswith(sentence) for words in flags)


def _here(words: str, name: str) -> str:
    """A flag's words for one organisation: where else it is flagged is not told."""
    across, _, places = words.partition(_ELSEWHERE)
    if name not in places.removesuffix(".").split(", "):
        return across
    return f"{across} It is flagged on this organisation's own figures too."


def _referred(pack: Pack, number: int) -> Pack:
    print_ = sha256(json.dumps(asdict(pack), sort_keys=True, default=str).encode()).hexdigest()[:8].upper()
    return replace(pack, reference=f"{number}-{print_}")


def _opening(row: ReleaseRow, organisation: str, mine: Figures) -> list[str]:
    """The headlines of the release; for an organisation, the sentences above its own figures."""
    if not organisation:
        return [headline["text"] for headline in row.headlines]
    groups = ((c, found) for c, found in mine.representation.items() if c is not Characteristic.AGE_BAND)
    first = [f"{TITLES[c]}: {within(found.sentences[1])}" for c, found in groups if len(found.sentences) > 1]
    others = (mine.sheets.get(measure, []) for measure in (Measure.COVERAGE, Measure.RETENTION))
    return [*first, *(sentence for sheets in others for sheet in sheets[:1] for sentence in sheet.sentences[:1])]


def _representation(
    row: ReleaseRow, mine: Figures, beside: Figures | None, notes: Sequence[NoteOut], asked: Mapping[str, object]
) -> Report:
    about = {code_of(Measure.REPRESENTATION, c) for c in Characteristic}
    meanings = definition_of("the characteristic", row.rule)
    parts = [
        _group(found, beside.representation.get(c) if beside else None, asked)
        for c, found in mine.representation.items()
    ]
    return Report("Representation by level", parts, meanings, _known(notes, about))


def _group(found: Drawn, beside: Drawn | None, asked: Mapping[str, object]) -> Part:
    table = found.table
    return Part(
        heading=f"{TITLES[table.characteristic]} by level",
        about="Each cell has the share of the level, its 95% range, and the number of people. Declared is the share of"
        " people with an answer.",
        sentences=found.sentences,
        chart_title=found.title,
        chart_note=_LEVELS_NOTE.format(about=ABOUT[table.characteristic]),
        pictures=[_panel(found, group, asked) for group in drawn(table)],
        tables=[levels_table(table, beside.table if beside else None)],
        reason=next((figure.reason for figure in table.figures if figure.reason), ""),
        more="",
    )


def _panel(found: Drawn, group: str, asked: Mapping[str, object]) -> Picture:
    characteristic = found.table.characteristic.value
    href = f"/reports/representation.svg?{urlencode({**asked, 'characteristic': characteristic, 'group': group})}"
    key = (Measure.REPRESENTATION.value, characteristic, group)
    return Picture(panel_label(found.table, group), href, described(found.table, group), wide=False, key=key)


def _report(
    row: ReleaseRow,
    measure: Measure,
    sheets: Sequence[Sheet],
    beside: Figures | None,
    notes: Sequence[NoteOut],
    asked: Mapping[str, object],
) -> Report:
    others = {sheet.part: sheet for sheet in beside.sheets.get(measure, [])} if beside else {}
    parts = [_part(sheet, others.get(sheet.part), asked) for sheet in sheets if _fits_paper(sheet, row)]
    return Report(REPORT_NAMES[measure], parts, meaning_of(measure, row.rule), _known(notes, {code_of(measure)}))


def _fits_paper(sheet: Sheet, row: ReleaseRow) -> bool:
    """A picture with a row for each organisation is left to the report where a page of paper cannot hold it, and what
    people want in each place and the counts behind rates always: they are many pages that few would read."""
    return sheet.part not in {"places", "people"} and (sheet.part != "each" or len(row.organisations) <= MANY)


def _part(sheet: Sheet, beside: Sheet | None, asked: Mapping[str, object]) -> Part:
    first, tables = paper_table(sheet) or first_table(sheet), tables_of(sheet)
    shown = [first] if first else [told for table in tables if (told := _readable(sheet, table)).lines]
    number = f"{len(sheet.rows):,}"
    return Part(
        heading=sheet.shape.heading,
        about=sheet.shape.about,
        sentences=[*apart(sheet.sentences)[0], *_to_do(sheet)],
        chart_title=sheet.title,
        chart_note=chart_note(sheet),
        pictures=[
            Picture(label, href, alt, not is_small(sheet), (sheet.measure.value, sheet.part, name))
            for name, label, href, alt in picture_words(sheet, asked)
        ],
        tables=[beside_system(table, sheet, beside) for table in shown],
        reason=next((row["reason"] for row in sheet.rows if row.get("reason")), ""),
        more=f"All {number} rows are in the report and its spreadsheet.{_BY_PLACE.get(sheet.part, '')}"
        if first or sum(len(table.lines) for table in shown) < sum(len(table.lines) for table in tables)
        else "",
    )


def _to_do(sheet: Sheet) -> list[str]:
    """The groups to look at first, and what can be done about what people are waiting for."""
    if sheet.measure is not Measure.ATTENTION:
        return []
    return [said for place in places_of(sheet) for said in _of_place(place)]


def _of_place(place: Place) -> list[str]:
    told = [f"{place.heading}, {within(one)}" for one in place.said]
    lead = [f"{place.heading}: {within(place.lead)}"] if place.lead else []
    return [*lead, *told, *(f"{step.said} {step.advice}" for step in place.steps)]


def _readable(sheet: Sheet, table: SheetTable) -> SheetTable:
    """Where most lines of a table of what people wait for are withheld, only the others: on paper nothing is folded."""
    lines = [line for line in table.lines if all(cell.text != WITHHELD for cell in line)]
    if sheet.measure is not Measure.ATTENTION or 2 * len(lines) >= len(table.lines):
        return table
    return replace(table, lines=lines)


def _known(notes: Iterable[NoteOut], about: set[str]) -> list[Note]:
    """With the measure's name where the report is about several."""
    found: list[Note] = []
    for note in notes:
        if note.about in about:
            said = known(note)
            which = f"{titles()[note.about]}: " if len(about) > 1 else ""
            first, *rest = said.paragraphs or [""]
            found.append(Note([which + first, *rest], said.signed))
    return found


__all__ = ["Line", "Note", "Pack", "Part", "Picture", "Report", "as_data", "pack_of"]
