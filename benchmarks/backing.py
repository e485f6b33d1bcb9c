"""Backup, verification and restore of a store, against SQLite's backup and integrity check."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks import rival
from benchmarks.filled import fill
from benchmarks.measure import WORK, Line, lines_table
from benchmarks.sizes import live
from benchmarks.tasks import STEPS, batches
from tacit.core.backup_restore import restore_into
from tacit.core.backups import create_backup, verify_backup
from tacit.core.clock import system_clock
from tacit.core.tables import SCHEMA
from tacit.store.store import Store


def report(episodes: int, runs: int) -> list[str]:
    """Create, verify and restore, ``runs`` times, in turns with SQLite."""
    with tempfile.TemporaryDirectory(dir=WORK) as home:
        place = Path(home)
        lite = rival.connect(place / "rival.db")
        with Store.open(place / "store", SCHEMA, clock=system_clock) as store:
            fill(store, lite, list(batches(episodes)))
            taken = [_once(place, store, lite, run) for run in range(runs + 1)][1:]
        lite.close()
        sizes = live(place / "store"), (place / "rival.db").stat().st_size
        files = (place / "0.backup").stat().st_size, (place / "0.db").stat().st_size
    lines = [
        _line(name, [one[n] for one in taken], [one[n + 3] for one in taken], sizes)
        for n, name in enumerate(("create", "verify", "restore into a new store"))
    ]
    shares = [file / size for file, size in zip(files, sizes, strict=True)]
    lines.append(
        Line(
            "size, as a part of the store",
            f"{files[0] / 1e6:.1f} MB, {shares[0]:.0%}",
            f"{files[1] / 1e6:.1f} MB, {shares[1]:.0%}",
            files[0] / files[1],
        )
    )
    note = f"{episodes * STEPS:,} steps: {sizes[0] / 1e6:.1f} MB in use, {sizes[1] / 1e6:.1f} MB in SQLite"
    return [lines_table(lines, "SQLite, backup and integrity_check"), note]


def _once(place: Path, store: Store, lite: sqlite3.Connection, run: int) -> tuple[float, ...]:
    ours, theirs = place / f"{run}.backup", place / f"{run}.db"
    seconds = (
        _seconds(lambda: create_backup(store, ours)),
        _seconds(lambda: verify_backup(str(ours))),
        _seconds(lambda: restore_into(str(ours), place / f"restored-{run}").close()),
        _seconds(lambda: _copy(lite, theirs)),
        _seconds(lambda: _check(theirs)),
        _seconds(lambda: _copy_file(theirs, place / f"restored-{run}.db")),
    )
    if run:
        ours.unlink()
        theirs.unlink()
    return seconds


def _copy(lite: sqlite3.Connection, path: Path) -> None:
    copy = sqlite3.connect(path)
    copy.execute("PRAGMA synchronous=FULL")
    lite.backup(copy)
    copy.close()


def _copy_file(backup: Path, path: Path) -> None:
    kept = sqlite3.connect(backup)
    _copy(kept, path)
    kept.close()


def _check(path: Path) -> None:
    copy = sqlite3.connect(path)
    assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    copy.close()


def _line(name: str, ours: list[float], theirs: list[float], sizes: tuple[int, int]) -> Line:
    mine, other = median(ours), median(theirs)
    return Line(name, _rate(mine, sizes[0]), _rate(other, sizes[1]), mine / other)


def _rate(seconds: float, size: int) -> str:
    return f"{seconds:.2f} s, {size / 1e6 / seconds:.0f} MB/s"


def _seconds(job: Callable[[], object]) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start
