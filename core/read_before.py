"""Whether a transcript was read as it is now: what is noted of it beside what lies on disk."""

from __future__ import annotations

from tacit.core.filenotes import FileNote, Prints, hashed, load_note
from tacit.core.readers.base import Before, Source
from tacit.core.tombstones import is_buried
from tacit.store.reading import Read


def name_of(source: Source) -> bytes:
    """What a source is remembered under: its path, or a hash of where it came from where that is no path."""
    if source.name:
        return hashed(source.name.encode("utf-8", "surrogateescape"))
    return str(source.path.resolve()).encode("utf-8", "surrogateescape")


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


def is_read(read: Read, note: FileNote, prints: Prints) -> bool:
    """Whether a transcript is as it was read, and what was deleted then still is."""
    return note.prints == prints and all(is_buried(read, one) for one in note.deleted)


def before_of(read: Read, note: FileNote | None) -> Before | None:
    """What was read of a source, where it says when its sessions changed and nothing deleted is back."""
    if note is None or not note.upto or not all(is_buried(read, one) for one in note.deleted):
        return None
    return Before(note.upto, frozenset(note.sessions))


def is_out(read: Read, note: FileNote) -> bool:
    """Whether all that a transcript tells is deleted, as it was when it was read or since."""
    return len(note.deleted) == len(note.sessions) or all(is_buried(read, one) for one in note.sessions)


def has_grown(noted: bytes | None, prints: Prints) -> bool:
    """Whether a transcript was read before and is larger now; files of sub-agents may be cleaned away."""
    if noted is None:
        return False
    before = load_note(noted).prints
    return prints[0][0] > before[0][0] or sum(size for size, _ in prints) > sum(size for size, _ in before)
