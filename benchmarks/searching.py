"""Search by words: the scan, the text index, and SQLite's FTS5 over the same texts.

A unit is a step, an episode or a session. Three questions are asked of each size: a word that one episode
has, one that a fiftieth of all units have, and two common words. All sides find what has any of the words,
count every hit and show the best twenty by BM25; ours and FTS5 are open and warm.
"""

from __future__ import annotations

import re
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from benchmarks import rival
from benchmarks.filled import fill
from benchmarks.generate import NOW
from benchmarks.measure import WORK, CannotRun, Line, lines_table, quantile
from benchmarks.tasks import STEPS, batches
from tacit.core.batch import Pending
from tacit.core.clock import system_clock
from tacit.core.config import load
from tacit.core.places import Places
from tacit.core.query import parse
from tacit.core.search import Search
from tacit.core.tables import SCHEMA
from tacit.core.texts import rebuild_text
from tacit.core.words import episode_words, session_words, step_words
from tacit.store.store import Store

_SHOWN = 20
_COUNT = "SELECT count(*) FROM texts WHERE texts MATCH ?"
_SHOW = "SELECT body FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT ?"


def report(sizes: Sequence[int], runs: int) -> list[str]:
    """``runs`` times each question at each size, the contestants taking turns."""
    lines: list[Line] = []
    notes: list[str] = []
    for size in sizes:
        with tempfile.TemporaryDirectory(dir=WORK) as home:
            found, note = _size(Path(home), size, runs)
            lines += found
            notes.append(note)
    return [lines_table(lines, "FTS5"), *notes]


def _size(home: Path, units: int, runs: int) -> tuple[list[Line], str]:
    waiting = list(batches(units // (STEPS + 1)))
    lite = rival.connect(home / "rival.db")
    with Store.open(home / "store", SCHEMA, clock=system_clock) as store:
        fill(store, lite, waiting)
        ours = _seconds(lambda: rebuild_text(store))
        theirs = _seconds(lambda: _index(lite, waiting))
        found = []
        for name, words in _questions(waiting):
            found += _ask(store, lite, f"{units:,} units, {name}", words, runs)
    lite.close()
    return found, f"{units:,} units: the index is built in {ours:.2f} s, FTS5 in {theirs:.2f} s"


def _texts(waiting: Sequence[Pending]) -> list[str]:
    texts = []
    for pending in waiting:
        (telling,) = pending.tellings
        texts += [session_words(pending.session), episode_words(telling.episode)]
        texts += [step_words(step) for step in telling.steps]
    return texts


def _questions(waiting: Sequence[Pending]) -> list[tuple[str, str]]:
    """(how common, words), picked by how many texts have them."""
    texts = _texts(waiting)
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(set(re.findall(r"[a-z]{5,12}", text.lower())))
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    rare = f"{len(waiting) // 2:05}"  # stands in the prompt of one episode
    some = next(word for word, count in ranked if count <= len(texts) // 50)
    common = [word for word, _ in ranked[:2]]
    return [("a rare word", rare), ("a word of a fiftieth", some), ("two common words", " ".join(common))]


def _index(lite: sqlite3.Connection, waiting: Sequence[Pending]) -> None:
    try:
        lite.execute("CREATE VIRTUAL TABLE texts USING fts5(body)")
    except sqlite3.OperationalError as error:
        raise CannotRun(f"this SQLite has no FTS5: {error}") from error
    lite.execute("BEGIN")
    lite.executemany("INSERT INTO texts VALUES (?)", ((text,) for text in _texts(waiting)))
    lite.execute("COMMIT")


def _ask(store: Store, lite: sqlite3.Connection, name: str, words: str, runs: int) -> list[Line]:
    plan, config = parse(words), load(Places({"TACIT_HOME": str(store.path)}))

    def ours(*, scan: bool) -> int:
        search = Search(store, config, plan, mode="lexical", scan=scan)
        with store.read() as read:
            return search.run(read, _SHOWN, NOW).total

    index, scan = partial(ours, scan=False), partial(ours, scan=True)
    match = " OR ".join(words.split())

    def fts() -> int:
        (total,) = lite.execute(_COUNT, (match,)).fetchone()
        lite.execute(_SHOW, (match, _SHOWN)).fetchall()
        return int(total)

    hits = index()
    if hits != scan():
        raise CannotRun(f"index and scan do not agree on {words!r}")
    fts()
    scans = [_seconds(scan) for _ in range(3)]
    pairs = [(_seconds(index), _seconds(fts)) for _ in range(runs)]
    mine, theirs = (quantile(column, 0.5) * 1000 for column in zip(*pairs, strict=True))
    scanned = quantile(scans, 0.5) * 1000
    return [
        Line(f"{name}, {hits:,} hits: scan", f"{scanned:.1f} ms", f"{theirs:.2f} ms", scanned / theirs),
        Line(f"{name}, {hits:,} hits: index", f"{mine:.2f} ms", f"{theirs:.2f} ms", mine / theirs),
    ]


def _seconds(job: Callable[[], object]) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start
