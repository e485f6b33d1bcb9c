"""Made-up episodes of a given length out of the steps of real ones, as an import hands them over.

An episode is put together from whole stretches of the source transcripts' own episodes, in an order of
its own, under fresh ids, judged and derived as an import does. Every other stretch carries names of the
episode's project in its actions, so that, as in real stores, some of the candidates it counts are well
known, some are its project's and many are new.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import cache
from itertools import cycle
from pathlib import Path
from random import Random

from msgspec.structs import replace

from benchmarks.measure import WORK
from benchmarks.scale import source_transcripts
from tacit import Memory
from tacit.core.batch import Pending, Reach, Telling
from tacit.core.drafts import EpisodeDraft
from tacit.core.ids import session_id
from tacit.core.learn.contribution import derive
from tacit.core.learn.episode import build_episode
from tacit.core.model import Session, Step

STEPS = 50
"""Steps of an episode."""

_PER_SESSION = 5
_PER_PROJECT = 20
_AGENT = "claude-code"
_START = 1_760_000_000_000


@cache
def stretches() -> tuple[tuple[Step, ...], ...]:
    """The steps of the main agent of each episode in the source transcripts, in the order of time."""
    found: list[tuple[Step, ...]] = []
    WORK.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=WORK) as home, Memory.open(Path(home) / "store") as memory:
        memory.import_paths([source_transcripts()[0]])
        for session in memory.export_sessions():
            for _, told in memory.export_episodes(session):
                steps = tuple(step for step in told if step.agent is None and not step.left)
                if len(steps) > 1:
                    found.append(steps)
    return tuple(found)


def batches(count: int, origin: str = "bench", homes: int = 0) -> Iterator[Pending]:
    """``count`` batches of one episode each, ready to be stored; drafts are derived.

    Args:
        count: how many.
        origin: makes the ids differ from those of another origin.
        homes: of so many projects, session by session in turn; 0 for a new project every 20 episodes.
    """
    for number in range(count):
        home = number // _PER_SESSION % homes if homes else number // _PER_PROJECT
        session = _session(origin, number, home)
        steps = _steps(origin, number, home)
        native = f"{origin}-{number}"
        prompt = f"Make part {number:05} of the parser accept the new grammar, and keep the tests green."
        draft = EpisodeDraft(native, prompt, steps[0].at, steps[-1].at, (), tokens=10_000)
        episode = build_episode(session, draft, steps)
        yield Pending(session, Reach(), None, [Telling(episode, steps, derive(episode, steps))])


def _session(origin: str, number: int, home: int) -> Session:
    native = f"{origin}-{number // _PER_SESSION}"
    at = _START + number * 600_000
    return Session(
        id=session_id(_AGENT, native),
        native=native,
        agent=_AGENT,
        project=f"mira/project-{home}",
        title=f"Task {number} of {origin}",
        directory="/home/mira/src/project",
        started=at - number % _PER_SESSION * 600_000,
        ended=at + STEPS * 1_000,
    )


def _steps(origin: str, number: int, home: int) -> list[Step]:
    rng = Random(f"{origin} {number}")
    chosen = cycle(zip(rng.sample(stretches(), 3), (False, True, False), strict=True))
    found: list[Step] = []
    while len(found) < STEPS:
        stretch, own = next(chosen)
        for step in stretch[: STEPS - len(found)]:
            fresh = _fresh(step, origin, number, len(found) + 1)
            found.append(_renamed(fresh, f"in {origin}-{home}") if own else fresh)
    return found


def _fresh(step: Step, origin: str, number: int, n: int) -> Step:
    at = _START + number * 600_000 + n * 1_000
    return replace(step, n=n, call=f"toolu_{origin}_{number}_{n}", at=at, parent=None)


def _renamed(step: Step, where: str) -> Step:
    return replace(step, actions=tuple(replace(each, name=f"{each.name} {where}") for each in step.actions))
