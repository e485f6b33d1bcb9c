"""What a store is like at a glance: room, what waits, how far the indexes follow, backups.

Everything here is read from counters, positions and the sizes of files. Whether every record is whole
and every index right takes looking at all of it, which :mod:`tacit.core.doctor` does.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from tacit.core.backup_files import backups, remembered
from tacit.core.chores import WORDS, owed
from tacit.core.embedding.spaces import Holding, holding
from tacit.core.learn.waiting import waiting
from tacit.core.room import Concern, concerns
from tacit.core.tables import TEXTS
from tacit.store.errors import Corrupt
from tacit.store.quarantine import kept

if TYPE_CHECKING:
    from tacit.core.config import Config
    from tacit.store.reading import Read
    from tacit.store.store import Store

State = Literal["current", "behind", "none", "misfit"]
"""``none``: there is no index, and whoever searches looks at everything; ``misfit``: nor can it be used."""

MOST = 5_000
"""So many records that an index lacks are counted; whoever is further behind is so by at least as many."""


class Following(Struct, frozen=True):
    """How far an index follows the store: ``behind`` records are looked at besides, at most ``MOST``."""

    state: State
    behind: int = 0


class Backup(Struct, frozen=True):
    """The newest backup: its file, when it was made in milliseconds, and how many bytes it has."""

    path: str
    created: int
    size: int


class Health(Struct, frozen=True):
    """What a store is like.

    ``file`` are the bytes of its file, ``live`` those of them that hold data, ``map`` what the file can
    become, ``free`` what the disk has left. ``waiting`` episodes are to be learned from. ``aside`` counts
    damaged records in quarantine, ``left_out`` those this process met. ``owed`` is what is still to be
    done after something was forgotten.
    """

    path: str
    file: int
    live: int
    map: int
    free: int | None
    waiting: int
    text: Following
    vectors: Holding
    vector_index: Following
    aside: int
    left_out: int
    backups: int
    newest: Backup | None
    owed: tuple[str, ...]
    concerns: tuple[Concern, ...]


def health(store: Store, config: Config) -> Health:
    """Look at an open store; run it in a worker, for it asks the disk."""
    sizes = store.sizes()
    path = str(store.path)
    with store.read() as read:
        vectors = holding(read, config)
        index = _vector_index(store, read, vectors.space)
        text = _text_index(store, read)
        aside = sum(1 for _ in kept(read.kv))
        left, due, elsewhere = waiting(read), owed(read), remembered(read)
    found = backups(path, elsewhere)
    whole = next((one for one in found if not one.problem), None)
    return Health(
        path=path,
        file=sizes.file,
        live=sizes.live,
        map=sizes.map,
        free=_free(path),
        waiting=left,
        text=text,
        vectors=vectors,
        vector_index=index,
        aside=aside,
        left_out=len(store.left_out),
        backups=len(found),
        newest=None if whole is None else Backup(whole.path, whole.created, whole.size),
        owed=tuple(WORDS[one] for one in due),
        concerns=tuple(concerns(store, config.store_quota)),
    )


def _free(path: str) -> int | None:
    try:
        disk = os.statvfs(path)
    except OSError:
        return None
    return disk.f_bavail * disk.f_frsize


def _text_index(store: Store, read: Read) -> Following:
    from tacit.store.text_following import due, folder_of, spec_of
    from tacit.store.text_place import POSITION, decoded, fits, raw

    noted = raw(f"{folder_of(store)}/{POSITION}")
    if not noted:
        return Following("none")
    position = decoded(noted)
    try:
        if position is None or not fits(read.kv, position, spec_of(TEXTS)):
            return Following("misfit")
        behind = len(due(read, position.seq, [one.table.name for one in TEXTS], MOST)[1])
    except Corrupt:
        return Following("misfit")
    return Following("behind" if behind else "current", behind)


def _vector_index(store: Store, read: Read, name: str) -> Following:
    """The files beside the vectors; the vectors themselves are rows of the store."""
    from itertools import islice

    from tacit.store.vector_files import decoded, fits, folder_of, noted
    from tacit.store.vector_rows import raw_rows, spaces

    space = next((one for one in spaces(read) if one.name == name), None)
    found = b"" if space is None else noted(folder_of(store), space)
    if space is None or not found:
        return Following("none")
    position = decoded(found)
    if position is None or not fits(read, space, position):
        return Following("misfit")
    behind = sum(1 for _ in islice(raw_rows(read, space, position.row), MOST))
    return Following("behind" if behind else "current", behind)
