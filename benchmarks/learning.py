"""Whether verdicts come from nothing, and whether what is there is found.

Generated episodes with a known truth (see ``tests/support/population.py``) go through the real
contribution, a real store and the real review, seed by seed, on all processors.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from benchmarks.measure import WORK, Line, lines_table
from tacit.core.model import Pattern
from tests.support import population as made

_EPISODES = 1_000
_FEWER = 500


class Seen(NamedTuple):
    """What one seed showed: rows with a verdict, and those of them that hold what was planted."""

    rows: int
    planted: int


def report(runs: int) -> list[str]:
    """The shares over so many seeds."""
    WORK.mkdir(exist_ok=True)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        null, helped, harmed, commit, length = (
            list(pool.map(one, range(runs if number == 0 else max(runs // 5, 20))))
            for number, one in enumerate((_null, _helped, _harmed, _commit, _length))
        )
    found = [*helped, *harmed]
    lines = [
        _share(
            f"any verdict, outcomes shuffled ({_EPISODES:,} episodes)", null, lambda one: one.rows > 0, 0.10
        ),
        _share(
            f"planted help found ({_FEWER} episodes)", helped, lambda one: one.planted > 0, 0.95, least=True
        ),
        _share(
            f"planted harm found ({_FEWER} episodes)", harmed, lambda one: one.planted > 0, 0.95, least=True
        ),
        _false_rows(found),
        _share("any verdict on the deciding commit", commit, lambda one: one.planted > 0, 0.10),
        _share("any verdict on what long episodes hold", length, lambda one: one.planted > 0, 0.10),
    ]
    return [lines_table(lines, "of")]


def _share(
    name: str, seen: Sequence[Seen], which: Callable[[Seen], bool], aim: float, *, least: bool = False
) -> Line:
    count = sum(map(which, seen))
    share = count / len(seen)
    met = share >= aim if least else share <= aim
    return Line(name, f"{share:.3f}", f"{len(seen)} seeds", None, f"{'≥' if least else '≤'} {aim}", met)


def _false_rows(seen: Sequence[Seen]) -> Line:
    """Rows with a verdict that do not hold what was planted, as a share of the rows of each seed."""
    share = sum((one.rows - one.planted) / one.rows for one in seen if one.rows) / len(seen)
    return Line("false rows beside a planted effect, mean share", f"{share:.3f}", f"{len(seen)} seeds", None)


def _null(seed: int) -> Seen:
    return _seen(made.shuffled(made.population(seed, _EPISODES, made.by_project), seed))


def _helped(seed: int) -> Seen:
    return _seen(made.population(seed, _FEWER, made.helped, made.PLANTED), "helps")


def _harmed(seed: int) -> Seen:
    return _seen(made.population(seed, _FEWER, made.harmed, made.PLANTED), "harms")


def _commit(seed: int) -> Seen:
    told = made.committed(seed, _FEWER)
    return _seen(told, marks=frozenset(("git add", "git diff", "git commit")))


def _length(seed: int) -> Seen:
    return _seen(made.population(seed, _FEWER, made.by_length, made.PLANTED, made.more_in_longer))


def _seen(
    told: Sequence[made.Told], verdict: str = "", marks: frozenset[str] = frozenset(made.PLANTED.split("|"))
) -> Seen:
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        rows = [row for row in made.learned(told, Path(folder) / "store") if _is_proven(row)]
    planted = [row for row in rows if marks & set(row.key) and verdict in {"", row.verdict}]
    return Seen(len(rows), len(planted))


def _is_proven(row: Pattern) -> bool:
    return row.verdict in {"helps", "harms"}
