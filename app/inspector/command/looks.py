"""The commands that change how something looks: order, groups, layout, theme."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from tacit.core.errors import Usage

if TYPE_CHECKING:
    from tacit.app.inspector.frame.room import Room


def orders(room: Room) -> Collection[str]:
    """What this list can be sorted by."""
    from tacit.app.inspector.lists.ordered import Ordered

    return room.ORDERS if isinstance(room, Ordered) else ()


def groups(room: Room) -> Collection[str]:
    """What this list can be grouped by."""
    from tacit.app.inspector.lists.ordered import UNGROUPED, Ordered

    return (UNGROUPED, *room.GROUPS) if isinstance(room, Ordered) and room.GROUPS else ()


def layouts(room: Room) -> Collection[str]:
    """Where a detail can stand."""
    from tacit.app.inspector.lists.listing import LAYOUTS

    del room
    return LAYOUTS


def theme_names(room: Room) -> Collection[str]:
    """The themes."""
    from tacit.app.inspector.frame import themes

    del room
    return tuple(themes.NAMES)


def has(room: Room, command: str) -> bool:
    """Whether this screen has a list that can be sorted or grouped."""
    return bool(orders(room) if command == "sort" else groups(room))


def sort(room: Room, told: str) -> None:
    """Another order of this list."""
    _take(room, "order", _one_of(told, orders(room), "sorted by"))


def group(room: Room, told: str) -> None:
    """Other groups of this list."""
    _take(room, "group", _one_of(told, groups(room), "grouped by"))


def layout(room: Room, told: str) -> None:
    """Another place for the detail; it is remembered."""
    from tacit.app.inspector.lists.listing import Listing

    name = _one_of(told, layouts(room), "laid out")
    if isinstance(room, Listing):
        room.lay_out(name)


def theme(room: Room, told: str) -> None:
    """Other colours."""
    from tacit.app.inspector.frame import themes

    room.inspector.theme = themes.chosen(_one_of(told, theme_names(room), "shown as"))


def _take(room: Room, what: str, name: str) -> None:
    """Remember it for the list's table and show it so."""
    from tacit.app.inspector.lists.ordered import Ordered

    if isinstance(room, Ordered):
        room.inspector.remembered.put(f"{what}.{room.table}", name)
        room.renew()


def _one_of(told: str, names: Collection[str], what: str) -> str:
    if not names:
        raise Usage(f"This screen cannot be {what} anything.", "Lists can.")
    if told not in names:
        asked = f"Nothing is {what} “{told}”." if told else "By what?"
        raise Usage(asked, f"There is {', '.join(names)}.")
    return told
