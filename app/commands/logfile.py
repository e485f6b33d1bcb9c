"""The log: one line for each command that changed something or failed. It never holds text of records.

A command is named by its verb alone, an error by its type and the lines of code it went through.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from tacit.core.clock import rfc3339, system_clock
from tacit.core.places import Places

LIMIT = 1_000_000
"""Bytes; a longer log becomes ``tacit.log.1``, which replaces the one before."""


def log_path() -> str:
    """Where the log lies."""
    return Places().log


def note(command: str, event: str, **numbers: int | float | str) -> bool:
    """Add a line; whether that worked. A log that cannot be written stops nobody."""
    facts = "".join(f" {name}={value}" for name, value in numbers.items())
    return _append(f"{rfc3339(system_clock())} {os.getpid()} {command or '-'} {event}{facts}\n")


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


def _append(text: str) -> bool:
    from pathlib import Path

    path = Path(log_path())
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > LIMIT:
            path.replace(f"{path}.1")
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        return False
    return True
