"""SQLite as the alternative: the same logical rows in WAL mode, every commit synced (``synchronous=FULL``).

Records are the same MessagePack in a column, beside the columns that our indexes are made of; counters
and tallies are rows that are added to. Everything of one batch is one transaction, as with us.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from msgspec.msgpack import Encoder

from tacit.core.batch import Pending
from tacit.core.ids import parse_id
from tacit.core.learn.contribution import Draft
from tacit.core.learn.records import Contribution, Share
from tacit.core.model import Episode, Step
from tacit.core.tables import EPISODES, EVENT, body_of
from tacit.store.changelog import Change
from tacit.store.entries import amounts

_SIGN = 1 << 63
_TABLES = """
CREATE TABLE sessions(id INTEGER PRIMARY KEY, project TEXT, started INTEGER, record BLOB);
CREATE INDEX sessions_recent ON sessions(started DESC, id);
CREATE INDEX sessions_project ON sessions(project, started DESC);
CREATE TABLE episodes(id INTEGER PRIMARY KEY, session INTEGER, project TEXT, started INTEGER,
    ended INTEGER, outcome TEXT, record BLOB);
CREATE INDEX episodes_session ON episodes(session, started);
CREATE INDEX episodes_recent ON episodes(ended DESC, id);
CREATE INDEX episodes_project ON episodes(project, ended DESC);
CREATE INDEX episodes_outcome ON episodes(outcome, ended DESC);
CREATE TABLE steps(body INTEGER, n INTEGER, record BLOB, PRIMARY KEY(body, n)) WITHOUT ROWID;
CREATE TABLE contributions(id INTEGER PRIMARY KEY, record BLOB);
CREATE TABLE events(owner INTEGER, episode INTEGER, session INTEGER, at INTEGER, first INTEGER,
    last INTEGER, label INTEGER, source INTEGER, PRIMARY KEY(owner, episode, first)) WITHOUT ROWID;
CREATE TABLE candidates(owner INTEGER PRIMARY KEY, uses INTEGER, judged INTEGER, successes INTEGER,
    failures INTEGER, partial INTEGER, episodes INTEGER);
CREATE TABLE counters(name BLOB PRIMARY KEY, amount INTEGER) WITHOUT ROWID;
CREATE TABLE changes(seq INTEGER PRIMARY KEY, record BLOB);
"""
_CANDIDATE = """
INSERT INTO candidates VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT(owner) DO UPDATE SET
uses = uses + excluded.uses, judged = judged + excluded.judged, successes = successes + excluded.successes,
failures = failures + excluded.failures, partial = partial + excluded.partial,
episodes = episodes + excluded.episodes
"""
_COUNTER = (
    "INSERT INTO counters VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET amount = amount + excluded.amount"
)
_encode = Encoder().encode


def connect(path: Path, *, busy_seconds: float = 60.0) -> sqlite3.Connection:
    """An open database with its tables, in WAL mode with full sync."""
    connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    if not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        connection.executescript(_TABLES)
    return connection


def store(connection: sqlite3.Connection, pending: Pending) -> None:
    """Store a batch of one episode, durably."""
    (telling,) = pending.tellings
    episode, steps, draft = telling.episode, telling.steps, telling.draft
    connection.execute("BEGIN IMMEDIATE")
    known = connection.execute("SELECT 1 FROM episodes WHERE id = ?", (parse_id(episode.id),)).fetchone()
    if known is None:
        _records(connection, pending, episode, steps)
        if draft is not None:
            _counts(connection, episode, draft)
        _log(connection, episode)
    connection.execute("COMMIT")


def _records(connection: sqlite3.Connection, pending: Pending, episode: Episode, steps: list[Step]) -> None:
    session = pending.session
    own = parse_id(session.id)
    connection.execute(
        "INSERT OR REPLACE INTO sessions VALUES (?, ?, ?, ?)",
        (own, session.project, session.started, _encode(session)),
    )
    connection.execute(
        "INSERT INTO episodes VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            parse_id(episode.id),
            own,
            episode.project,
            episode.started,
            episode.ended,
            episode.outcome.label,
            _encode(episode),
        ),
    )
    body = body_of(episode.id, episode.session)
    connection.executemany("INSERT INTO steps VALUES (?, ?, ?)", [(body, s.n, _encode(s)) for s in steps])
    connection.executemany(_COUNTER, amounts(EPISODES, episode).items())


def _counts(connection: sqlite3.Connection, episode: Episode, draft: Draft) -> None:
    connection.executemany(
        "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(_signed(share.owner), *EVENT.unpack(row)) for share in draft.shares for row in share.rows],
    )
    connection.executemany(_CANDIDATE, [(_signed(share.owner), *share.counts) for share in draft.shares])
    shares = tuple(
        Share(share.owner, share.kind, share.parts, tuple(share.counts), (0,)) for share in draft.shares
    )
    record = _encode(Contribution(tuple(draft.words), shares, draft.targets))
    connection.execute("INSERT INTO contributions VALUES (?, ?)", (parse_id(episode.id), record))


def _log(connection: sqlite3.Connection, episode: Episode) -> None:
    (newest,) = connection.execute("SELECT coalesce(max(seq), 0) FROM changes").fetchone()
    at = time.time_ns() // 1_000_000
    changes = (
        Change(newest + 1, at, "put", "episodes", episode.id, "person", "bench"),
        Change(newest + 2, at, "put", "sessions", episode.session, "person", "bench"),
    )
    rows = [(change.seq, _encode(change)) for change in changes]
    connection.executemany("INSERT INTO changes VALUES (?, ?)", rows)


def _signed(owner: int) -> int:
    """SQLite's integers are signed."""
    return owner - (owner & _SIGN) * 2


def held(connection: sqlite3.Connection) -> tuple[int, int, int]:
    """How many episodes, steps and events are stored."""
    names = ("episodes", "steps", "events")
    counts: Iterator[int] = (
        connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names
    )
    return next(counts), next(counts), next(counts)
