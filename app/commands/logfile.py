"""The log: one line for each command that changed something or failed. It never holds text of records.

A command is named by its verb alone, an error by its type and the lines of code it went through.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tacit.core.clock import rfc3339, system_clock
from tacit.core.places import Places

if TYPE_CHECKING:
    from pathlib import Path

LIMIT = 1_000_000
"""Bytes; a longer log becomes ``tacit.log.1``, which replaces the one before."""

_LONGEST = 60


def log_path() -> str:
    """Where the log lies."""
    return Places().log


def note(command: str, event: str, **numbers: int | float | str) -> bool:
    """Add a line; whether that worked. A log that cannot be written stops nobody.

    A value that came from outside is one word here, so that nobody writes a line into the log.
    """
    facts = "".join(f" {name}={_word(value)}" for name, value in numbers.items())
    return _append(f"{rfc3339(system_clock())} {os.getpid()} {command or '-'} {event}{facts}\n")


def refuse(door: str, why: str, **facts: int | float | str) -> bool:
    """Add the line of a call that was refused at a door, such as ``http``: why, in a few words."""
    return note(door, f"refused {why}", **facts)


def note_error(error: BaseException, args: Sequence[str]) -> bool:
    """Add an unforeseen error: its type and where it came from, not its message."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    places = "".join(f"    {frame.filename}:{frame.lineno} {frame.name}\n" for frame in frames)
    return note(verb(args), f"failed {type(error).__name__}") and _append(places)


def verb(args: Sequence[str]) -> str:
    """The command among the arguments, without what was said to it."""
    from tacit.app.commands.root import COMMANDS

    return next((word for word in args if word in COMMANDS), "")


def _word(value: int | float | str) -> str:
    """A fact without blanks, of at most 60 characters, with nothing in it that a terminal obeys."""
    text = str(value)
    if text.isascii() and text.isprintable() and " " not in text and len(text) <= _LONGEST:
        return text
    from tacit.core.text import one_line

    return one_line(text[:_LONGEST]).replace(" ", "_")


def _append(text: str) -> bool:
    from pathlib import Path

    path = Path(log_path())
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > LIMIT:
            _rotate(path)
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        return False
    return True


def _rotate(path: Path) -> None:
    """Move a long log away; of several processes that find it too long one does."""
    import fcntl

    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        status = os.fstat(handle)  # of what lies there by now: it may be a new one
        if status.st_size > LIMIT and os.path.samestat(status, path.stat()):
            path.replace(f"{path}.1")
    finally:
        os.close(handle)
