"""Every table, index, counter and event column of Tacit, on one page.

A new question about the data is a new index or counter here, never a scan written elsewhere. Keys of
records: sessions, episodes and patterns are keyed by the number of their public id
(:mod:`tacit.core.ids`); a step by its episode's body and its number in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct as Layout
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from tacit.core.clock import week_start
from tacit.core.ids import content_key, parse_id
from tacit.core.learn.effectiveness import steady
from tacit.core.model import KINDS, Episode, Kind, Label, Pattern, Session, Step
from tacit.core.words import episode_words, pattern_words, session_words, step_words
from tacit.store.keys import descending, f64, i64, text, u32, u64
from tacit.store.schema import Counter, Index, Map, Rows, Schema, Table, Tallies, TextSource

if TYPE_CHECKING:
    from tacit.store.reading import Read
    from tacit.store.schema import Lost
    from tacit.store.transaction import Write

LABELS: tuple[Label, ...] = ("success", "partial", "failure", "abstained", "unknown")

MOST_FILES = 30
"""An episode that changed more files says nothing about any two of them."""

JUDGED, UNJUDGED = b"\0", b"\1"
"""What separates patterns that have an effectiveness from those that do not, in its indexes."""


class Share(Struct, frozen=True, array_like=True):
    """What one episode added to one candidate.

    ``owner`` names the candidate; ``parts`` are places in the contribution's ``words``; ``counts``
    are the deltas added to its tally; ``chunks`` say where its event rows went.
    """

    owner: int
    kind: int
    parts: tuple[int, ...]
    counts: tuple[int, ...]
    chunks: tuple[int, ...]


class Contribution(Struct, frozen=True, array_like=True):
    """All that one episode added to the counts, so that it can be taken out again exactly.

    ``targets`` are (step, place in ``words``) of the files the steps worked on. ``open_steps`` counts
    the main steps that are no evidence of the outcome; ``None`` where that was not yet counted.
    """

    words: tuple[str, ...]
    shares: tuple[Share, ...]
    targets: tuple[tuple[int, int], ...]
    open_steps: int | None = None


def key_of(public_id: str) -> bytes:
    """The record key of a whole public id."""
    return u64(parse_id(public_id))


def body_of(episode: str, session: str) -> int:
    """Where the steps of an episode lie, as one session tells it."""
    return content_key("body", episode, session)


def step_key(body: int, n: int) -> bytes:
    """The record key of a step."""
    return u64(body) + u32(n)


def owner_of(kind: Kind, number: int) -> int:
    """The number of a candidate: its kind in the top four bits, then the number of its pattern id."""
    return (KINDS.index(kind) << 60) | number


def kind_of(owner: int) -> Kind:
    """The kind of a candidate."""
    return KINDS[owner >> 60]


def _listed(pattern: Pattern) -> bool:
    return pattern.head is None


def _by_rank(*parts: bytes) -> list[bytes]:
    return [b"".join(parts)]


def _effective(pattern: Pattern) -> bytes:
    """Week of last use, then effectiveness without recency, then rank (see ``core/effective.py``)."""
    part = steady(pattern)
    if part is None:
        return UNJUDGED + pattern.rank
    return JUDGED + descending(i64(week_start(pattern.last_used))) + descending(f64(part)) + pattern.rank


def _judgement(pattern: Pattern) -> str:
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
        Index("effective", lambda p: [_effective(p)] if _listed(p) else []),
        Index("kind_effective", lambda p: [text(p.kind) + _effective(p)] if _listed(p) else []),
        Index("title", lambda p: _by_rank(text(p.title.lower(), 100), p.rank) if _listed(p) else []),
    ),
    counters=(
        Counter("listed", lambda p: [(b"", 1)] if _listed(p) else [(b"variants", 1)]),
        Counter("kind", lambda p: [(text(p.kind), 1)] if _listed(p) else []),
        Counter("verdict", lambda p: [(text(_judgement(p)), 1)] if _listed(p) else []),
        Counter("project", lambda p: [(text(n), 1) for n in p.project_names] if _listed(p) else []),
        Counter("file", lambda p: [(text(path), 1) for path in p.files] if _listed(p) else []),
    ),
)

SESSIONS: Table[Session] = Table(
    "sessions",
    Session,
    indexes=(
        Index("recent", lambda s: [descending(i64(s.started)) + key_of(s.id)]),
        Index("project", lambda s: [text(s.project) + descending(i64(s.started))]),
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

STEPS: Table[Step] = Table("steps", Step, logged=False)
CONTRIBUTIONS: Table[Contribution] = Table("contributions", Contribution, logged=False)


def _texts_of(read: Read, _key: bytes, episode: Episode) -> Iterator[tuple[int, str]]:
    """An episode's own text, then that of each step under its number; steps change with its digest."""
    yield 0, episode_words(episode)
    body = body_of(episode.id, episode.session)
    for _, step in read.records(STEPS, step_key(body, 1), u64(body + 1)):
        yield step.n, step_words(step)


TEXTS: tuple[TextSource[Any], ...] = (
    TextSource(PATTERNS, lambda _read, _key, pattern: [(0, pattern_words(pattern))]),
    TextSource(SESSIONS, lambda _read, _key, session: [(0, session_words(session))]),
    TextSource(EPISODES, _texts_of),
)
"""What the text index holds (see :mod:`tacit.core.texts`)."""

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

UNDO = Map("undo")
STATE = Map("state")
"""Small facts of the store itself: how far the last review got, what it rejected and why."""


def _heal(write: Write, lost: Lost) -> None:
    from tacit.core.healing import heal  # it looks at these tables itself

    heal(write, lost)


SCHEMA = Schema(
    tables=(PATTERNS, SESSIONS, EPISODES, COPIES, STEPS, CONTRIBUTIONS),
    rows=(EVENTS,),
    tallies=(CANDIDATES,),
    maps=(FILES, TOMBSTONES, MARKS, UNDO, STATE),
    version=2,
    heal=_heal,
)
