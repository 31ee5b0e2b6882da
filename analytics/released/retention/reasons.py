"""Why people left the system, and where to: counts by code, the unknown among them."""

from typing import Final

import numpy as np

from analytics.released.retention.counted import Counter
from analytics.released.retention.reading import UNKNOWN as NOT_SAID
from analytics.released.retention.reading import Ints
from analytics.retention.causes import ENDED, RETIREMENT, UNKNOWN

IN_SYSTEM: Final = "in_the_system"
END_REASON, DESTINATION = OF = ("end_reason", "destination")
_CHANGES: Final = ("promotion", "change_of_post", "end_of_secondment", "end_of_acting_up")


def codes_of(counter: Counter, of: str) -> tuple[str, ...]:
    """The codes that there may be, sorted, the unknown last; an organisation of the system is one place."""
    seen = set(counter.year.posts.words[of]) - {*UNKNOWN, NOT_SAID}
    if of == END_REASON:
        return (*sorted(seen - {*_CHANGES}), NOT_SAID)
    return (*sorted(seen - {*counter.places} | {IN_SYSTEM}), NOT_SAID)


def counted(counter: Counter, of: str) -> Ints:
    """Organisation (the system first) x code, of those who left the system in the year."""
    year, rows, known = counter.year, counter.year.gone, codes_of(counter, of)
    column = year.posts.end_reason if of == END_REASON else year.posts.destination
    place = {word: at for at, word in enumerate(known)}
    if of == DESTINATION:
        place |= dict.fromkeys(counter.places, known.index(IN_SYSTEM))
    lookup = np.array([place.get(word, len(known) - 1) for word in year.posts.words[of]], dtype=np.int64)
    return counter.of_codes(rows, lookup[column[rows.posts]], len(known))


def cause_of_code(code: str) -> str:
    """The cause that a recorded reason is counted under."""
    if code in RETIREMENT:
        return "retired"
    return "other" if code in ENDED else "left"
