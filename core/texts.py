"""The text index of a memory: when it is asked, who keeps it up to date, and whether it is right.

It is derived from the store and never trusted over it: it only says where to look. An answer is the
same with it, without it, and while it is behind.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from tacit.core.query import Plan
from tacit.core.tables import EPISODES, NOTES, PATTERNS, SESSIONS, TEXTS
from tacit.store.errors import StoreError
from tacit.store.reading import Read
from tacit.store.schema import Table
from tacit.store.store import Store
from tacit.store.text_place import FOLDER, POSITION

if TYPE_CHECKING:
    from tacit.store.text_look import Found, Look
    from tacit.store.text_runs import Want

LEAST = 2_000
"""Rows a list must have before the index is asked for words in its filter.

Loading the index takes 5 to 20 ms of a process, in which a scan looks at about as many rows. A search
looks at every step as well and always asks.
"""

LINES = 2_000
"""Changes a command that was about something else may catch up with; more are left to the next import
or inspector."""


class Glass:
    """A query with the index it is looked up in. Begin the snapshot after making it."""

    def __init__(self, look: Look, wanted: tuple[Want, ...]) -> None:
        self._look = look
        self._wanted = wanted
        self._read: Read | None = None
        self._tail: dict[str, set[bytes]] | None = None

    def among(self, read: Read, table: Table[Any]) -> Found | None:
        """The records that may fit; ``None`` where all must be looked at."""
        if self._read is not read:
            self._read, self._tail = read, self._look.tail(read)
        if self._tail is None:
            return None
        return self._look.candidates(table.name, self._wanted, self._tail[table.name])


def glass(store: Store, plan: Plan, table: Table[Any] | None = None) -> Glass | None:
    """The index for a query over one table or, with their steps, all; ``None`` where a scan is as good."""
    if not plan.has_text or not os.path.exists(f"{store.path}/{FOLDER}/{POSITION}"):  # noqa: PTH110
        return None
    if table is not None:
        with store.read() as read:
            if _rows(read, table) < LEAST:
                return None
    from tacit.store.text_look import look
    from tacit.store.text_runs import wants

    wanted = wants(plan.words, plan.phrases)
    found = look(store, TEXTS) if wanted else None
    return None if found is None else Glass(found, wanted)


def _rows(read: Read, table: Table[Any]) -> int:
    """How many rows the list of a table has."""
    return read.count(table, "listed" if table is PATTERNS else "total")


def _never() -> bool:
    return False


def _untold(_done: int, _total: int) -> None:
    return


def catch_up(store: Store, *, build: bool = False, cancelled: Callable[[], bool] = _never) -> bool:
    """Bring the index up to what was just written; call it at the end of whatever writes.

    It never fails: an index that could not be brought up to date is behind, and answers stay right.

    Args:
        store: where was written.
        build: also build a missing index, and catch up however far it is behind.
        cancelled: asked now and then; ``True`` ends it, to be gone on with later.

    Returns:
        Whether the index is there and up to date.
    """
    text = f"{store.path}/{FOLDER}"
    there = os.path.exists(f"{text}/{POSITION}")  # noqa: PTH110
    if store.readonly or not (there or build):
        return False
    from tacit.core.floor import floor

    try:
        if not there and not _has_any(store):
            return False
        done = _caught_up(store, build, cancelled)
        store.floor = floor(store)
        return done
    except (StoreError, OSError):
        return False


def _has_any(store: Store) -> bool:
    with store.read() as read:
        return any(_rows(read, table) for table in (SESSIONS, EPISODES, PATTERNS, NOTES))


def _caught_up(store: Store, build: bool, cancelled: Callable[[], bool]) -> bool:
    from tacit.store.text_building import build as build_anew
    from tacit.store.text_following import Follower, folder_of
    from tacit.store.text_index import Unusable
    from tacit.store.text_place import discard, locked, tidy

    follower = Follower(store, TEXTS, cancelled)
    with locked(folder_of(store)) as mine:
        if not mine:
            return False
        tidy(follower.text)
        try:
            position = follower.position()
            if position is not None:
                return follower.follow(position, None if build else LINES)
        except Unusable:
            discard(follower.text)
        try:
            return build and build_anew(follower, _untold)
        except Unusable:
            return False


def rebuild_text(
    store: Store,
    progress: Callable[[int, int], None] = _untold,
    cancelled: Callable[[], bool] = _never,
) -> bool:
    """Build the index anew; the old one answers meanwhile. One that was begun is gone on with.

    Args:
        store: whose index.
        progress: told how many records of how many are in.
        cancelled: asked now and then; ``True`` ends it, to be gone on with later.

    Returns:
        Whether it came to its end: not when it was cancelled, somebody else is at it, or the place
        cannot be written to.
    """
    from tacit.store.text_building import build
    from tacit.store.text_following import Follower, folder_of
    from tacit.store.text_index import Unusable
    from tacit.store.text_place import locked, tidy

    try:
        with locked(folder_of(store)) as mine:
            if mine:
                tidy(folder_of(store))
            return mine and build(Follower(store, TEXTS, cancelled), progress)
    except (Unusable, OSError):
        return False


def drop_text(store: Store) -> None:
    """Remove every file of the index at once: deleted documents stay in it until segments merge.

    Raises:
        StoreError: something of it cannot be removed.
    """
    from tacit.store.text_following import folder_of
    from tacit.store.text_place import drop

    try:
        drop(folder_of(store))
    except OSError as error:
        raise StoreError(
            f"The text index {store.path}/{FOLDER} cannot be removed: {error.strerror or error}.",
            "Remove that folder by hand.",
        ) from error


def text_floor(store: Store) -> int:
    """Up to which line of the change log the index has followed it; all lines where there is none."""
    from tacit.store.text_place import load

    position = load(f"{store.path}/{FOLDER}/{POSITION}")
    return sys.maxsize if position is None else position.seq


class TextFinding(Struct, frozen=True):
    """One thing found about the index: ``level`` is ok, warning or damage."""

    level: str
    what: str
    count: int


def check_text(store: Store) -> list[TextFinding]:
    """Compare the index with the records: every document, by the checksum of its text.

    Safe while others write: what the index does not know yet is left out. Nothing is said where there
    is no index.
    """
    from tacit.core.texts_check import check

    return check(store)
