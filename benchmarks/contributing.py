"""What one episode's contribution costs, and whether it costs more the more is stored.

The cost in a large store is taken in turn with that in a small one: the last episodes go into the one
while as many first ones go into the other, so that a busy machine slows both.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from operator import attrgetter
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.commit import BEFORE, timed
from benchmarks.measure import WORK, Line, lines_table, quantile
from benchmarks.tasks import STEPS, batches
from tacit.core.batch import Pending, store_batch
from tacit.core.clock import system_clock
from tacit.core.learn.contribution import Draft, Exchange, derive
from tacit.core.tables import CANDIDATES, SCHEMA
from tacit.store.store import Store
from tacit.store.transaction import Write

HOMES = 20
"""Projects among which candidates are shared."""

_WINDOW = 500
_AT_ONCE = 50
"""Episodes of one transaction, as an import that writes every 4 MB has them."""

_MOST = 1.2
_PARTS = {
    "derive": "derive",
    "inside": "store, in the transaction",
    "commit": "tallies, log and commit",
    "whole": "all of it",
}


class Cost(NamedTuple):
    """For each episode of a batch the seconds of deriving, in the transaction, and of ending it durably.

    ``written`` is how many bytes the process wrote meanwhile, 0 where the system does not tell.
    """

    derive: float
    inside: float
    commit: float
    written: float

    @property
    def whole(self) -> float:
        """All seconds."""
        return self.derive + self.inside + self.commit


class Grown(NamedTuple):
    """Batches into a small and a large store, in turn, and how many candidates the large one has."""

    small: list[Cost]
    large: list[Cost]
    candidates: int


def report(episodes: int, runs: int) -> list[str]:
    """One contribution over ``runs`` episodes; then the growth up to so many episodes."""
    WORK.mkdir(exist_ok=True)
    pieces = [f"One episode of {STEPS} steps, in a store of {BEFORE}:", lines_table(_one(runs), "against")]
    for name, homes in ((f"{HOMES} projects", HOMES), ("a new project every 20 episodes", 0)):
        grown = _growth(episodes, homes)
        title = f"Episodes of {STEPS} steps, {name}: {episodes:,} of them, {grown.candidates:,} candidates"
        pieces += [title, lines_table(_lines(grown, episodes), f"first {_WINDOW}")]
    return pieces


def _one(runs: int) -> list[Line]:
    derived: list[float] = []
    inside: list[float] = []
    whole: list[float] = []
    with tempfile.TemporaryDirectory(dir=WORK) as home, _opened(Path(home) / "store") as store:
        for number, pending in enumerate(batches(BEFORE + runs, homes=HOMES)):
            telling = pending.tellings[0]
            seconds = timed(partial(derive, telling.episode, telling.steps))
            exchanged: list[float] = []
            durable = timed(
                partial(store.write, partial(_exchange, telling.episode.id, telling.draft, exchanged))
            )
            if number >= BEFORE:
                derived.append(seconds)
                inside += exchanged
                whole.append(durable)
    return [
        Line(f"{name}, {said}", f"{quantile(values, share) * 1000:.2f} ms")
        for name, values in (
            (f"derive, {STEPS} steps", derived),
            ("exchange and settle, in the transaction", inside),
            ("the same as one durable transaction", whole),
        )
        for said, share in (("median", 0.5), ("p99", 0.99))
    ]


def _exchange(episode: str, draft: Draft | None, seconds: list[float], write: Write) -> None:
    start = time.perf_counter()
    exchange = Exchange(write)
    exchange.replace(episode, draft)
    exchange.settle()
    seconds.append(time.perf_counter() - start)


def _growth(episodes: int, homes: int) -> Grown:
    """Fill a store but for the last window; then that window in turn with the first one into a new store."""
    grown = Grown([], [], 0)
    with tempfile.TemporaryDirectory(dir=WORK) as home:
        place = Path(home)
        with _opened(place / "warm") as warm, _opened(place / "old") as old, _opened(place / "new") as new:
            for some in _chunks(batches(4 * _AT_ONCE, "warm", homes)):
                _store(warm, some)
            told = batches(episodes, homes=homes)
            for some in _chunks(islice(told, episodes - _WINDOW)):
                _store(old, some)
            first = _chunks(batches(_WINDOW, homes=homes))
            for late, early in zip(_chunks(told), first, strict=True):
                grown.large.append(_store(old, late))
                grown.small.append(_store(new, early))
            with old.read() as read:
                candidates = sum(1 for _ in read.tallies(CANDIDATES))
    return grown._replace(candidates=candidates)


def _chunks(told: Iterator[Pending]) -> Iterator[list[Pending]]:
    while some := list(islice(told, _AT_ONCE)):
        yield some


def _store(store: Store, some: Sequence[Pending]) -> Cost:
    """Store a batch as an import does; what each part cost an episode."""
    tellings = [telling for one in some for telling in one.tellings]
    deriving = timed(lambda: [derive(telling.episode, telling.steps) for telling in tellings])
    inside: list[float] = []

    def job(write: Write) -> None:
        inside.append(timed(lambda: store_batch(write, some, dry_run=False)))

    before = _written()
    whole = timed(lambda: store.write(job, large=True))
    wrote = _written() - before
    return Cost(*(value / len(some) for value in (deriving, inside[-1], whole - inside[-1], wrote)))


def _written() -> int:
    """Bytes this process has written so far, to any file."""
    try:
        told = Path("/proc/self/io").read_text("ascii")
    except OSError:
        return 0
    return int(told.split("wchar:")[1].split()[0])


def _lines(grown: Grown, episodes: int) -> list[Line]:
    """Medians over batches; the aim is for the whole."""
    lines = []
    for part, name in _PARTS.items():
        late, early = (median(map(attrgetter(part), side)) for side in (grown.large, grown.small))
        line = Line(
            f"{name}, an episode, last {_WINDOW} of {episodes:,}", _ms(late), _ms(early), late / early
        )
        aimed = part == "whole"
        lines.append(line._replace(aim=f"≤ {_MOST}", met=late / early <= _MOST) if aimed else line)
    late, early = (median(one.written for one in side) / 1e6 for side in (grown.large, grown.small))
    if early:
        lines.append(Line("bytes written for it", f"{late:.2f} MB", f"{early:.2f} MB", late / early))
    return lines


def _opened(path: Path) -> Store:
    return Store.open(path, SCHEMA, command="bench", clock=system_clock)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"
