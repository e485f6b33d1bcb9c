"""What is remembered of a transcript that was read, so that it is not read again for nothing.

A note lies under the path of the transcript, or under a hash of it: where the path is long, and where
it may not be kept: something it tells was forgotten, or a secret is in it.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from hashlib import blake2b

import msgspec
from msgspec import Struct

from tacit.core.redaction import Redactor
from tacit.core.tables import FILES
from tacit.core.tombstones import is_buried, is_forgotten
from tacit.store.reading import Read
from tacit.store.transaction import Write

Prints = tuple[tuple[int, int], ...]
"""(size in bytes, modification time in ns) of each file of a source."""

UNREAD: Prints = ((1 << 62, 0),)
"""The prints of a transcript that looks read to nobody, and larger than it can be."""

_LONGEST = 400


class FileNote(Struct, frozen=True, array_like=True):
    """What was read of a transcript: the session it tells, and its files as they were.

    ``others`` are the sessions that it tells beside the first, and ``deleted`` those of all that were
    deleted when it was read, or for whose sake one was left out that was recorded live and deleted, so that
    it has to be read again when one of them comes back. ``upto`` is until when, by its own times in
    milliseconds, it was read; 0 where it does not say when which session changed.
    """

    session: str
    prints: Prints
    others: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    upto: int = 0

    @property
    def sessions(self) -> tuple[str, ...]:
        """Every session it tells."""
        return (self.session, *self.others)


def note_key(read: Read, name: bytes) -> bytes:
    """Where the note of a transcript with this path lies or will lie."""
    hidden = hashed(name)
    if len(name) > _LONGEST or read.value(FILES, hidden) is not None:
        return hidden
    told = os.fsdecode(name)
    return name if Redactor(b"")(told) == told else hidden


def load_note(raw: bytes) -> FileNote:
    """A note as it is stored."""
    return msgspec.msgpack.decode(raw, type=FileNote)


def keep_note(write: Write, name: bytes, note: FileNote, dropped: Collection[str] = ()) -> None:
    """Remember what was read of a transcript; its path not where it tells something forgotten.

    ``dropped`` are sessions of which something was left out because they were deleted at that moment;
    they may be back by now.
    """
    forgotten = any(is_forgotten(write, session) for session in note.sessions)
    key = hashed(name) if forgotten else note_key(write, name)
    if key != name and len(name) <= _LONGEST:
        write.delete_value(FILES, name)
    deleted = {one for one in note.sessions if is_buried(write, one)}.union(dropped)
    note = msgspec.structs.replace(note, deleted=tuple(sorted(deleted)))
    write.set_value(FILES, key, msgspec.msgpack.encode(note))


def hide_note(write: Write, key: bytes) -> None:
    """Let a note lie under the hash of its path from now on, and all that come after it."""
    raw = write.value(FILES, key)
    if raw is not None and not is_hashed(key):
        write.delete_value(FILES, key)
        write.set_value(FILES, hashed(key), raw)


def is_hashed(key: bytes) -> bool:
    """Whether a note lies under a hash, so that its path is not known."""
    return key.startswith(b"#")


def hashed(name: bytes) -> bytes:
    """The key that tells nothing of the path."""
    return b"#" + blake2b(name, digest_size=32).digest()
