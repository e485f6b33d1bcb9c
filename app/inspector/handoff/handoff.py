"""Handing something to the person's own programs: text to ``$PAGER``, records and settings to ``$EDITOR``."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from tacit.app.inspector.handoff.copies import copy_of, sweep
from tacit.app.inspector.handoff.lending import program, run_program
from tacit.app.inspector.work.starting import each
from tacit.core.errors import TacitError, Usage
from tacit.core.model import Episode, Session
from tacit.core.places import places, short
from tacit.core.text import clean

if TYPE_CHECKING:
    from tacit.app.inspector.application import Inspector
    from tacit.app.inspector.frame.room import Room
    from tacit.core.things import Thing

_PAGERS = ("less -R -+F -+X", "more")
_EDITORS = ("nano", "vim", "vi")


def read_elsewhere(room: Room) -> None:
    """The pane in front as plain text in ``$PAGER``."""
    lines = room.text_lines()
    if lines:
        _page(room.inspector, lines)


def read_log(room: Room) -> None:
    """The log in ``$PAGER``; its path is told.

    Raises:
        Usage: there is no log yet, or no pager.
    """
    path = Path(places().log)
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except OSError as error:
        where = f"There is no log at {short(str(path))}: {error.strerror}."
        raise Usage(where, "Deeds and faults write it.") from None
    _page(room.inspector, lines)
    room.inspector.notify(f"The log is {short(str(path))}")


def open_copy(room: Room) -> None:
    """A copy of the record under the cursor in ``$EDITOR``."""
    if room.thing is not None:
        each(room.inspector, _open_copy, room.inspector, room.thing)


async def _open_copy(inspector: Inspector, thing: Thing) -> None:
    pieces = await inspector.guarded(asyncio.to_thread(_document, inspector, thing))
    if pieces is None:
        return
    try:
        command = _editor()
        sweep()
        with copy_of(thing.id, pieces) as path:
            code = run_program(inspector, [*command, str(path)])
    except Usage as error:
        inspector.trouble(error)
    except OSError as error:
        inspector.notify(f"No copy could be written: {error.strerror}", severity="error")
    else:
        _told(inspector, command, code, "The copy is removed; changes to it are not kept.")


def _document(inspector: Inspector, thing: Thing) -> list[bytes]:
    """The record as it leaves in an export; in a thread."""
    from tacit.exports.single import record_document

    session = inspector.memory.get(thing.session) if isinstance(thing, Episode) else None
    return list(record_document(inspector.memory, thing, session if isinstance(session, Session) else None))


def edit_settings(room: Room) -> None:
    """``config.toml`` in ``$EDITOR``; what it says of the inspector holds afterwards.

    Raises:
        Usage: there is no editor, or the file cannot be made.
    """
    path = Path(places().config)
    command = _editor()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            path.touch(0o600)
    except OSError as error:
        raise Usage(f"{short(str(path))} cannot be made: {error.strerror}.") from None
    code = run_program(room.inspector, [*command, str(path)])
    if code is not None:
        _use_settings(room.inspector)


def _use_settings(inspector: Inspector) -> None:
    """Read the settings again. Where they are wrong the ones in force stay, and it is said what is wrong."""
    from tacit.app.inspector.frame import themes
    from tacit.app.inspector.keys.keymap import configured
    from tacit.core.config import load

    try:
        config = load()
        keymap = configured(config)
    except TacitError as error:
        inspector.notify(f"The settings stay as they were. {error}", severity="warning")
        return
    inspector.use_keys(keymap)
    if config.theme is not None:
        inspector.theme = themes.chosen(config.theme)
    where = short(places().config)
    inspector.notify(f"Read again: {where}\nKeys and theme hold now, the rest from the next start on")


def _page(inspector: Inspector, lines: Iterable[str]) -> None:
    try:
        command = program(os.environ, ("PAGER",), _PAGERS, "pager")
    except Usage as error:
        inspector.trouble(error)
        return
    code = run_program(inspector, command, "".join(f"{clean(line)}\n" for line in lines))
    _told(inspector, command, code)


def _editor() -> list[str]:
    return program(os.environ, ("VISUAL", "EDITOR"), _EDITORS, "editor")


def _told(inspector: Inspector, command: list[str], code: int | None, done: str = "") -> None:
    if code is None:
        return
    name = clean(Path(command[0]).name)
    ended = f"{name} ended with exit code {code}." if code > 0 else ""
    if code < 0:
        ended = f"{name} was ended by a signal ({-code})."
    if said := " ".join(filter(None, (ended, done))):
        inspector.notify(said, severity="warning" if ended else "information")
