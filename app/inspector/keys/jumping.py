"""Jump letters: which parts of a screen can be gone to, and how."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.widget import Widget
from textual.widgets import Input

from tacit.app.inspector.keys.bindings import ROOMS
from tacit.widgets.filter_bar import FilterBar
from tacit.widgets.frame import KeyLine, RoomTabs
from tacit.widgets.jump import Jump, Place

if TYPE_CHECKING:
    from tacit.app.inspector.frame.room import Room

_LETTERS = {"list": "l", "detail": "d"}
_MORE = "asghkweruio"
"""For parts that have no letter of their own."""


def open_jump(room: Room) -> None:
    """Show the letters, then go where the person says."""

    async def go(place: Place) -> None:
        if place.name == "filter":
            room.query_one(FilterBar).edit()
        elif place.name == "command line":
            await room.action_command()
        elif place.letter.isdigit():
            room.inspector.enter(int(place.letter))
        else:
            room.set_focus(next(pane for pane in _panes(room) if (pane.id or "") == place.name))

    room.lend(Jump(list(places(room))), go)


def places(room: Room) -> Iterator[Place]:
    """What is on the screen and can be gone to, with the cell for its letter."""
    for bar in room.query(FilterBar):
        if bar.display:
            yield Place("f", bar.region.x + 1, bar.region.y, "filter")
    for tabs in room.query(RoomTabs):
        for number, column in enumerate(tabs.digits(), 1):
            yield Place(str(number), tabs.region.x + column, tabs.region.y, ROOMS[number - 1])
    spare = iter(_MORE)
    for pane in _panes(room):
        letter = _LETTERS.get(pane.id or "") or next(spare)
        yield Place(letter, pane.region.x, pane.region.y, pane.id or "")
    for line in room.query(KeyLine):
        yield Place("c", line.region.x, line.region.y, "command line")


def _panes(room: Room) -> list[Widget]:
    """The parts that can take the focus, but fields."""
    return [one for one in room.focus_chain if not isinstance(one, Input) and one.region.height > 0]
