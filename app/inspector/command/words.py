"""How what is told to a command may go on."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from tacit.app.inspector.lists.completing import query_continuations
from tacit.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from tacit.app.inspector.frame.room import Room
    from tacit.core.query_fields import List
    from tacit.widgets.filter_bar import Suggestion

Found = Sequence["Suggestion"]
Completes = Callable[["Room", str, int], Awaitable[Found]]
"""Asked with the screen, what is told so far, and a place in it."""

_MOST = 12


def query(table: List | None) -> Completes:
    """Words of a query."""

    async def complete(room: Room, told: str, at: int) -> Found:
        return await query_continuations(room.inspector, told, at, table)

    return complete


def names(known: Callable[[Room], Iterable[str]]) -> Completes:
    """One of some names."""

    async def complete(room: Room, told: str, at: int) -> Found:
        start, begun = _last(told, at)
        return [(start, at, one) for one in known(room) if one.startswith(begun) and one != begun]

    return complete


async def ids(room: Room, told: str, at: int) -> Found:
    """Ids of what is in sight."""
    start, begun = _last(told, at)
    found = [] if room.thing is None else [room.thing.id]
    for rows in room.query(VirtualList):
        sight = (rows.at(place) for place in range(rows.top, rows.top + rows.size.height))
        found += [one for row in sight if isinstance(one := getattr(row, "id", None), str)]
    fitting = [one for one in dict.fromkeys(found) if one.startswith(begun) and one != begun]
    return [(start, at, one) for one in fitting[:_MOST]]


async def paths(room: Room, told: str, at: int) -> Found:
    """Folders and files that begin so."""
    del room
    start, begun = _last(told, at)
    return [(start, at, one) for one in await asyncio.to_thread(_entries, begun)]


def _entries(begun: str) -> Sequence[str]:
    folder, _, part = begun.rpartition("/")
    place = os.path.expanduser(f"{folder}/" if "/" in begun else ".")  # noqa: PTH111
    try:
        with os.scandir(place) as found:
            entries = sorted((one.name, one.is_dir()) for one in found if one.name.startswith(part))
    except OSError:
        return ()
    shown = [(name, is_dir) for name, is_dir in entries if part.startswith(".") or not name.startswith(".")]
    before = begun[: len(begun) - len(part)]
    plain = [(f"{before}{name}", is_dir) for name, is_dir in shown if _is_plain(name)]
    return [f"{path}/" if is_dir else path for path, is_dir in plain[:_MOST]]


def either(*ways: Completes) -> Completes:
    """What any of them knows."""

    async def complete(room: Room, told: str, at: int) -> Found:
        return [one for way in ways for one in await way(room, told, at)]

    return complete


def _last(told: str, at: int) -> tuple[int, str]:
    """The word that ends at a place, and where it begins."""
    start = max(told.rfind(" ", 0, at), told.rfind("\t", 0, at)) + 1
    return start, told[start:at]


def _is_plain(name: str) -> bool:
    """Whether a name can be written without quotation marks, and is nothing a terminal would obey."""
    return name.isprintable() and not set(name) & set(" '\"\\")
