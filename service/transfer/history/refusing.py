"""What is not even kept: a file in which somebody wrote down what was said."""

import re
from collections.abc import Iterator

import polars as pl

from service.kit.actor import Actor
from service.kit.errors import NotAllowed
from service.transfer.columns import CONVERSATIONS, OURS, plain
from service.transfer.sheets import Sheet, refuse

_NOBODY = (
    "Your account is not linked to a person, so it cannot bring in conversations. Ask an administrator to link it."
)
_BELONGS = (
    "“{}” looks like free text. What was said belongs to the two who talked and is not imported. Take this column out"
    " of the file, then upload it again."
)
_NAMED = frozenset(
    {"summary", "note", "notes", "comment", "comments", "remark", "remarks", "narrative", "discussion", "discussed",
     "said", "text", "freetext", "description", "detail", "details", "feedback", "minutes", "transcript"}
)  # fmt: skip
# Codes are shorter, even when a cell has several of them.
_WORDS, _CHARACTERS = 12, 120
_BETWEEN_CODES = re.compile(r"[;|,]")


def must_be_told_in_codes(actor: Actor, sheet: Sheet | None) -> None:
    """Raises NotAllowed for an account that is nobody's: a conversation is recorded by a person. Raises Invalid for a
    sheet with a column that looks like free text, by its name or by what is in it."""
    if actor.person_id is None:
        raise NotAllowed(_NOBODY)
    if sheet and (written := next(_written(sheet), None)):
        raise refuse(_BELONGS.format(written))


def _written(sheet: Sheet) -> Iterator[str]:
    known = {*CONVERSATIONS.understood(sheet.headers).values()}
    for header, name in zip(sheet.headers, sheet.texts.columns[1:], strict=True):
        if plain(header) in OURS:
            continue
        is_named = header not in known and not _NAMED.isdisjoint(plain(header).split())
        if is_named or _reads_like_text(sheet.texts[name]):
            yield header


def _reads_like_text(texts: pl.Series) -> bool:
    long = texts.filter(texts.str.len_chars() > _CHARACTERS // 2).unique().to_list()
    pieces = (piece.strip() for text in long for piece in _BETWEEN_CODES.split(text))
    return any(len(piece) > _CHARACTERS or len(piece.split()) >= _WORDS for piece in pieces)
