"""Memory of its own (RssAnon) that a process takes for an open, queried store, over its bare imports."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.generate import generated
from benchmarks.measure import WORK, CannotRun, Line, child_environment, inner, lines_table
from tacit.core.clock import system_clock
from tacit.core.ids import parse_id
from tacit.core.tables import PATTERNS, SCHEMA
from tacit.store.codec import encode
from tacit.store.store import Store

_IMPORTS = """
import sys
from tacit import Memory
import tacit.core.evidence, tacit.core.stats, tacit.core.jsonform, tacit.core.listing, tacit.core.query
"""
_QUERIES = """
memory = Memory.open(sys.argv[1], readonly=True)
best = memory.patterns("kind:tool_sequence", limit=10)
listed = memory.page("patterns", memory.plan(), 100)
shown = memory.get(best[0].id)
uses = memory.evidence(best[0].id, 20)
counted = memory.stats()
sessions = memory.sessions(limit=100)
"""
_LITE_IMPORTS = """
import sys
import sqlite3, msgspec
from tacit.core.model import Pattern
"""
_LITE_QUERIES = """
decode = msgspec.msgpack.Decoder(Pattern).decode
lite = sqlite3.connect(sys.argv[1])
ask = "SELECT record FROM patterns WHERE kind = ? ORDER BY place LIMIT ?"
best = [decode(row) for (row,) in lite.execute(ask, ("tool_sequence", 10))]
listed = [decode(row) for (row,) in lite.execute("SELECT record FROM patterns ORDER BY place LIMIT 100")]
counted = lite.execute("SELECT kind, count(*) FROM patterns GROUP BY kind").fetchall()
"""
_TELL = """
status = dict(line.split(":", 1) for line in open("/proc/self/status", encoding="ascii"))
print(int(status["RssAnon"].split()[0]) * 1024)
"""


def report(patterns: int, runs: int) -> list[str]:
    """List, show, count and top 10 in a store of ``patterns``; medians of ``runs`` processes each."""
    if not Path("/proc/self/status").exists():
        raise CannotRun("this system does not tell the memory of a process's own")
    folder = generated(patterns, 10)
    with tempfile.TemporaryDirectory(dir=WORK) as home:
        place = Path(home)
        _lite(folder, place / "rival.db")
        ours = _own(_IMPORTS, _QUERIES, folder, place, runs)
        theirs = _own(_LITE_IMPORTS, _LITE_QUERIES, place / "rival.db", place, runs)
    line = Line(
        f"{patterns:,} patterns, open and asked, over the imports",
        _megabytes(ours[1] - ours[0]),
        _megabytes(theirs[1] - theirs[0]),
        (ours[1] - ours[0]) / (theirs[1] - theirs[0]),
        "< 10 MB",
        ours[1] - ours[0] < 10_000_000,
    )
    bare = Line("the imports alone", _megabytes(ours[0]), _megabytes(theirs[0]), ours[0] / theirs[0])
    return [lines_table([line, bare], "SQLite, the same questions"), "RssAnon: mapped pages do not count"]


def _own(imports: str, queries: str, store: Path, home: Path, runs: int) -> tuple[float, float]:
    """RssAnon with the imports alone and with the queries, bytes."""
    environment = child_environment(home)
    bare, asked = [], []
    for _ in range(runs):
        bare.append(inner(imports + _TELL, (store,), environment))
        asked.append(inner(imports + queries + _TELL, (store,), environment))
    return median(bare), median(asked)


def _lite(folder: Path, path: Path) -> None:
    lite = sqlite3.connect(path)
    lite.execute("CREATE TABLE patterns(id INTEGER PRIMARY KEY, kind TEXT, place BLOB, record BLOB)")
    lite.execute("CREATE INDEX by_place ON patterns(kind, place)")
    with Store.open(folder, SCHEMA, clock=system_clock) as store, store.read() as read:
        rows = ((parse_id(p.id), p.kind, p.rank, encode(p)) for _, p in read.records(PATTERNS))
        lite.executemany("INSERT INTO patterns VALUES (?, ?, ?, ?)", rows)
    lite.commit()
    lite.close()


def _megabytes(size: float) -> str:
    return f"{size / 1e6:.1f} MB"
