"""Sealed words: opened with the right key in the right place, and in no other way."""

from pathlib import Path

import pytest

from service.cli.keys import ensure_keys, why_not
from service.conversations.sealing import NOTES
from service.kit.clock import now
from service.kit.vault import BadKeys, CannotOpen, Keys, Vault, read_keys, write_keys

ROW = {"person_id": "p", "conversation_id": "c", "party_id": "a", "purpose": "note"}
WORDS = "Ŵ what I would never say aloud 🙂\n"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    ensure_keys(tmp_path / "notes.keys")
    return Vault(tmp_path / "notes.keys")


def test_what_is_sealed_opens_again_and_says_nothing_until_then(vault: Vault) -> None:
    sealed = NOTES.seal(vault, ROW, WORDS)
    assert NOTES.open(vault, {**ROW, **sealed}) == WORDS
    assert b"never" not in sealed["sealed"]
    assert NOTES.seal(vault, ROW, WORDS)["sealed"] != sealed["sealed"]


@pytest.mark.parametrize("column", ROW)
def test_words_moved_to_another_place_do_not_open(vault: Vault, column: str) -> None:
    sealed = NOTES.seal(vault, ROW, WORDS)
    with pytest.raises(CannotOpen):
        NOTES.open(vault, {**ROW, column: "another", **sealed})


@pytest.mark.parametrize("at", [0, 5, -1])
def test_a_changed_byte_does_not_open(vault: Vault, at: int) -> None:
    sealed = NOTES.seal(vault, ROW, WORDS)
    broken = bytearray(sealed["sealed"])
    broken[at] ^= 1
    with pytest.raises(CannotOpen):
        NOTES.open(vault, {**ROW, **sealed, "sealed": bytes(broken)})


def test_without_its_key_it_does_not_open_and_says_so(vault: Vault, tmp_path: Path) -> None:
    sealed = NOTES.seal(vault, ROW, WORDS)
    (tmp_path / "notes.keys").unlink()
    ensure_keys(tmp_path / "notes.keys")
    with pytest.raises(CannotOpen, match="keys this server has"):
        NOTES.open(vault, {**ROW, **sealed})


def test_a_key_that_a_command_adds_seals_from_then_on_and_the_old_one_still_opens(vault: Vault) -> None:
    old = NOTES.seal(vault, ROW, WORDS)
    write_keys(vault.path, Keys({**read_keys(vault.path).keys, "new": b"n" * 32}))
    assert NOTES.seal(vault, ROW, WORDS)["key_id"] == "new"
    assert NOTES.open(vault, {**ROW, **old}) == WORDS


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o660, 0o644])
def test_a_key_file_that_others_may_read_or_change_is_refused(vault: Vault, mode: int) -> None:
    vault.path.chmod(mode)
    with pytest.raises(BadKeys, match="chmod 600"):
        read_keys(vault.path)


@pytest.mark.parametrize("text", ["", "k1\n", "k1 notbase64\n", "k1 c2hvcnQ=\n", "\x00\xff"])
def test_a_file_that_is_not_a_key_file_is_refused(vault: Vault, text: str) -> None:
    vault.path.write_bytes(text.encode("latin-1"))
    with pytest.raises(BadKeys):
        read_keys(vault.path)


def test_the_file_is_for_its_owner_alone_and_is_not_made_twice(vault: Vault) -> None:
    assert vault.path.stat().st_mode & 0o777 == 0o600
    before = vault.path.read_bytes()
    assert not ensure_keys(vault.path)
    assert vault.path.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "used", "newest", "words"),
    [
        ("unknown", 0, "20200101T000000Z-aa", "no key unknown"),
        ("20200101T000000Z-aa", 0, "20200101T000000Z-aa", "seals what is written now"),
        ("old", 3, "20200101T000000Z-aa", "3 texts"),
        ("old", 0, "NOW-aa", "less than an hour old"),
        ("old", 0, "20200101T000000Z-aa", ""),
    ],
)
def test_when_a_key_may_be_taken_out(name: str, used: int, newest: str, words: str) -> None:
    newest = newest.replace("NOW", now().strftime("%Y%m%dT%H%M%SZ"))
    said = why_not(Keys({"old": b"", newest: b""}), name, used, now())
    assert words in said
    assert bool(words) == bool(said)
