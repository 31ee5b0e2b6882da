"""Board packs on paper: an accessible PDF (PDF/UA-1), made by typst from the same data as the page.

A pack is made once and kept while the service runs, by a fingerprint of all that is in it.
"""

import asyncio
from collections import OrderedDict
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import typst

_SOURCE: Final = Path(__file__).parent / "templates" / "pack.typ"
_MOST_KEPT: Final = 16
_kept: OrderedDict[str, bytes] = OrderedDict()


async def printed(data: str, made_at: datetime) -> bytes:
    """The pack as a PDF. `data` is JSON; `made_at` stands in the file as its date, so that it is the same each time."""
    key = sha256(f"{made_at.isoformat()}\n{data}".encode()).hexdigest()
    if key not in _kept:
        _kept[key] = await asyncio.to_thread(_compiled, data, made_at)
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    _kept.move_to_end(key)
    return _kept[key]


def _compiled(data: str, made_at: datetime) -> bytes:
    return typst.compile(
        _source(), sys_inputs={"data": data}, pdf_standards=["ua-1"], timestamp=made_at.replace(microsecond=0)
    )


@cache
def _source() -> bytes:
    return _SOURCE.read_bytes()
