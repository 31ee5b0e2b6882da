"""The words that conversations are coded in, on pages: one line of text for each term."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from service.conversations.presenters.coded import QUESTIONS
from service.conversations.rules import Topic
from service.conversations.schemas.terms import EditionOut, TermOut
from service.kit.errors import Invalid, Problem
from service.web.forms import Form

COLUMNS = ("topic", "code", "label", "hint")


@dataclass(frozen=True, slots=True)
class TermsPage:
    edition: EditionOut
    editions: Sequence[EditionOut]

    @property
    def topics(self) -> list[tuple[str, list[TermOut]]]:
        return [(QUESTIONS[topic], [term for term in self.edition.terms if term.topic is topic]) for topic in Topic]


@dataclass(frozen=True, slots=True)
class EditionPage:
    edition: EditionOut
    form: Form
    conflict: str = ""

    @property
    def topics(self) -> str:
        return ", ".join(Topic)


def lines_of(edition: EditionOut) -> str:
    """topic, code, label and hint, as a spreadsheet would write them."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(
        (term.topic.value, term.code, term.label, term.hint) for term in edition.terms
    )
    return text.getvalue()


def terms_in(text: str) -> list[dict[str, str]]:
    """Raises Invalid for a line that is not a term."""
    try:
        rows = [row for row in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in row)]
    except csv.Error:
        raise Invalid(Problem("terms", "We cannot read these lines. Check the quotation marks.")) from None
    for number, row in enumerate(rows, 1):
        if not 3 <= len(row) <= len(COLUMNS) or row[0].strip() not in set(Topic):
            words = f"Line {number} must have a topic, a code and a label, and may have a hint, with commas between."
            raise Invalid(Problem("terms", words))
    return [dict(zip(COLUMNS, (cell.strip() for cell in row), strict=False)) for row in rows]
