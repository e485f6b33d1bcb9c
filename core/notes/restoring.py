"""Notes that an export of a memory brings back: what is new here is stored, what is here stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import islice

from tacit.core.notes.records import Note
from tacit.core.notes.report import NotesTaken
from tacit.core.tables import NOTES, key_of
from tacit.core.tombstones import is_buried
from tacit.store.reading import Read
from tacit.store.store import Store
from tacit.store.transaction import Write

_BATCH = 500


def adopt_notes(store: Store, notes: Iterable[Note], *, dry_run: bool) -> NotesTaken:
    """Store the notes that are neither here nor were deleted here; or only count them."""
    counts: Counter[str] = Counter()
    sources: dict[str, None] = {}
    told = iter(notes)
    while batch := list(islice(told, _BATCH)):
        sources |= dict.fromkeys(one.source for one in batch)
        if dry_run:
            with store.read() as read:
                counts.update(_news(read, batch))
        else:
            counts.update(store.write(partial(_adopt, notes=batch), large=True))
    return NotesTaken(
        tuple(sorted(sources)),
        counts.total(),
        new=counts["new"],
        unchanged=counts["unchanged"],
        deleted=counts["deleted"],
        dry_run=dry_run,
    )


def _adopt(write: Write, notes: Sequence[Note]) -> list[str]:
    news = _news(write, notes)
    new = [one for one, what in zip(notes, news, strict=True) if what == "new"]
    write.put_many(NOTES, [(key_of(one.id), one) for one in new])
    return news


def _news(read: Read, notes: Sequence[Note]) -> list[str]:
    return [
        "deleted" if is_buried(read, one.id) else "unchanged" if _is_here(read, one) else "new"
        for one in notes
    ]


def _is_here(read: Read, note: Note) -> bool:
    return read.get(NOTES, key_of(note.id)) is not None
