"""What is left to do after something was forgotten, kept in the store so that it survives a crash.

The store forgets in one transaction. What was made from it lies outside: the indexes of texts and
vectors, the mirror, backups, and the freed pages of the store's own file. Each is noted in that
transaction and struck off when it is done; whoever writes next goes on with what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, get_args

import msgspec
from msgspec import Struct

from tacit.core.errors import TacitError
from tacit.core.tables import STATE
from tacit.store.reading import Read
from tacit.store.schema import COMPACT
from tacit.store.store import Store
from tacit.store.transaction import Write

Chore = Literal["text", "vectors", "mirror", "backups", "compaction"]
CHORES: tuple[Chore, ...] = get_args(Chore)
"""In the order they are done; the last one closes the store for a moment."""

WORDS: dict[Chore, str] = {
    "text": "the text index",
    "vectors": "the vector index",
    "mirror": "the exported mirror",
    "backups": "the backups",
    "compaction": "the free space inside the store's file",
}
"""Where what was forgotten may still be found."""

_KEY = b"chores"


class Left(Struct, frozen=True):
    """A chore that is still to be done, and why it is not."""

    chore: Chore
    why: str


def owe(write: Write, *, indexes_only: bool = False) -> None:
    """Note everything that is to be done, in the transaction that forgets.

    With ``indexes_only`` mirror and backups stay as they are, as after the trash was emptied.
    """
    at = write.sequence() + 1
    chores: tuple[Chore, ...] = ("text", "vectors") if indexes_only else CHORES
    due = _noted(write) | {chore: at for chore in chores if chore != "compaction"}
    write.set_value(STATE, _KEY, msgspec.msgpack.encode(due))
    write.demand_compaction()


def owed(read: Read) -> tuple[Chore, ...]:
    """What is still to be done."""
    noted = _noted(read)
    due = read.meta(COMPACT) is not None
    return tuple(chore for chore in CHORES if chore in noted or (due and chore == "compaction"))


def strike(write: Write, chore: Chore, seen: int | None) -> None:
    """Strike a chore off, unless it was noted anew since it was begun."""
    noted = _noted(write)
    if noted.get(chore) != seen:
        return
    noted.pop(chore, None)
    if noted:
        write.set_value(STATE, _KEY, msgspec.msgpack.encode(noted))
    else:
        write.delete_value(STATE, _KEY)


def finish(store: Store, doers: Mapping[Chore, Callable[[], str]]) -> tuple[Left, ...]:
    """Do what is to be done. Nothing of it fails: what could not be done is left, with the reason.

    Args:
        store: whose chores.
        doers: how to do each; they return why it could not be done, or nothing.
    """
    with store.read() as read:
        due, noted = owed(read), _noted(read)
    left = []
    for chore in due:
        why = _tried(store, chore, noted.get(chore), doers[chore]) if chore in doers else "not done here"
        if why:
            left.append(Left(chore, why))
    return tuple(left)


def text_chore(store: Store) -> str:
    """Throw the text index away. Searches are right without it; it is built anew when there is time."""
    from tacit.core.texts import drop_text

    drop_text(store)
    return ""


def vectors_chore(store: Store) -> str:
    """Throw the files of the vector index away, and take out what a dropped vector space left.

    The vectors of what was forgotten went with it; the files are made anew when they are needed.
    """
    from tacit.core.embedding.check import drop_index

    drop_index(store)
    return ""


def compaction_chore(store: Store) -> str:
    """Write the store's file anew. No other thread may be using the store meanwhile."""
    result = store.compact()
    return result.why if not result.done else ""


def _tried(store: Store, chore: Chore, seen: int | None, doer: Callable[[], str]) -> str:
    try:
        why = doer()
        if not why and chore != "compaction":  # the new file is without that note by itself
            store.write(lambda write: strike(write, chore, seen))
    except TacitError as error:
        return error.message
    except OSError as error:
        return error.strerror or str(error)
    return why


def _noted(read: Read) -> dict[str, int]:
    raw = read.value(STATE, _KEY)
    return {} if raw is None else msgspec.msgpack.decode(raw, type=dict[str, int])
