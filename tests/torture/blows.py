"""What is done to whom and when: a pure function of the seed, so that a run can be had again."""

from __future__ import annotations

from random import Random
from typing import Literal, NamedTuple

CAST = (
    *(("importer", number) for number in (1, 2)),
    *(("marker", number) for number in (1, 2)),
    *(("deleter", number) for number in (1, 2)),
    *(("recorder", number) for number in (1, 2)),
    ("keeper", 1),
    ("reader", 1),
    ("exporter", 1),
    ("backup", 1),
    ("forgetter", 1),
    ("embedder", 1),
    ("embedder", 2),
)

What = Literal["kill", "starve", "cap", "stop", "fill"]


class Blow(NamedTuple):
    """One thing done to one process or to the disk.

    ``kill``: ended, and begun anew; ``starve``: anew with files that may grow ``room`` bytes; ``cap``:
    with a map that has that much room; ``stop``: suspended for ``seconds``; ``fill``: the disk has
    ``room`` bytes left for ``seconds``.
    """

    at: float
    who: int
    what: What
    seconds: float
    room: int


def blows(seed: int, seconds: float) -> list[Blow]:
    """Everything that will be done in a run, in the order of time, from its begin on."""
    random = Random(f"{seed}/blows")
    found = []
    at = 0.0
    while (at := at + random.uniform(0.05, 0.35)) < seconds:
        what: What = random.choices(("kill", "starve", "cap", "stop", "fill"), (5, 2, 2, 8, 1))[0]
        found.append(
            Blow(
                round(at, 3),
                random.randrange(len(CAST)),
                what,
                random.choice((0.05, 0.3, 1.0)),
                random.choice((0, 8_192, 60_000, 400_000)),
            )
        )
    return found


def survivors(seed: int) -> frozenset[int]:
    """Who is not killed at the end, but may finish."""
    return frozenset(Random(f"{seed}/end").sample(range(len(CAST)), len(CAST) // 2))
