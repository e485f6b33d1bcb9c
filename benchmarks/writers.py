"""Eight processes that commit to one store, with a pause between commits and without, against SQLite."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import msgspec

from benchmarks import rival
from benchmarks.measure import ROOT, WORK, CannotRun, Line, child_environment, lines_table, quantile
from benchmarks.tasks import STEPS
from benchmarks.writing import Told
from tacit.core.clock import system_clock
from tacit.core.tables import EPISODES, SCHEMA
from tacit.store.store import Store

WRITERS = 8
_PAUSE_MS = 50


class Round(NamedTuple):
    """What the writers of one round did.

    ``shares`` are the commits each had made when the first was done with all of its own.
    """

    taken: list[float]
    seconds: float
    shares: list[int]
    lost: int

    @property
    def rate(self) -> float:
        """Commits a second of all together."""
        return len(self.taken) / self.seconds

    @property
    def fairness(self) -> float:
        """The smallest share as a part of the largest."""
        return min(self.shares) / max(self.shares)


def report(commits: int) -> list[str]:
    """Each of eight writers commits so often, a writer alone four times as often."""
    names = ("tacit", "sqlite")
    calm = [_round(name, WRITERS, commits, _PAUSE_MS) for name in names]
    alone = [_best(name, 1, commits * WRITERS // 2) for name in names]
    busy = [_best(name, WRITERS, commits) for name in names]
    lines = [_calm_line(calm, 0.5, None), _calm_line(calm, 0.99, 10.0)]
    share, other = (many.rate / one.rate for many, one in zip(busy, alone, strict=True))
    lines += [
        Line("one writer, commits a second", *_rates(alone)),
        Line(f"{WRITERS} writers, commits a second", *_rates(busy)),
        Line(
            f"{WRITERS} writers as a part of one",
            f"{share:.0%}",
            f"{other:.0%}",
            share / other,
            "≥ 80 %",
            share >= 0.8,
        ),
        Line("smallest share / largest", f"{busy[0].fairness:.0%}", f"{busy[1].fairness:.0%}"),
    ]
    lost, theirs = (sum(one.lost for one in rounds) for rounds in zip(calm, alone, busy, strict=True))
    lines.append(Line("commits lost", str(lost), str(theirs), None, "0", lost == 0))
    return [lines_table(lines, "SQLite, WAL, full sync"), f"a commit is one episode of {STEPS} steps"]


def _calm_line(calm: list[Round], share: float, most: float | None) -> Line:
    mine, other = (quantile(each.taken, share) * 1000 for each in calm)
    name = f"{WRITERS} writers, {_PAUSE_MS} ms between, {'median' if share == 0.5 else 'p99'}"
    aim = "" if most is None else f"< {most:.0f} ms"
    met = None if most is None else mine < most
    return Line(name, f"{mine:.2f} ms", f"{other:.2f} ms", mine / other, aim, met)


def _rates(rounds: list[Round]) -> tuple[str, str, float]:
    ours, theirs = rounds
    return f"{ours.rate:.0f}", f"{theirs.rate:.0f}", ours.rate / theirs.rate


def _best(contestant: str, writers: int, commits: int) -> Round:
    """The faster of two rounds without pause: what else the machine does only slows them."""
    return max((_round(contestant, writers, commits, 0) for _ in range(2)), key=lambda one: one.rate)


def _round(contestant: str, writers: int, commits: int, pause: int) -> Round:
    with tempfile.TemporaryDirectory(dir=WORK) as home:
        place = Path(home) / contestant
        _make(contestant, place)
        told = _together(contestant, place, Path(home), writers, commits, pause)
        lost = writers * commits - _stored(contestant, place)
    first = min(one.done[-1] for one in told)
    seconds = max(one.done[-1] for one in told) - min(one.begun for one in told)
    shares = [sum(at <= first for at in one.done) for one in told]
    return Round([each for one in told for each in one.taken], seconds, shares, lost)


def _together(contestant: str, place: Path, home: Path, writers: int, commits: int, pause: int) -> list[Told]:
    """Let them prepare, then start them all at once."""
    processes = [
        _start(home, contestant, str(place), f"w{n}", str(commits), str(pause)) for n in range(writers)
    ]
    for process in processes:
        assert process.stdout is not None
        if process.stdout.readline() != "ready\n":
            raise CannotRun("a writing process could not begin")
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [msgspec.json.decode(process.communicate()[0], type=Told) for process in processes]
    if any(process.returncode for process in processes):
        raise CannotRun("a writing process failed")
    return told


def _start(home: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.writing", *words],
        cwd=ROOT,
        env=child_environment(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _make(contestant: str, place: Path) -> None:
    if contestant == "sqlite":
        rival.connect(place).close()
    else:
        Store.open(place, SCHEMA, clock=system_clock).close()


def _stored(contestant: str, place: Path) -> int:
    if contestant == "sqlite":
        connection = rival.connect(place)
        try:
            return rival.held(connection)[0]
        finally:
            connection.close()
    with Store.open(place, SCHEMA, clock=system_clock) as store, store.read() as read:
        return sum(1 for _ in read.keys(EPISODES))
