"""The help: the keys that are bound now, the commands, and where everything lies."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from tacit.app.inspector.keys.shown import help_keys
from tacit.widgets.finder import Choice
from tacit.widgets.help import Help

if TYPE_CHECKING:
    from tacit.app.inspector.frame.room import Room


def open_help(room: Room, words: str = "") -> None:
    """Show it over a room, with these words in its search."""
    hint = "type to search the keys · Enter does it · Esc closes"
    choices = [*_keys(room), *_commands(room), *_about(room)]
    room.lend(Help("Help", hint, choices, words), lambda choice: choice.run() if choice.run else None)


def _keys(room: Room) -> Iterator[Choice]:
    """The screen's own first, then those that move, then those that hold everywhere."""
    for key in help_keys(room):
        run = partial(room.inspector.run_action, key.action, key.node)
        yield Choice(key.label, key.key, key.group, run)


def _commands(room: Room) -> Iterator[Choice]:
    from tacit.app.inspector.command.opening import open_command_line
    from tacit.app.inspector.command.table import COMMANDS

    for command in COMMANDS:
        run = partial(open_command_line, room, f"{command.name} ")
        yield Choice(command.tells, f":{command.name}", "command", run)


def _about(room: Room) -> Iterator[Choice]:
    """Where everything lies."""
    from tacit import __version__
    from tacit.core.places import places, short

    lie = {
        "store": str(room.inspector.memory.path),
        "settings": places().config,
        "log": places().log,
    }
    for name, path in lie.items():
        yield Choice(short(path), name)
    yield Choice(f"Tacit {__version__}", "version")
