"""A store of many made-up patterns of several kinds, projects and counts, for lists that scroll."""

from __future__ import annotations

from pathlib import Path
from random import Random

from library import START, episode, opened, pattern, session
from msgspec.structs import replace

from tacit.core.clock import DAY
from tacit.core.model import Outcome, Pattern
from tacit.core.tables import EPISODES, LABELS, PATTERNS, SESSIONS, key_of
from tacit.store.keys import descending, f64, u32, u64
from tacit.store.transaction import Write

KINDS = ("tool_sequence", "error_recovery", "heuristic")
VERDICTS = {"tool_sequence": "unproven", "error_recovery": None, "heuristic": None}
PROJECTS = tuple(f"one/p{number:02}" for number in range(8))


def many(number: int) -> Pattern:
    """One of them; its place in the list is as uneven as in life: few counts, and many of the same."""
    rng = Random(number)
    kind = rng.choices(KINDS, (6, 3, 1))[0]
    uses = int(rng.paretovariate(1.1)) + 2
    judged = min(uses, 3 + number % 5)
    homes = rng.sample(PROJECTS, k=rng.choice((1, 1, 2)))
    return replace(
        pattern(number, f"pattern {number} of {rng.choice(('cargo', 'ruff', 'make'))}"),
        kind=kind,
        verdict=VERDICTS[kind],
        rank=bytes((1 + KINDS.index(kind),))
        + descending(u32(judged))
        + descending(f64(0.5))
        + u64(rng.getrandbits(64)),
        uses=uses,
        judged=judged,
        low=rng.random(),
        rate=0.5,
        last_used=START - rng.randrange(200) * DAY,
        project_names=tuple(homes),
        projects=len(homes),
    )


def fill(path: Path, patterns: int, sessions: int = 0) -> None:
    """Make the store at a path, with a task for each session."""

    def write(write: Write) -> None:
        for number in range(patterns):
            one = many(number)
            write.put(PATTERNS, key_of(one.id), one)
        for number in range(sessions):
            told = session(number, f"session {number}")
            home = PROJECTS[number % 3]
            told = replace(told, project=home, started=START - number * DAY // 4)
            write.put(SESSIONS, key_of(told.id), told)
            task = replace(
                episode(number, f"task {number}"), project=home, outcome=Outcome(LABELS[number % len(LABELS)])
            )
            write.put(EPISODES, key_of(task.id), task)

    with opened(path) as store:
        store.write(write, large=True)
