"""Episodes told live: what a program waits for at every step and at the end of a task.

A step is held back by us and stored soon; SQLite is given a row and a full sync for each. Completing stores
the episode durably, learning from it queued; SQLite stores the same rows in one transaction. Once as fast as
it goes, so that completing has to wait for all steps to be redacted and understood, and once with a step
every two milliseconds, as the fastest agents do.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from msgspec.msgpack import Encoder

from benchmarks import rival
from benchmarks.commit import timed
from benchmarks.measure import WORK, Line, lines_table, quantile
from benchmarks.tasks import STEPS, batches
from tacit import Memory
from tacit.core.batch import Pending
from tacit.core.ids import parse_id
from tacit.core.live.episode import LiveEpisode
from tacit.core.model import Step

PACE = 0.002
"""Seconds between two steps of an agent that is fast."""

_BEFORE = 20
"""Episodes before anything is measured."""

_encode = Encoder().encode


class Measured(NamedTuple):
    """Seconds of each call: of ours and of SQLite's."""

    log: list[float]
    row: list[float]
    complete: list[float]
    store: list[float]


def report(runs: int) -> list[str]:
    """Median and 99th percentile over ``runs`` episodes without a pause, and a quarter as many with."""
    lines: list[Line] = []
    for name, pace, count in (
        ("without a pause", 0.0, runs),
        ("a step every 2 ms", PACE, max(1, runs // 4)),
    ):
        found = _measure(count, pace)
        lines += _lines(f"log_step, {name}", found.log, found.row, 50e-6)
        lines += _lines(f"complete_episode of {STEPS} steps, {name}", found.complete, found.store, 3e-3)
    return [lines_table(lines, "SQLite, WAL, full sync")]


def _measure(runs: int, pace: float) -> Measured:
    found = Measured([], [], [], [])
    with tempfile.TemporaryDirectory(dir=WORK) as home, Memory.open(Path(home) / "store") as memory:
        lite = rival.connect(Path(home) / "rival.db")
        lite.execute("CREATE TABLE open_steps(episode INTEGER, n INTEGER, record BLOB)")
        for number, pending in enumerate(batches(_BEFORE + runs)):
            one = _episode(memory, lite, pending, pace)
            if number >= _BEFORE:
                for seconds, more in zip(found, one, strict=True):
                    seconds.extend(more)
        lite.close()
    return found


def _episode(memory: Memory, lite: sqlite3.Connection, pending: Pending, pace: float) -> Measured:
    """One episode, told to us and then to SQLite."""
    (telling,) = pending.tellings
    telling.draft = None
    task, project = telling.episode.prompt, pending.session.project
    episode = memory.start_episode(task, project=project, directory=pending.session.directory)
    log = list(_told((partial(_log, episode, step, _parameters(step)) for step in telling.steps), pace))
    complete = timed(partial(episode.complete, "success"))
    own = parse_id(telling.episode.id)
    row = list(_told((partial(_row, lite, own, step) for step in telling.steps), pace))
    return Measured(log, row, [complete], [timed(partial(rival.store, lite, pending))])


def _told(calls: Iterator[Callable[[], None]], pace: float) -> Iterator[float]:
    for call in calls:
        yield timed(call)
        if pace:
            time.sleep(pace)


def _parameters(step: Step) -> dict[str, object]:
    try:
        found = json.loads(step.parameters)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _log(episode: LiveEpisode, step: Step, parameters: dict[str, object]) -> None:
    episode.log(step.tool, parameters, step.observation, status=step.status, seconds=step.seconds)


def _row(lite: sqlite3.Connection, own: int, step: Step) -> None:
    lite.execute("INSERT INTO open_steps VALUES (?, ?, ?)", (own, step.n, _encode(step)))


def _lines(name: str, ours: list[float], theirs: list[float], most: float) -> Iterator[Line]:
    aim = f"< {_told_time(most)}"
    for statistic, share in (("median", 0.5), ("p99", 0.99)):
        mine, other = quantile(ours, share), quantile(theirs, share)
        yield Line(
            f"{name}, {statistic}", _told_time(mine), _told_time(other), mine / other, aim, mine < most
        )


def _told_time(seconds: float) -> str:
    return f"{seconds * 1e6:.0f} µs" if seconds < 1e-3 else f"{seconds * 1e3:.2f} ms"
