"""Looking into backups: what in them holds a text, and whether one keeps what was forgotten.

Whoever wrote a backup may have forged it, so whatever a record makes of the functions that read it
says that the backup is damaged.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from tacit.core.aliases import alias_in, mark_of_merge
from tacit.core.backup_files import ELSEWHERE
from tacit.core.errors import BackupDamaged, TacitError
from tacit.core.filenotes import hashed, is_hashed
from tacit.core.holders import Found
from tacit.core.marks import Said, note_name
from tacit.core.seeking import Seeker
from tacit.core.tables import ALIASES, FILES, MARKS, STATE, TOMBSTONES
from tacit.core.tombstones import role_in
from tacit.store.backup_reader import Backup
from tacit.store.codec import unseal
from tacit.store.schema import QUARANTINE


def seek(path: str, seeker: Seeker) -> None:
    """Let somebody look at everything in a backup; what he saw before it turned out damaged counts.

    Raises:
        BackupDamaged: it is not whole, or makes no sense.
    """
    with _sensible(path), Backup(path) as backup:
        for space, key, sealed in backup.records():
            seeker.take(space, key, sealed)


def keeps(path: str, gone: Found) -> bool:
    """Whether a backup lacks a tombstone of what was forgotten, or holds a path, a note or a merge of it.

    What is in quarantine may be of it, and nobody can tell.

    Raises:
        BackupDamaged: it is not whole, or makes no sense.
    """
    missing = gone.sessions | gone.episodes
    with _sensible(path), Backup(path) as backup:
        for space, key, sealed in backup.records():
            if space == TOMBSTONES.space and role_in(unseal(TOMBSTONES.name, key, sealed)) == "forgotten":
                missing -= {key.decode()}
            elif _keeps_text(space, key, sealed, gone):
                return True
    return bool(missing)


def _keeps_text(space: str, key: bytes, sealed: bytes, gone: Found) -> bool:
    if space == QUARANTINE:
        return True
    if space == STATE.space:
        return key.startswith(ELSEWHERE) and key.removeprefix(ELSEWHERE) in gone.backups
    if space == FILES.space:
        return not is_hashed(key) and hashed(key) in gone.paths
    if space == ALIASES.space:
        alias = alias_in(unseal(ALIASES.name, key, sealed))
        return any(mark_of_merge(alias.name, one.target) in gone.merges for one in alias.said)
    return space == MARKS.space and any(
        one.mark is not None and one.mark.note and note_name(key.decode(), one) in gone.notes
        for one in _said(key, sealed)
    )


def _said(key: bytes, sealed: bytes) -> tuple[Said, ...]:
    return msgspec.msgpack.decode(unseal(MARKS.name, key, sealed), type=tuple[Said, ...])


@contextmanager
def _sensible(path: str) -> Iterator[None]:
    try:
        yield
    except TacitError:
        raise
    except Exception as error:  # whatever a forged record makes of the functions that read it
        raise BackupDamaged(path, f"a record in it makes no sense ({type(error).__name__})") from error
