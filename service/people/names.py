"""Names as they are listed, said and searched for."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping

LONGEST = 200
_STARTS_A_WORD = r"(^|[-[:space:],.'’(])"


def listed_as(given_name: str, family_name: str) -> str:
    """Amara Okafor -> "Okafor, Amara". The database does the same when a name is corrected."""
    return f"{family_name}, {given_name}"[:LONGEST]


def said_as(listed: str) -> str:
    """ "Okafor, Amara" -> "Amara Okafor"; a name without a comma stays as it is."""
    family, comma, given = listed.rpartition(", ")
    return f"{given} {family}" if comma else listed


def same_name(one: str, other: str) -> bool:
    """Equal but for accents, case and spaces: "SION  parry" is Siôn Parry."""
    return _folded(one).split() == _folded(other).split()


def patterns(search: str) -> list[str]:
    """One PostgreSQL regular expression for each word typed: it begins a word of the name, accents and case aside."""
    return [_pattern(word) for word in re.split(r"[\s,]+", search) if word]


def _pattern(word: str) -> str:
    return _STARTS_A_WORD + "".join(_any_form(character) for character in _folded(word))


def _any_form(character: str) -> str:
    if character in _FORMS:
        return f"[{_FORMS[character]}]"
    return character if character.isalnum() else f"\\{character}"


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))


def _forms() -> Mapping[str, str]:
    """Each plain letter with every form it takes under an accent: w -> wWŵŴẁ..."""
    found: dict[str, str] = defaultdict(str)
    for code in range(0xC0, 0x1EFF):
        plain = unicodedata.normalize("NFD", chr(code))[0]
        if plain.isascii() and plain.isalpha():
            found[plain.lower()] += chr(code)
    return {letter: letter + letter.upper() + found[letter] for letter in "abcdefghijklmnopqrstuvwxyz"}


_FORMS = _forms()
