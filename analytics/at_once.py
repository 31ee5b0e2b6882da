"""Numpy lets go of the interpreter while it works on whole arrays, so two such pieces of work can be done at once."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

A = TypeVar("A")
B = TypeVar("B")
THREADS: Final = 2


def at_once(work: Callable[[A], B], things: Iterable[A]) -> list[B]:
    """The work on each of the things, in their order; the first error is raised."""
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, things))


def both(one: Callable[[], A], other: Callable[[], B]) -> tuple[A, B]:
    """What the two come to; an error of either is raised."""
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(other)
        return one(), waiting.result()
