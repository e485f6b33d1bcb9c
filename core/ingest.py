"""Import: transcripts in, episodes with their contributions out, in few large transactions.

Reading, redacting, understanding and judging happen outside the write transaction; what is ready is
written in batches. What was read of a file is noted in the transaction that stores its last episode,
so that a run cut short reads the file again and stores the same. A file whose size and time are
unchanged is not opened; a grown one is read whole, and only episodes that differ are written.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import msgspec
from msgspec import Struct

from tacit.core.holding import enter, recount
from tacit.core.ids import session_id
from tacit.core.learn.contribution import Draft, Exchange, derive
from tacit.core.learn.episode import build_episode
from tacit.core.learn.outcome import judge
from tacit.core.learn.paths import project_of
from tacit.core.learn.state import touch
from tacit.core.learn.understand import understand
from tacit.core.model import Episode, Session, SessionDraft, Step
from tacit.core.readers.base import Reader, Source, Unreadable
from tacit.core.readers.discovery import Found
from tacit.core.redaction import Redactor
from tacit.core.tables import EPISODES, FILES, SESSIONS, key_of
from tacit.core.tombstones import is_buried
from tacit.store.store import Store
from tacit.store.transaction import Write

_BATCH_BYTES = 4_000_000
_BATCH_SECONDS = 1.0
"""A batch is written when it is this large or this old, so that an interrupted run keeps what it read."""
_SUMS = ("steps", "errors", "subagent_steps", "subagent_errors", "rejected", "cancelled", "interrupted")


class Progress(Struct, frozen=True):
    """How far an import has come; ``bytes`` of ``total_bytes`` are read."""

    files: int
    total_files: int
    bytes: int
    total_bytes: int
    name: str


class ImportReport(Struct, frozen=True):
    """What one import added, by the names of its JSON form.

    ``patterns`` and ``new_patterns`` are ``None`` for a dry run, which reviews nothing.
    """

    sessions: int = 0
    episodes: int = 0
    steps: int = 0
    errors: int = 0
    subagent_steps: int = 0
    subagent_errors: int = 0
    rejected_calls: int = 0
    cancelled_calls: int = 0
    interrupted_calls: int = 0
    redacted: dict[str, int] = {}
    skipped: dict[str, int] = {}
    rejected: dict[str, int] = {}
    new_patterns: int | None = None
    patterns: int | None = None
    seconds: float = 0.0
    changed: bool = False
    dry_run: bool = False


Prints = tuple[tuple[int, int], ...]
"""(size in bytes, modification time in ns) of each file of a source."""


class FileNote(Struct, frozen=True, array_like=True):
    """What was read of a transcript: the session it tells, and its files as they were."""

    session: str
    prints: Prints


class _Telling(Struct):
    episode: Episode
    steps: list[Step]
    draft: Draft | None


class _Origin(Struct, frozen=True):
    """The transcript a session is read from: its key, as it is now, and what was noted of it before."""

    key: bytes
    note: FileNote
    noted: bytes | None


class _Reach(Struct):
    """How far a transcript tells its session, against what is stored; one for all its tellings.

    ``grown``: it was read before and is larger now. ``rank`` is found at the first write.
    """

    grown: bool = False
    rank: int | None = None


class _Pending(Struct):
    """Some tellings of a session; ``last`` ends what its transcript tells."""

    session: Session
    reach: _Reach
    origin: _Origin | None = None
    tellings: list[_Telling] = []
    last: bool = False


class _RolledBack(Exception):
    """Ends the transaction of a dry run."""


class Importer:
    """One import run. ``counts`` and ``skipped`` grow as it goes."""

    def __init__(
        self,
        store: Store,
        redact: Redactor,
        *,
        aliases: Mapping[str, str] | None = None,
        project: str | None = None,
        since: int | None = None,
        dry_run: bool = False,
        progress: Callable[[Progress], None] | None = None,
    ) -> None:
        self._store = store
        self._redact = redact
        self._aliases = aliases or {}
        self._project = project
        self._since = since
        self._dry_run = dry_run
        self._progress = progress
        self._pending: list[_Pending] = []
        self._bytes = 0
        self._flushed = time.monotonic()
        self.counts: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()
        self.changed = False

    def run(self, found: Iterable[Found]) -> None:
        """Read every source and store what is new."""
        sources: list[tuple[Source, Reader, Prints | None]] = []
        for one in found:
            if one.source is None or one.reader is None:
                self.skipped[one.reason] += 1
            else:
                sources.append((one.source, one.reader, fingerprint(one.source)))
        total = sum(size for _, _, prints in sources for size, _ in prints or ())
        done = 0
        for number, (source, reader, prints) in enumerate(sources):
            self._report(number, len(sources), done, total, source.path.name)
            if prints is None:
                self.skipped["unreadable"] += 1
                continue
            self._take(source, reader, prints)
            done += sum(size for size, _ in prints)
        self._flush()
        self._report(len(sources), len(sources), done, total, "")

    def take_stored(self, session: Session, episodes: Iterable[tuple[Episode, list[Step]]]) -> None:
        """Store a session that comes from an export, as it stands there."""
        with self._store.read() as read:
            if is_buried(read, session.id):
                self.skipped["deleted"] += 1
                return
        pending = self._begin(session, _Reach())
        for episode, steps in episodes:
            pending = self._add(pending, episode, steps)

    def finish(self) -> None:
        """Write what still waits."""
        self._flush()

    def _take(self, source: Source, reader: Reader, prints: Prints) -> None:
        name = str(source.path.resolve()).encode("utf-8", "surrogateescape")
        key = name if len(name) <= 400 else _hashed(name)
        with self._store.read() as read:
            raw = read.value(FILES, key)
            note = None if raw is None else msgspec.msgpack.decode(raw, type=FileNote)
            if note is not None and is_buried(read, note.session):
                self.skipped["deleted"] += 1
                return
        if note is not None and note.prints == prints and self._project is None:
            self.skipped["unchanged"] += 1
            return
        try:
            self._read(source, reader, key, prints, raw)
        except Unreadable as unusable:
            self.skipped[unusable.reason] += 1
        except OSError:
            self.skipped["unreadable"] += 1

    def _read(self, source: Source, reader: Reader, key: bytes, prints: Prints, noted: bytes | None) -> None:
        transcript = reader.read(source, self._redact)
        draft = transcript.session
        public = session_id(draft.agent, draft.native)
        with self._store.read() as read:
            buried = is_buried(read, public)
        if buried or (self._since is not None and draft.ended < self._since):
            self.skipped["deleted" if buried else "older than asked"] += 1
            return
        session = self._session(draft, public)
        origin = _Origin(key, FileNote(public, prints), noted)
        pending = self._begin(session, _Reach(_grown(noted, prints)), origin)
        told = 0
        for episode_draft in transcript.episodes():
            told += 1
            steps = [understand(step, draft.directory) for step in episode_draft.steps]
            middle = [understand(step, draft.directory) for step in episode_draft.middle]
            whole = sorted(steps + middle, key=lambda step: step.n)
            outcome = judge(episode_draft, whole)
            episode = build_episode(session, episode_draft, whole, outcome)
            pending = self._add(pending, episode, steps)
        pending.last = True
        self.skipped.update(transcript.tally.skipped)
        if not told:
            self._pending.pop()
            self.skipped["without a typed prompt"] += 1

    def _session(self, draft: SessionDraft, public: str) -> Session:
        project = self._project or project_of(draft.directory, draft.repository)
        return Session(
            id=public,
            native=draft.native,
            agent=draft.agent,
            project=self._aliases.get(project, project),
            title=draft.title,
            directory=draft.directory,
            started=draft.started,
            ended=draft.ended,
            repository=draft.repository,
            branch=draft.branch,
            model=draft.model,
            version=draft.version,
        )

    def _begin(self, session: Session, reach: _Reach, origin: _Origin | None = None) -> _Pending:
        pending = _Pending(session, reach, origin)
        self._pending.append(pending)
        return pending

    def _add(self, pending: _Pending, episode: Episode, steps: list[Step]) -> _Pending:
        """Let a telling wait; returns where the session's next one waits."""
        pending.tellings.append(_Telling(episode, steps, derive(episode, steps)))
        self._bytes += 2_000 + sum(len(step.observation) + len(step.parameters) for step in steps)
        if self._bytes <= _BATCH_BYTES and time.monotonic() - self._flushed < _BATCH_SECONDS:
            return pending
        self._flush()
        return self._begin(pending.session, pending.reach, pending.origin)

    def _flush(self) -> None:
        if not self._pending:
            return
        pending, self._pending, self._bytes = self._pending, [], 0
        self._flushed = time.monotonic()
        try:
            counts, changed = self._store.write(lambda write: self._write(write, pending))
        except _RolledBack as rolled:
            counts, changed = rolled.args
        self.counts.update(counts)
        self.changed = self.changed or changed

    def _write(self, write: Write, pending: list[_Pending]) -> tuple[Counter[str], bool]:
        counts: Counter[str] = Counter()
        exchange = Exchange(write)
        changed = False
        for one in pending:
            if self._overtaken(write, one):
                continue
            known = write.get(SESSIONS, key_of(one.session.id))
            counts["sessions"] += known is None
            touched = False
            if one.reach.rank is None:
                one.reach.rank = _rank(known, one.session, one.reach.grown)
            for telling in one.tellings:
                key = key_of(telling.episode.id)
                before = write.get(EPISODES, key)
                if enter(write, exchange, telling.episode, telling.steps, telling.draft, rank=one.reach.rank):
                    touched = True
                    _count(counts, before, write.get(EPISODES, key))
            changed = changed or touched or known is None
            recount(write, one.session.id, _newer(known, one.session))
            if one.origin is not None and one.last:
                write.set_value(FILES, one.origin.key, msgspec.msgpack.encode(one.origin.note))
        exchange.settle()
        if changed:
            touch(write)
        if self._dry_run:
            raise _RolledBack(counts, changed)
        return counts, changed

    def _overtaken(self, write: Write, one: _Pending) -> bool:
        """Whether, since it was read, somebody deleted the session or stored more of its transcript."""
        if is_buried(write, one.session.id):
            self.skipped["deleted"] += one.last
            return True
        if one.origin is None:
            return False
        raw = write.value(FILES, one.origin.key)
        if raw is None or raw == one.origin.noted:
            return False
        later = _age(msgspec.msgpack.decode(raw, type=FileNote)) > _age(one.origin.note)
        self.skipped["unchanged"] += later and one.last
        return later

    def _report(self, files: int, total_files: int, done: int, total: int, name: str) -> None:
        if self._progress is not None:
            self._progress(Progress(files, total_files, done, total, name))


def fingerprint(source: Source) -> Prints | None:
    """Size and modification time of each file of a source; ``None`` when one cannot be asked."""
    prints = []
    for path in (source.path, *source.extra):
        try:
            status = path.stat()
        except OSError:
            return None
        prints.append((status.st_size, status.st_mtime_ns))
    return tuple(prints)


def _age(note: FileNote) -> tuple[int, int]:
    """When a transcript was last written to, and its size then."""
    return max((changed, size) for size, changed in note.prints)


def _hashed(name: bytes) -> bytes:
    from hashlib import blake2b

    return b"#" + blake2b(name, digest_size=32).digest()


def _count(counts: Counter[str], before: Episode | None, after: Episode | None) -> None:
    """Add what the held telling of an episode gained."""
    counts["episodes"] += (after is not None) - (before is not None)
    for name in _SUMS:
        counts[name] += getattr(after, name, 0) - getattr(before, name, 0)


def _grown(noted: bytes | None, prints: Prints) -> bool:
    """Whether a transcript was read before and is larger now; files of sub-agents may be cleaned away."""
    if noted is None:
        return False
    before = msgspec.msgpack.decode(noted, type=FileNote).prints
    return prints[0][0] > before[0][0] or sum(size for size, _ in prints) > sum(size for size, _ in before)


def _rank(known: Session | None, session: Session, grown: bool) -> int:
    """Whether a file tells its session further (1) or less far (-1) than what is stored, 0 for as far."""
    if known is None or session.ended > known.ended:
        return 1
    if session.ended < known.ended:
        return -1
    return int(grown)


def _newer(known: Session | None, session: Session) -> Session:
    """Of two heads of one session the one that reaches further, so that order does not matter."""
    if known is None or _extent(session) >= _extent(known):
        return session
    return known


def _extent(session: Session) -> tuple[int, int, str, str, str, str]:
    """To order the heads of one session by how far they reach, the same in every run."""
    said = (session.version or "", session.model or "", session.branch or "")
    return (session.ended, -session.started, session.title, *said)


def report(
    importer: Importer,
    redacted: Mapping[str, int],
    rejected: Mapping[str, int],
    started: float,
    *,
    new_patterns: int | None,
    patterns: int | None,
    dry_run: bool,
) -> ImportReport:
    """The report of a run, in the names of its JSON form."""
    counts = importer.counts
    return ImportReport(
        sessions=counts["sessions"],
        episodes=counts["episodes"],
        steps=counts["steps"],
        errors=counts["errors"],
        subagent_steps=counts["subagent_steps"],
        subagent_errors=counts["subagent_errors"],
        rejected_calls=counts["rejected"],
        cancelled_calls=counts["cancelled"],
        interrupted_calls=counts["interrupted"],
        redacted=dict(sorted(redacted.items())),
        skipped={reason: count for reason, count in sorted(importer.skipped.items()) if count},
        rejected=dict(sorted(rejected.items())),
        new_patterns=new_patterns,
        patterns=patterns,
        seconds=round(time.monotonic() - started, 3),
        changed=importer.changed,
        dry_run=dry_run,
    )
