"""Import: transcripts in, episodes with their contributions out, in few large transactions.

Reading, redacting, understanding and judging happen outside the write transaction; what is ready is
written in batches. What was read of a file is noted in the transaction that stores its last episode,
so that a run cut short reads the file again and stores the same. A file whose size and time are
unchanged is not opened; a grown one is read whole, and only episodes that differ are written.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping

from msgspec.structs import replace

from tacit.core.batch import Origin, Pending, Reach, RolledBack, store_batch, telling_of
from tacit.core.drafts import EpisodeDraft, SessionDraft
from tacit.core.errors import TacitError
from tacit.core.failing import place_of
from tacit.core.filenotes import FileNote, Prints, keep_note, load_note, note_key
from tacit.core.ids import episode_id, session_id
from tacit.core.import_report import Progress
from tacit.core.learn.paths import project_of, short_name
from tacit.core.left_out import LeftOut
from tacit.core.live.succession import kept_out
from tacit.core.model import Episode, Session, Step
from tacit.core.projects import names_of
from tacit.core.read_before import before_of, fingerprint, has_grown, is_out, is_read, name_of
from tacit.core.readers.base import Reader, ReadTally, Source, Transcript, Unreadable, reason_of
from tacit.core.readers.discovery import Found
from tacit.core.redaction import Redactor
from tacit.core.settling import settled
from tacit.core.tables import FILES
from tacit.core.tombstones import is_forgotten
from tacit.store.store import Store

_BATCH_BYTES = 4_000_000
_BATCH_SECONDS = 1.0
"""A batch is written when it is this large or this old, so that an interrupted run keeps what it read."""


class Importer:
    """One import run. ``counts``, ``skipped``, ``left_out``, ``cut`` and ``drift`` grow as it goes."""

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
        self.aliases = aliases or {}
        self._project = short_name(project) if project else None
        self._since = since
        self._dry_run = dry_run
        self._progress = progress
        self._pending: list[Pending] = []
        self._bytes = 0
        self._flushed = time.monotonic()
        self._storing = False
        self.counts: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()
        self.left_out = LeftOut(redact)
        self.cut: Counter[str] = Counter()
        self.drift: Counter[str] = Counter()
        self.changed = False

    def run(self, found: Iterable[Found]) -> None:
        """Read every source and store what is new."""
        sources: list[tuple[Source, Reader, Prints | None]] = []
        for one in found:
            if one.source is None or one.reader is None:
                self._leave_out(one.reason, Source(one.path))
            else:
                sources.append((one.source, one.reader, fingerprint(one.source)))
        total = sum(size for _, _, prints in sources for size, _ in prints or ())
        done = 0
        for number, (source, reader, prints) in enumerate(sources):
            self._report(number, len(sources), done, total, source.path.name)
            if prints is None:
                self._leave_out("unreadable", source)
                continue
            self._take(source, reader, prints)
            done += sum(size for size, _ in prints)
        self._flush()
        self._report(len(sources), len(sources), done, total, "")

    def take_stored(self, session: Session, episodes: Iterable[tuple[Episode, list[Step]]]) -> None:
        """Store a session that comes from an export, as it stands there."""
        with self._store.read() as read:
            if kept_out(read, session.agent, session.native):
                self.skipped["deleted"] += 1
                return
        told = replace(
            session, project=short_name(session.project), told_project=short_name(session.told_project)
        )
        session = self._settled(told)
        pending = self._begin(session, Reach())
        for episode, steps in episodes:
            if (known := episode).complexity is None:
                from tacit.core.learn.episode import described

                known = described(episode, steps)
            pending = self._add(pending, replace(known, project=session.project), steps)
        pending.last = True

    def finish(self) -> None:
        """Write what still waits."""
        self._flush()

    def _take(self, source: Source, reader: Reader, prints: Prints) -> None:
        name = name_of(source)
        with self._store.read() as read:
            raw = read.value(FILES, note_key(read, name))
            note = None if raw is None else load_note(raw)
            known = note is not None and is_read(read, note, prints)
            gone = known and note is not None and is_out(read, note)
            before = None if self._since or self._project else before_of(read, note)
        if gone or (known and self._project is None):
            self.skipped["deleted" if gone else "unchanged"] += 1
            return
        try:
            self._read(replace(source, before=before), reader, name, prints, raw)
        except Unreadable as unusable:
            self._leave_out(unusable.reason, source)
            self._drifted(reader.name, unusable.drift)
        except OSError as error:
            self._leave_out(reason_of(error), source)
        except Exception as error:  # a reader may be anybody's
            if self._storing or isinstance(error, (TacitError, MemoryError)):
                raise
            self._pending = [one for one in self._pending if one.origin is None or one.origin.name != name]
            self._leave_out(f"reader {reader.name} could not read it: {place_of(error)}", source)

    def _read(self, source: Source, reader: Reader, name: bytes, prints: Prints, noted: bytes | None) -> None:
        origin = Origin(name, prints, noted)
        told: dict[str, str] = {}
        tallies: dict[int, ReadTally] = {}
        pending, upto = None, 0
        try:
            for transcript in reader.read(source, self._redact):
                public = session_id(transcript.session.agent, transcript.session.native)
                upto = transcript.tally.upto
                if transcript.unchanged:
                    told[public] = "unchanged"
                    continue
                told[public], out = self._unwanted(transcript.session, public)
                if told[public]:
                    self.skipped[told[public]] += 1
                    origin.dropped.add(out)
                    continue
                pending = self._tell(transcript, public, origin) or pending
                tallies[id(transcript.tally)] = transcript.tally
        finally:  # what could be read before it came to no end counts too
            self._count(reader.name, tallies.values())
        if "older than asked" not in told.values():
            now = min(upto, time.time_ns() // 1_000_000)
            note = FileNote(next(iter(told)), prints, tuple(told)[1:], upto=now)
            self._note(origin, note, pending, told.values())
        if set(told.values()) == {"unchanged"}:
            self.skipped["unchanged"] += 1

    def _leave_out(self, reason: str, source: Source) -> None:
        self.skipped[reason] += 1
        self.left_out.add(reason, str(source.path), source.name)

    def _count(self, agent: str, tallies: Collection[ReadTally]) -> None:
        """Count what happened to the lines of one source."""
        self.counts["read"] += bool(tallies)
        for tally in tallies:
            self.skipped.update(tally.skipped)
            self.cut.update(tally.cut)
            self._drifted(agent, tally.drift)

    def _drifted(self, agent: str, drift: Mapping[str, int]) -> None:
        self.drift.update({f"{agent}: {what}": n for what, n in drift.items()})

    def _unwanted(self, session: SessionDraft, public: str) -> tuple[str, str]:
        """Why a session is not stored, if so, and which session keeps it out."""
        with self._store.read() as read:
            if out := kept_out(read, session.agent, session.native):
                return "deleted", out
        old = self._since is not None and session.ended < self._since
        return "older than asked" if old else "", public

    def _note(
        self, origin: Origin, note: FileNote, pending: Pending | None, unwanted: Collection[str]
    ) -> None:
        """Note what was read of a transcript with the last that it tells; at once if nothing is stored."""
        if pending is not None:
            pending.note = note
        elif all(unwanted) and not self._dry_run:
            self._store.write(lambda write: keep_note(write, origin.name, note, origin.dropped))

    def _tell(self, transcript: Transcript, public: str, origin: Origin) -> Pending | None:
        """Let what one session tells wait; where its end waits, ``None`` if it tells nothing."""
        from tacit.core.learn.episode import tell
        from tacit.core.learn.understand import understand

        draft = transcript.session
        session = self._session(draft, public)
        pending = self._begin(session, Reach(has_grown(origin.noted, origin.prints)), origin)
        told = 0
        for episode_draft in transcript.episodes():
            told += 1
            if self._forgotten(draft, episode_draft):
                pending.reach.forgotten = True
                continue
            steps = [understand(step, draft.directory) for step in episode_draft.steps]
            middle = [understand(step, draft.directory) for step in episode_draft.middle]
            pending = self._add(pending, tell(session, episode_draft, steps, middle), steps)
        pending.last = True
        if told:
            return pending
        self._pending.pop()
        self.skipped["without a typed prompt"] += 1
        return None

    def _forgotten(self, session: SessionDraft, episode: EpisodeDraft) -> bool:
        with self._store.read() as read:
            return is_forgotten(read, episode_id(session.agent, episode.native))

    def _session(self, draft: SessionDraft, public: str) -> Session:
        session = Session(
            id=public,
            native=draft.native,
            agent=draft.agent,
            project=self._project or project_of(draft.directory, draft.repository),
            title=draft.title,
            directory=draft.directory,
            started=draft.started,
            ended=draft.ended,
            repository=draft.repository,
            branch=draft.branch,
            model=draft.model,
            version=draft.version,
        )
        return self._settled(session)

    def _settled(self, session: Session) -> Session:
        with self._store.read() as read:
            return settled(session, names_of(read, self.aliases))

    def _begin(self, session: Session, reach: Reach, origin: Origin | None = None) -> Pending:
        pending = Pending(session, reach, origin)
        self._pending.append(pending)
        return pending

    def _add(self, pending: Pending, episode: Episode, steps: list[Step]) -> Pending:
        """Let a telling wait; returns where the session's next one waits."""
        pending.tellings.append(telling_of(episode, steps))
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
        self._storing = True
        try:
            stored = self._store.write(
                lambda write: store_batch(write, pending, dry_run=self._dry_run, aliases=self.aliases),
                large=True,
            )
        except RolledBack as rolled:
            stored = rolled.stored
        self._storing = False
        self.counts.update(stored.counts)
        self.skipped.update(stored.skipped)
        self.changed = self.changed or stored.changed

    def _report(self, files: int, total_files: int, done: int, total: int, name: str) -> None:
        if self._progress is not None:
            stored = self.counts["sessions"], self.counts["episodes"]
            self._progress(Progress(files, total_files, done, total, name, *stored))
