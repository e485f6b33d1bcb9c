"""Looking into backups: what in them holds a text, and whether one keeps what was forgotten.

Whoever wrote a backup may have forged it, so whatever a record makes of the functions that read it
says that the backup is damaged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import msgspec

from tacit.core.aliases import alias_in, mark_of_merge
from tacit.core.backup_files import ELSEWHERE
from tacit.core.errors import BackupDamaged, TacitError
from tacit.core.filenotes import hashed, is_hashed
from tacit.core.holders import Found
from tacit.core.loop.outcomes import is_link
from tacit.core.loop.outcomes import load as load_word
from tacit.core.loop.outcomes import note_name as note_of_word
from tacit.core.loop.traces import is_among, newest, trace_of, trace_of_contact
from tacit.core.marks import Said, note_name
from tacit.core.seeking import Seeker
from tacit.core.tables import (
    ALIASES,
    CONTACTS,
    FILES,
    MARKS,
    OFFERS,
    OUTCOMES,
    SHARED,
    STATE,
    TOMBSTONES,
)
from tacit.core.tombstones import role_in
from tacit.store.backup_reader import Backup
from tacit.store.codec import load, unseal
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
    """Whether a backup lacks a tombstone of what was forgotten, or holds something of it that has none.

    That is a path, a note, a merge or a trace. What is in quarantine may be of it, and nobody can tell.

    Raises:
        BackupDamaged: it is not whole, or makes no sense.
    """
    missing, until = gone.sessions | gone.episodes | gone.imported, newest(gone.traces)
    with _sensible(path), Backup(path) as backup:
        for space, key, sealed in backup.records():
            if space == TOMBSTONES.space and role_in(unseal(TOMBSTONES.name, key, sealed)) == "forgotten":
                missing -= {key.decode()}
            elif _keeps_text(space, key, sealed, gone) or _keeps_trace(space, key, sealed, until):
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
    if space == OUTCOMES.space and not is_link(key):
        told = load_word(unseal(OUTCOMES.name, key, sealed))
        return bool(told.note) and note_of_word(told) in gone.notes
    return space == MARKS.space and any(
        one.mark is not None and one.mark.note and note_name(key.decode(), one) in gone.notes
        for one in _said(key, sealed)
    )


def _keeps_trace(space: str, key: bytes, sealed: bytes, until: Mapping[bytes, int]) -> bool:
    if space == OFFERS.space:
        return is_among(trace_of(load(OFFERS, key, sealed)), until)
    if space == SHARED.space:
        return is_among(trace_of(load(SHARED, key, sealed)), until)
    if space == OUTCOMES.space and not is_link(key):
        return is_among(trace_of(load_word(unseal(OUTCOMES.name, key, sealed))), until)
    return space == CONTACTS.space and is_among(
        trace_of_contact(key, unseal(CONTACTS.name, key, sealed)), until
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
