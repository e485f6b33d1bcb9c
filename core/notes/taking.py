"""Notes of other memories on their way into this one: what is new is stored, what changed is replaced.

What vanished from its store stays: it may have been moved here for good. What was deleted here stays
deleted; it is kept in the trash as it is told now, for an undo.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from tacit.core.ids import note_id
from tacit.core.import_report import Options
from tacit.core.notes.drafts import NoteDraft, StoreTally, name_of
from tacit.core.notes.records import Note, NoteStore
from tacit.core.notes.report import NotesTaken
from tacit.core.notes.stores import read_store
from tacit.core.redaction import Redactor
from tacit.core.tables import NOTES, key_of
from tacit.core.tombstones import is_buried, is_forgotten
from tacit.core.undo_steps import standing
from tacit.store.reading import Read
from tacit.store.store import Store
from tacit.store.transaction import Write

_BATCH_BYTES = 4_000_000
_BATCH_NOTES = 2_000

SOURCE_BYTES = 150
"""Of the name of a source; an index holds it whole."""


class StoreAt(Struct, frozen=True):
    """A store of notes that was found, and what it is called."""

    path: Path
    store: NoteStore
    source: str


class _Taker:
    """One run that takes in the notes of some stores."""

    def __init__(self, store: Store, redact: Redactor, options: Options) -> None:
        """Begin a run.

        Args:
            store: where to.
            redact: replaces secrets; what is found here is counted apart.
            options: ``name`` is what to call the source instead of what each store is called, ``since``
                leaves out notes that say they are older.
        """
        self._store, self._redact, self._options = store, redact.silent(), options
        self._waiting: list[Note] = []
        self._bytes = 0
        self._sources: dict[str, None] = {}
        self._counts: Counter[str] = Counter()
        self._tally = StoreTally()

    def take(self, one: StoreAt) -> None:
        """Read a store, and store what is new in it."""
        source = name_of(self._options.name or one.source, self._redact, SOURCE_BYTES)
        self._sources[source] = None
        seen: set[str] = set()
        since = self._options.since
        for draft in read_store(one.path, one.store, self._redact, self._tally):
            note = self._note(draft, one.store, source)
            if note.id in seen:
                self._tally.skip("told twice")
            elif since is not None and note.told_at is not None and note.told_at < since:
                self._tally.skip("older than asked")
            else:
                self._add(note)
            seen.add(note.id)
        self._flush()

    def taken(self) -> NotesTaken:
        """What came of it."""
        counts = self._counts
        return NotesTaken(
            sources=tuple(self._sources),
            notes=counts.total(),
            new=counts["new"],
            changed=counts["changed"],
            unchanged=counts["unchanged"],
            deleted=counts["deleted"],
            skipped=dict(sorted(self._tally.skipped.items())),
            cut=dict(sorted(self._tally.cut.items())),
            redacted=dict(sorted(self._redact.counts.items())),
            dry_run=self._options.dry_run,
        )

    def _note(self, draft: NoteDraft, store: NoteStore, source: str) -> Note:
        return Note(
            id=note_id(store, source, draft.native),
            store=store,
            source=source,
            native=draft.native,
            title=draft.title,
            text=draft.text,
            taken_at=self._options.at,
            tags=draft.tags,
            links=draft.links,
            created=draft.created,
            changed=draft.changed,
        )

    def _add(self, note: Note) -> None:
        self._waiting.append(note)
        self._bytes += 500 + len(note.text)
        if self._bytes > _BATCH_BYTES or len(self._waiting) >= _BATCH_NOTES:
            self._flush()

    def _flush(self) -> None:
        notes, self._waiting, self._bytes = self._waiting, [], 0
        if not notes:
            return
        if self._options.dry_run:
            with self._store.read() as read:
                self._counts.update(_news(read, one) for one in notes)
        else:
            self._counts.update(self._store.write(lambda write: _keep(write, notes), large=True))


def take_notes(store: Store, redact: Redactor, stores: Sequence[StoreAt], options: Options) -> NotesTaken:
    """Take in the notes of some stores, as an import was asked to."""
    taker = _Taker(store, redact, options)
    for one in stores:
        taker.take(one)
    return taker.taken()


def _keep(write: Write, notes: Sequence[Note]) -> list[str]:
    """Store notes; what became of each: ``new``, ``changed``, ``unchanged`` or ``deleted``."""
    news = [_news(write, one) for one in notes]
    wanted = [one for one, what in zip(notes, news, strict=True) if what in {"new", "changed"}]
    write.put_many(NOTES, [(key_of(one.id), one) for one in wanted])
    _keep_for_undo(write, [one for one, what in zip(notes, news, strict=True) if what == "deleted"])
    return news


def _news(read: Read, note: Note) -> str:
    if is_buried(read, note.id):
        return "deleted"
    held = read.get(NOTES, key_of(note.id))
    if held is None:
        return "new"
    return "unchanged" if _same(held, note) else "changed"


def _keep_for_undo(write: Write, notes: Iterable[Note]) -> None:
    """Let an undo bring back what a deleted note says by now; what was forgotten is not kept at all."""
    steps: set[str] | None = None
    for note in notes:
        if is_forgotten(write, note.id):
            continue
        steps = {one.id for one in standing(write)} if steps is None else steps
        lying = write.trashed(NOTES, key_of(note.id))
        if note.id in steps and (lying is None or not _same(lying, note)):
            write.put_trashed(NOTES, key_of(note.id), note)


def _same(held: Note, note: Note) -> bool:
    return replace(held, taken_at=0) == replace(note, taken_at=0)
