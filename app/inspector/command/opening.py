"""The command line of a screen: opened, advised while it is typed in, obeyed, closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.css.query import NoMatches

from tacit.app.inspector.command.line import continuations, find, run
from tacit.app.inspector.work.starting import newest
from tacit.core.errors import TacitError, Usage
from tacit.core.query import QueryError
from tacit.widgets.command_bar import CommandBar

if TYPE_CHECKING:
    from textual.widget import Widget

    from tacit.app.inspector.frame.room import Room

_KEPT = 100  # commands that can be had again


async def open_command_line(room: Room, text: str = "") -> None:
    """Put the line in the place of the keys; keys typed meanwhile are typed in it."""
    if _bar(room) is not None:
        return
    room.awake = False
    bar = CommandBar(room.inspector.history, text, room.focused)
    mounted = room.stand_in(bar)
    if mounted is not None:
        await mounted
    room.inspector.rouse(room)


async def leave(room: Room) -> None:
    """Close it; the focus returns to where it was."""
    bar = _bar(room)
    if bar is not None:
        _focus(room, bar.behind)
        await _close(room, bar)
    room.inspector.rouse(room)


async def enter(room: Room, text: str) -> None:
    """Do what was typed. Where that makes no sense, the line stays and says so."""
    bar = _bar(room)
    if bar is None:
        return
    _focus(room, bar.behind)
    try:
        await run(room, text)
    except Usage as error:
        bar.edit()
        _point(bar, text, error)
    except TacitError as error:
        await _close(room, bar)
        room.inspector.trouble(error)
    else:
        _keep(room.inspector.history, text)
        await _close(room, bar)
    room.inspector.rouse(room)


def advise(room: Room, text: str, cursor: int) -> None:
    """Say how it may go on, and what the command does."""
    newest(room, "command", _advise, room, text, cursor)


def complete(room: Room, text: str, cursor: int) -> None:
    """Write how it goes on."""
    newest(room, "command", _complete, room, text, cursor)


async def _advise(room: Room, text: str, cursor: int) -> None:
    found = await continuations(room, text, cursor)
    bar = _bar(room)
    if bar is not None:
        command = find(text)
        bar.suggest(text, found, f"{command.usage}  {command.tells}" if command is not None else "")


async def _complete(room: Room, text: str, cursor: int) -> None:
    found = await continuations(room, text, cursor)
    bar = _bar(room)
    if bar is not None:
        bar.complete(text, found)


async def _close(room: Room, bar: CommandBar) -> None:
    """Take the line away, wholly: the next key may open another one."""
    await bar.remove()
    room.stand_in(None)


def _point(bar: CommandBar, text: str, error: Usage) -> None:
    """Show which of the words is wrong, where that is known."""
    start = end = 0
    if isinstance(error, QueryError) and (before := text.rfind(error.text)) >= 0:
        start, end = before + error.start, before + error.end
    bar.point(start, end, f"{error.message} {error.hint}".strip())


def _keep(history: list[str], text: str) -> None:
    """The newest last, each once."""
    text = text.strip()
    if not text:
        return
    if text in history:
        history.remove(text)
    history.append(text)
    del history[:-_KEPT]


def _bar(room: Room) -> CommandBar | None:
    try:
        return room.query_one(CommandBar)
    except NoMatches:
        return None


def _focus(room: Room, widget: Widget | None) -> None:
    """Back to where it was, or to the list where that is gone."""
    there = widget is not None and widget.is_attached and widget.display
    room.set_focus(widget if there else room.query_one("#list"))
