"""Small turns of phrase that several reports share."""

from collections.abc import Sequence


def listed(names: Sequence[str]) -> str:
    """ "A", "A and B", "A, B and C" """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def within(name: str) -> str:
    """A name in the middle of a sentence: initials stay as they are."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
