"""Who is at each stage and who covers which posts are the same people, so both are protected together.

No stage tells how many people there are at it: only how many of each group, and where those who gave no answer are not
few, how many did and did not. So the three characteristics do not tell one another's silent people.
"""

from collections.abc import Mapping

import numpy as np

from analytics.disclosure import Rule
from analytics.disclosure.protection import Mask
from analytics.frames import PIPELINE
from analytics.released.pipelines.cases import SENIOR
from analytics.released.pipelines.cover import FIGURES, LED, READY_NOW, READY_SOON, Needed
from analytics.released.pipelines.stages import CHARACTERISTICS, STAGES, Stood, columns_of
from analytics.released.retention.guard import NO_CELL, Guard
from analytics.released.retention.reading import Ints

COVER = "cover"


def hidden(stages: Stood, cover: Needed, rule: Rule) -> Mapping[str, Mask]:
    """What is withheld: "n" and "known" of the stages, in their shapes, and "cover" of the cover, which is decided
    first: a stage gives way to it."""
    told = _cover_hidden(cover, rule)
    guard = Guard()
    n = guard.add(stages.n)
    silent = np.stack([n[..., columns_of(c, unanswered=True)[0]] for c in CHARACTERISTICS], axis=-1)
    few = stages.silent < rule.floor
    known = np.where(few, guard.add(stages.known, few, shown=False), guard.add(stages.known, ~few))
    people = guard.add(stages.people, shown=False)
    _link(guard, people, cover, told)
    every = np.concatenate([n, known, people[..., None]], axis=-1)
    guard.adds_up((every[:, 0], np.moveaxis(every[:, 1:], 1, -1)), key="organisation")
    guard.adds_up((every[0], np.moveaxis(every[1 : 1 + len(PIPELINE)], 0, -1)))
    for at, c in enumerate(CHARACTERISTICS):
        groups = n[..., columns_of(c, unanswered=False)]
        for some in (True, False):
            guard.adds_up((np.where(few[..., at] == some, known[..., at], NO_CELL), groups), alone=some)
        guard.adds_up((people, np.stack([known[..., at], silent[..., at]], axis=-1)), alone=True)
    mask = guard.withheld(rule)
    return {"n": mask[n], "known": mask[known], COVER: told}


def _cover_hidden(cover: Needed, rule: Rule) -> Mask:
    guard = Guard()
    covered = guard.add(cover.counts)
    guard.adds_up((covered[:, 0], np.moveaxis(covered[:, 1:], 1, -1)), key="organisation")
    guard.adds_up((covered[..., 0], covered[..., 1:]))
    return guard.withheld(rule)[covered]


def _link(guard: Guard, people: Ints, cover: Needed, told: Mask) -> None:
    """Everybody who is ready for a senior post is told of by the cover, as far as it is shown."""
    for stage in (READY_NOW, READY_SOON):
        at = FIGURES.index(stage), slice(None), LED.index(SENIOR), 0
        same = guard.add(cover.counts[at])
        guard.hide(same[told[at]])
        guard.settle(same)
        guard.adds_up((people[STAGES.index(stage)], same[:, None]), alone=True)
