"""Every table, index, counter and event column of Tacit, on one page.

A new question about the data is a new index or counter here, never a scan written elsewhere. How records
are keyed stands in :mod:`tacit.core.record_keys`.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct as Layout
from typing import TYPE_CHECKING, Any

from tacit.core.clock import week_start
from tacit.core.ids import pattern_key
from tacit.core.learn.effectiveness import steady, was_given
from tacit.core.learn.paths import project_of
from tacit.core.learn.records import Contribution, Waiting
from tacit.core.live.records import Open, OpenSteps
from tacit.core.loop.records import Offer, Shared
from tacit.core.model import Episode, Label, Pattern, Session, Step
from tacit.core.notes.records import Note
from tacit.core.recall.leads import asked_key, commands, error_group, recoveries
from tacit.core.record_keys import body_of as body_of
from tacit.core.record_keys import key_of as key_of
from tacit.core.record_keys import kind_of as kind_of
from tacit.core.record_keys import number_of as number_of
from tacit.core.record_keys import offer_key as offer_key
from tacit.core.record_keys import owner_of as owner_of
from tacit.core.record_keys import shared_key as shared_key
from tacit.core.record_keys import step_key as step_key
from tacit.core.words import (
    episode_words,
    note_words,
    pattern_words,
    session_words,
    step_bytes,
    step_words,
)
from tacit.store.keys import descending, f64, i64, text, u32, u64
from tacit.store.schema import Counter, Index, Map, Rows, Schema, Table, Tallies, TextSource, Vectors

if TYPE_CHECKING:
    from tacit.store.reading import Read
    from tacit.store.schema import Lost
    from tacit.store.transaction import Write

LABELS: tuple[Label, ...] = ("success", "partial", "failure", "abstained", "unknown")

MOST_FILES = 30
"""An episode that changed more files says nothing about any two of them."""

JUDGED, UNJUDGED = (b"\0", b"\1"), b"\2"
"""What separates patterns in the indexes of effectiveness: those that were never given to an agent and those
that were, whose terms weigh more in all, and those that have none."""


def _listed(pattern: Pattern) -> bool:
    return pattern.listed


def _standing(pattern: Pattern) -> bytes:
    """The group of the rows of the list, of what was put away, and of what stands behind another."""
    if pattern.head is not None:
        return b"variants"
    return b"archived" if pattern.archived else b""


def _by_rank(*parts: bytes) -> list[bytes]:
    return [b"".join(parts)]


def _effective(pattern: Pattern) -> bytes:
    """Whether it was given, week of last use, effectiveness without recency, rank (``core/effective.py``)."""
    part = steady(pattern)
    if part is None:
        return UNJUDGED + pattern.rank
    week = descending(i64(week_start(pattern.last_used)))
    return JUDGED[was_given(pattern)] + week + descending(f64(part)) + pattern.rank


def _first_pair(pattern: Pattern) -> list[bytes]:
    """The number of the pair of the first two files of a larger group; it is found by it."""
    if pattern.kind != "file_group" or len(pattern.key) < 4:
        return []
    return [u64(pattern_key(pattern.kind, pattern.key[:3]))]


def _judgement(pattern: Pattern) -> str:
    if pattern.borrowed:
        return "shared"
    if pattern.verdict is not None:
        return pattern.verdict
    return "recovery" if pattern.kind == "error_recovery" else "fact"


PATTERNS: Table[Pattern] = Table(
    "patterns",
    Pattern,
    indexes=(
        Index("rank", lambda p: [p.rank] if _listed(p) else []),
        Index("kind", lambda p: [text(p.kind) + p.rank] if _listed(p) else []),
        Index("verdict", lambda p: [text(_judgement(p)) + p.rank] if _listed(p) else []),
        Index("project", lambda p: [text(n) + p.rank for n in p.project_names] if _listed(p) else []),
        Index("file", lambda p: [text(path) + p.rank for path in p.files] if _listed(p) else []),
        Index("uses", lambda p: _by_rank(descending(u32(p.uses)), p.rank) if _listed(p) else []),
        Index(
            "success",
            lambda p: (
                _by_rank(descending(f64(-1.0 if p.low is None else p.low)), p.rank) if _listed(p) else []
            ),
        ),
        Index("recent", lambda p: _by_rank(descending(i64(p.last_used)), p.rank) if _listed(p) else []),
        Index("effective", lambda p: [_effective(p)] if _listed(p) else [], revision=2),
        Index("kind_effective", lambda p: [text(p.kind) + _effective(p)] if _listed(p) else [], revision=2),
        Index("title", lambda p: _by_rank(text(p.title.lower(), 100), p.rank) if _listed(p) else []),
        Index("pinned", lambda p: [p.rank] if _listed(p) and p.pinned else []),
        Index("pinned_behind", lambda p: [p.rank] if p.head is not None and p.pinned else []),
        Index("first_pair", _first_pair),
        Index("archived", lambda p: [p.rank] if p.head is None and p.archived else []),
    ),
    counters=(
        Counter("listed", lambda p: [(_standing(p), 1)]),
        Counter("pinned", lambda p: [(b"", 1)] if _listed(p) and p.pinned else []),
        Counter("kind", lambda p: [(text(p.kind), 1)] if _listed(p) else []),
        Counter("verdict", lambda p: [(text(_judgement(p)), 1)] if _listed(p) else []),
        Counter("project", lambda p: [(text(n), 1) for n in p.project_names] if _listed(p) else []),
        Counter("file", lambda p: [(text(path), 1) for path in p.files] if _listed(p) else []),
        Counter("borrowed", lambda p: [(text(p.kind), 1)] if _listed(p) and p.borrowed else []),
    ),
)


def _lay(session: Session) -> list[bytes]:
    """What the directory of a session is called, and the project by its address, where it has one."""
    if not session.repository:
        return []
    names = project_of(session.directory, None), project_of(session.directory, session.repository)
    return [b"".join(map(text, names))]


SESSIONS: Table[Session] = Table(
    "sessions",
    Session,
    indexes=(
        Index("recent", lambda s: [descending(i64(s.started)) + key_of(s.id)]),
        Index("project", lambda s: [text(s.project) + descending(i64(s.started))]),
        Index("told", lambda s: [text(s.told_project) + text(s.project)] if s.told_project else []),
        Index("ended", lambda s: [i64(s.ended)]),
        Index("lay", _lay),
    ),
    counters=(
        Counter("total", lambda _: [(b"", 1)]),
        Counter("project", lambda s: [(text(s.project), 1)]),
        Counter("agent", lambda s: [(text(s.agent), 1)]),
    ),
)


def _tools(episode: Episode) -> Iterator[tuple[bytes, int]]:
    for tool, calls, errors in episode.tools:
        yield text(tool) + b"calls", calls
        yield text(tool) + b"errors", errors


def _ended(group: str | None, episode: Episode) -> list[tuple[bytes, int]]:
    """One for how an episode of a group ended; none of no group."""
    return [(text(group) + text(episode.outcome.label), 1)] if group else []


def _changed(episode: Episode) -> list[tuple[bytes, int]]:
    """One for each file it changed, under its project, and one for having changed any."""
    if episode.unworthy is not None or not 0 < len(episode.files) <= MOST_FILES:
        return []
    project = text(episode.project)
    return [(project, 1), *((project + name, 1) for name in sorted(set(map(text, episode.files))))]


def _by_file(episode: Episode) -> list[bytes]:
    """Project, file and end for each file that an episode changed which something is learned from."""
    if episode.unworthy is not None:
        return []
    project, ended = text(episode.project), descending(i64(episode.ended))
    return [project + name + ended for name in sorted(set(map(text, episode.files)))]


def _end(episode: Episode) -> bytes:
    return text(episode.outcome.label)


SUMS = (
    "steps",
    "errors",
    "subagent_steps",
    "subagent_errors",
    "rejected",
    "cancelled",
    "interrupted",
    "left",
    "tokens",
)

EPISODES: Table[Episode] = Table(
    "episodes",
    Episode,
    indexes=(
        Index("session", lambda e: [key_of(e.session) + i64(e.started)]),
        Index("recent", lambda e: [descending(i64(e.ended)) + key_of(e.id)]),
        Index("project", lambda e: [text(e.project) + descending(i64(e.ended))]),
        Index("outcome", lambda e: [text(e.outcome.label) + descending(i64(e.ended))]),
        Index("asked", lambda e: [key + descending(i64(e.ended)) for key in asked_key(e.prompt)]),
        Index("file", _by_file),
    ),
    counters=(
        Counter("total", lambda _: [(b"", 1)]),
        Counter("outcome", lambda e: [(text(e.outcome.label), 1)]),
        Counter("source", lambda e: [(text(e.outcome.source), 1)] if e.outcome.source else []),
        Counter("project", lambda e: [(text(e.project) + text(e.outcome.label), 1)]),
        Counter("week", lambda e: [(i64(week_start(e.ended)) + text(e.outcome.label), 1)]),
        Counter("tool", _tools),
        Counter("sum", lambda e: [(name.encode(), getattr(e, name)) for name in SUMS]),
        Counter("unworthy", lambda e: [(text(e.unworthy), 1)] if e.unworthy else []),
        Counter("task_type", lambda e: _ended(e.task_type, e)),
        Counter("language", lambda e: _ended(e.language, e)),
        Counter("changed", _changed),
        Counter("worthy", lambda e: [(text(e.project), 1)] if e.unworthy is None else []),
        Counter("project_week", lambda e: [(text(e.project) + i64(week_start(e.ended)) + _end(e), 1)]),
    ),
)

COPIES: Table[Episode] = Table(
    "copies",
    Episode,
    indexes=(
        Index("episode", lambda e: [key_of(e.id)]),
        Index("session", lambda e: [key_of(e.session)]),
    ),
    logged=False,
)
"""Episodes that another session tells with more steps; keyed by their body. They feed nothing."""

STEPS: Table[Step] = Table(
    "steps", Step, counters=(Counter("bytes", lambda step: [(b"", step_bytes(step))]),), logged=False
)
CONTRIBUTIONS: Table[Contribution] = Table(
    "contributions",
    Contribution,
    counters=(Counter("recovery", recoveries), Counter("command", commands)),
    logged=False,
)
"""What each episode added to the candidates. Its counters lead to candidates, be they patterns or not."""


def _texts_of(read: Read, _key: bytes, episode: Episode) -> Iterator[tuple[int, str]]:
    """An episode's own text, then that of each step under its number; steps change with its digest."""
    yield 0, episode_words(episode)
    body = body_of(episode.id, episode.session)
    for _, step in read.records(STEPS, step_key(body, 1), u64(body + 1)):
        yield step.n, step_words(step)


PENDING: Table[Waiting] = Table(
    "pending", Waiting, counters=(Counter("total", lambda _: [(b"", 1)]),), logged=False
)
"""Episodes, by their key, whose contribution is still to be derived (see ``core/learn/queue.py``)."""

OPEN: Table[Open] = Table(
    "open", Open, indexes=(Index("active", lambda o: [i64(o.active) + key_of(o.id)]),), logged=False
)
"""Episodes that are not completed, by the key they will have. They are in no list, count or export."""

OPEN_STEPS: Table[OpenSteps] = Table("open_steps", OpenSteps, logged=False)
"""What was logged to them, by the key of the episode and a number (see ``core/live/storing.py``)."""

OFFERS: Table[Offer] = Table(
    "offers",
    Offer,
    indexes=(
        Index("session", lambda o: [key_of(o.session) + i64(o.at)] if o.session else []),
        Index("recent", lambda o: [descending(i64(o.at))]),
    ),
    counters=(
        Counter("total", lambda _: [(b"", 1)]),
        Counter("pattern", lambda o: [(key_of(o.pattern), 1)] if o.given else []),
        Counter("agent", lambda o: [(text(o.agent), 1)] if o.given else []),
    ),
)
"""What was given to agents, keyed by pattern, time and number (see :func:`offer_key`)."""


def _past_error(one: Shared) -> list[bytes]:
    """The error that a shared recovery left behind."""
    return [error_group(*one.key[:2])] if one.kind == "error_recovery" else []


SHARED: Table[Shared] = Table(
    "shared",
    Shared,
    indexes=(Index("source", lambda s: [text(s.source)]), Index("recovery", _past_error)),
    counters=(Counter("total", lambda _: [(b"", 1)]), Counter("source", lambda s: [(text(s.source), 1)])),
)
"""What came from other people's memories, keyed by pattern and source (see :func:`shared_key`)."""

NOTES: Table[Note] = Table(
    "notes",
    Note,
    indexes=(
        Index("recent", lambda n: [descending(i64(n.dated)) + key_of(n.id)]),
        Index("source", lambda n: [text(n.source) + descending(i64(n.dated))]),
    ),
    counters=(Counter("total", lambda _: [(b"", 1)]), Counter("source", lambda n: [(text(n.source), 1)])),
)
"""What was moved in from other memories. It feeds nothing."""

TEXTS: tuple[TextSource[Any], ...] = (
    TextSource(PATTERNS, lambda _read, _key, pattern: [(int(not pattern.listed), pattern_words(pattern))]),
    TextSource(SESSIONS, lambda _read, _key, session: [(0, session_words(session))]),
    TextSource(EPISODES, _texts_of),
    TextSource(NOTES, lambda _read, _key, note: [(0, note_words(note))]),
)
"""What the text index holds (see :mod:`tacit.core.texts`). Number 1 of a pattern is one that is no row."""

EVENT = Layout("<QQqIIBBxx")
"""episode key, session key, time in ms, first step, last step, place in LABELS, place in SOURCES + 1."""

EVENTS = Rows("events", width=EVENT.size, chunk=64)

CANDIDATES = Tallies("candidates", fields=6)
"""uses, judged, successes, failures, partial, episodes."""

FILES = Map("files")
"""What was read: path -> size, times and session of a transcript. Never exported."""

TOMBSTONES = Map("tombstones")
MARKS = Map("marks")
"""Episode id -> what a person said of how it ended, step of undo by step of undo (see ``core/marks.py``)."""

DECISIONS = Map("decisions")
"""Pattern id -> what was decided of it, step of undo by step of undo (see ``core/decisions.py``)."""

ALIASES = Map("aliases")
"""Hash of the name of a project -> what it was merged into, step by step (see ``core/aliases.py``)."""

OUTCOMES = Map("outcomes")
"""Key of a session and a time -> how an agent said that its task ended (see ``core/loop/records.py``)."""

CONTACTS = Map("contacts")
"""Agent and door -> when it last came through it. Never exported."""

UNDO = Map("undo")
STATE = Map("state")
"""Small facts of the store itself: how far the last review got, what it rejected and why."""


def _heal(write: Write, lost: Lost) -> None:
    from tacit.core.healing import heal  # it looks at these tables itself

    heal(write, lost)


VECTORS = Vectors("vectors", (PATTERNS, EPISODES, NOTES))
"""The vectors of their texts (see :mod:`tacit.core.embedding.texts`)."""

SCHEMA = Schema(
    tables=(
        PATTERNS,
        SESSIONS,
        EPISODES,
        COPIES,
        STEPS,
        CONTRIBUTIONS,
        PENDING,
        OPEN,
        OPEN_STEPS,
        OFFERS,
        SHARED,
        NOTES,
    ),
    rows=(EVENTS,),
    tallies=(CANDIDATES,),
    maps=(FILES, TOMBSTONES, MARKS, DECISIONS, ALIASES, OUTCOMES, CONTACTS, UNDO, STATE),
    version=6,
    heal=_heal,
    vectors=VECTORS,
)
