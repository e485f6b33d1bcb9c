"""What a person types at ``:``, understood: which command it is, what it is told, how it may go on."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, NamedTuple

from tacit.app.inspector.command.table import COMMANDS, Command
from tacit.core.errors import Usage
from tacit.core.query_values import nearest
from tacit.core.text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.app.inspector.frame.room import Room
    from tacit.widgets.filter_bar import Suggestion

_BY_NAME = {name: command for command in COMMANDS for name in (command.name, *command.aliases)}
_FRONTS = ("/memory", "memory")
"""What may stand before a command, as the agents' own command lines have it."""


class Words(NamedTuple):
    """A line taken apart: the command's name, where it stands, and where what it is told begins."""

    name: str
    start: int
    rest: int


async def run(room: Room, text: str) -> None:
    """Do what a line says. An empty one does nothing.

    Raises:
        Usage: there is no such command, or what it is told makes no sense; nothing was done.
        TacitError: it could not be done.
    """
    line = one_line(text)
    words = taken_apart(line)
    if not words.name:
        if line.strip():  # `/memory` alone
            room.inspector.enter(1)
        return
    command = _BY_NAME.get(words.name.lower())
    if command is None:
        raise _unknown(words.name)
    told = line[words.rest :].strip()
    if told.startswith("--"):
        raise Usage(f"{told.split()[0]} is an option of the command outside.", f"Here it is: {command.usage}")
    done = command.run(room, told)
    if isinstance(done, Awaitable):
        await done


def find(text: str) -> Command | None:
    """The command of a line."""
    return _BY_NAME.get(taken_apart(text).name.lower())


def taken_apart(text: str) -> Words:
    """Where the parts of a line stand."""
    at = _after_blanks(text, 0)
    if text[at : at + 1] == ":":
        at = _after_blanks(text, at + 1)
    for front in _FRONTS:
        end = at + len(front)
        if text[at:end].lower() == front and (end == len(text) or text[end].isspace()):
            at = _after_blanks(text, end)
            break
    else:
        at += text[at : at + 1] == "/"
    end = at
    while end < len(text) and not text[end].isspace():
        end += 1
    return Words(text[at:end], at, _after_blanks(text, end))


async def continuations(room: Room, text: str, cursor: int) -> Sequence[Suggestion]:
    """How a line may go on at a place: a command, then what that command knows."""
    words = taken_apart(text)
    end = words.start + len(words.name)
    if words.start <= cursor <= end:
        begun = text[words.start : cursor].lower()
        names = [command.name for command in COMMANDS if command.name.startswith(begun)]
        return [(words.start, end, f"{name} ") for name in names if name != text[words.start : end]]
    command = _BY_NAME.get(words.name.lower())
    if command is None or command.completes is None or cursor < words.rest:
        return ()
    told, place = text[words.rest :], cursor - words.rest
    found = await room.inspector.guarded(command.completes(room, told, place))
    return [(words.rest + start, words.rest + end, one) for start, end, one in found or ()]


def _after_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _unknown(name: str) -> Usage:
    """Another name is meant, or a command of the shell."""
    from tacit.app.commands.root import COMMANDS as OUTSIDE

    if name in OUTSIDE:
        return Usage(f"`{name}` is not done in here.", f"Quit with q and run `memory {name}` outside.")
    near = nearest(name.lower(), [*_BY_NAME, *OUTSIDE], least=0.6)
    outside = "" if near in _BY_NAME else ", which runs outside"
    hint = f"Did you mean {near}{outside}?" if near else "Tab shows what there is."
    return Usage(f"There is no command “{name}”.", hint)
