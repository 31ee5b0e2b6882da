"""What is written for one's own eyes is nowhere else: not in the database's own text, the log, the trail, an export, or
a page of anybody else. And keys change without a word lost.
"""

import asyncio
import logging
import subprocess
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.cli.keys import look, reseal
from service.cli.local_postgres import _programs
from service.kit.vault import Keys, read_keys, write_keys
from service.settings import Settings
from tests.builders import Builder, SignedIn
from tests.conftest import Client

CANARY = f"zebrafinch{uuid4().hex[:8]}"


async def with_notes(make: Builder, browse: Client) -> tuple[SignedIn, SignedIn, SignedIn, str]:
    """Amara and Ben have talked; Amara keeps a note, and Ben and Amara a draft each if they have a place for it."""
    here = await make.organisation()
    amara, ben, other = await make.staff(here), await make.hr_partner(here), await make.hr_partner(here)
    talk = await make.conversation(here, amara.person, ben.person, agreed=True)
    async with browse(amara) as client:
        kept = await client.put(f"/api/conversations/{talk}/notes/note", json={"text": f"For me: {CANARY} note"})
        assert kept.status_code == 200, kept.text
        await client.put(f"/api/conversations/{talk}/shares/hr_partner")
    async with browse(ben) as client:
        typed = {"id": str(uuid4()), "summary": f"{CANARY} draft", "person": "Amara"}
        assert (await client.post("/conversations/drafts", data=typed)).status_code < 400
    return amara, ben, other, str(talk)


async def test_no_page_or_answer_of_anybody_else_has_it(make: Builder, browse: Client) -> None:
    amara, ben, other, talk = await with_notes(make, browse)
    addresses = [
        f"/conversations/{talk}", f"/conversations/{talk}/wordings", f"/api/conversations/{talk}",
        f"/api/conversations/{talk}/notes", f"/api/conversations/{talk}/states", "/work", f"/people/{amara.person}",
        f"/api/people/{amara.person}/conversations", "/audit", "/api/audit", "/me", "/me/data", "/me/held",
        f"/api/exports/workforce?organisation_id={uuid4()}",
    ]  # fmt: skip
    for who in (ben, other, await make.leader(), await make.administrator(), await make.auditor()):
        async with browse(who) as client:
            for address in addresses:
                answer = await client.get(address)
                assert answer.status_code < 500, address
                assert f"{CANARY} note" not in answer.text, address
                assert who is ben or f"{CANARY} draft" not in answer.text, address
    async with browse(amara) as client:
        assert f"{CANARY} note" in (await client.get(f"/conversations/{talk}")).text


async def test_the_databases_own_text_the_trail_and_the_log_do_not_have_it(
    make: Builder, browse: Client, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await with_notes(make, browse)
    assert CANARY not in caplog.text
    dump = await asyncio.to_thread(
        subprocess.check_output, [_programs() / "bin" / "pg_dump", "--inserts", database_url]
    )
    assert b"private_notes" in dump
    assert CANARY.encode() not in dump
    assert CANARY.encode().hex().encode() not in dump


async def test_everything_is_sealed_again_with_a_new_key_and_still_opens(
    make: Builder, browse: Client, settings: Settings, admin: AsyncEngine
) -> None:
    # Other tests leave behind what no key opens.
    async with admin.begin() as connection:
        await connection.execute(text("TRUNCATE private_notes, drafts, kept_answers"))
    amara, _, _, talk = await with_notes(make, browse)
    path = settings.notes_keys
    before = read_keys(path)
    write_keys(path, Keys({**before.keys, "later": b"k" * 32}))
    assert await reseal(settings.admin_url, path) > 0
    used, shut = await look(settings.admin_url, read_keys(path))
    assert set(used) == {"later"}
    assert await reseal(settings.admin_url, path) == 0
    async with browse(amara) as client:
        [note] = (await client.get(f"/api/conversations/{talk}/notes")).json()
        assert (note["text"], note["version"]) == (f"For me: {CANARY} note", 1)
    # The old key is no longer needed for anything.
    assert shut == 0


async def test_without_the_key_a_page_says_so_and_nothing_breaks(
    make: Builder, browse: Client, settings: Settings
) -> None:
    amara, _, _, talk = await with_notes(make, browse)
    path: Path = settings.notes_keys
    before = read_keys(path)
    try:
        write_keys(path, Keys({"another": b"z" * 32}))
        async with browse(amara) as client:
            answer = await client.get(f"/api/conversations/{talk}/notes")
            assert answer.status_code == 409
            assert "cannot be opened with the keys this server has" in answer.text
            page = await client.get(f"/conversations/{talk}")
            assert page.status_code == 200
            assert "cannot be opened with the keys this server has" in page.text
    finally:
        write_keys(path, before)
