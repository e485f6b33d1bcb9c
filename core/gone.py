"""What a store has forgotten, without a word of it, so that it can be forgotten wherever it turns up again.

Ids stand in tombstones. A path of a transcript stands as its hash, where its note lies. Of the note of a
mark stays whose mark it was and when it was made, of the path of a backup its hash, of a merge of projects
that of both names, of what passed between agents and the memory a hash with a time.
Backups that are rewritten, and whatever a restore brings back, are compared with these.
"""

from __future__ import annotations

from hashlib import blake2b

import msgspec

from tacit.core.backup_files import ELSEWHERE
from tacit.core.filenotes import UNREAD, FileNote
from tacit.core.holders import Found
from tacit.core.tables import FILES, SCHEMA, STATE
from tacit.core.tombstones import tombstones
from tacit.store.reading import Read
from tacit.store.transaction import Write

BLANKED = b"blanked:"
UNNAMED = b"unnamed:"
UNMERGED = b"unmerged:"
UNTRACED = b"untraced:"


def gone(read: Read) -> Found:
    """All that was ever forgotten here."""
    ids = [one for one, role in tombstones(read) if role == "forgotten"]
    return Found(
        sessions=frozenset(one for one in ids if one[0] == "s"),
        episodes=frozenset(one for one in ids if one[0] == "e"),
        paths=frozenset(key for key, _ in read.items(FILES, b"#", lambda _: b"")),
        notes=frozenset(key[len(BLANKED) :] for key, _ in read.items(STATE, BLANKED, lambda _: b"")),
        backups=frozenset(key[len(UNNAMED) :] for key, _ in read.items(STATE, UNNAMED, lambda _: b"")),
        merges=frozenset(key[len(UNMERGED) :] for key, _ in read.items(STATE, UNMERGED, lambda _: b"")),
        traces=frozenset(key[len(UNTRACED) :] for key, _ in read.items(STATE, UNTRACED, lambda _: b"")),
        imported=frozenset(one for one in ids if one[0] == "n"),
    )


def keep_gone(write: Write, found: Found) -> None:
    """Keep in mind which paths and notes were forgotten, also those that are not here."""
    for name in found.notes:
        write.set_value(STATE, BLANKED + name, b"")
    for name in found.backups:
        write.set_value(STATE, UNNAMED + name, b"")
    for name in found.merges:
        write.set_value(STATE, UNMERGED + name, b"")
    for name in found.traces:
        write.set_value(STATE, UNTRACED + name, b"")
    for key in found.paths:
        if not write.present(FILES, key):
            write.set_value(FILES, key, msgspec.msgpack.encode(FileNote("", UNREAD)))


def disown(write: Write) -> None:
    """Know nothing more of backups whose paths were forgotten. They were rewritten, as far as possible."""
    for name in gone(write).backups:
        write.delete_value(STATE, ELSEWHERE + name)


def sum_of(found: Found) -> bytes:
    """Tells one state of what was forgotten from another."""
    parts = [str(SCHEMA.version).encode()]
    parts += sorted(one.encode() for one in found.sessions | found.episodes | found.imported)
    for names in (found.paths, found.notes, found.backups, found.merges, found.traces):
        parts += [b"", *sorted(names)]
    return blake2b(b"\n".join(parts), digest_size=16).digest()
