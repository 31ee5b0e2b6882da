"""Identifiers that sort by the time they were made (UUID version 7, RFC 9562 section 5.7), and a few that must not."""

import os
import time
from uuid import UUID, uuid4

_VERSION_7 = 0x7 << 76
_VARIANT = 0x2 << 62


def new_timeless_id() -> UUID:
    """For what must not tell when it was made, such as an application within a priority window: random throughout."""
    return uuid4()


def new_id() -> UUID:
    """48 bits of milliseconds, then 74 random bits: unguessable, and neighbours in an index are neighbours in time."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    return UUID(int=milliseconds << 80 | _VERSION_7 | (random >> 68 & 0xFFF) << 64 | _VARIANT | random & (1 << 62) - 1)
