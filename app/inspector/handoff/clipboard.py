"""Putting a text on the clipboard: by a program of this machine, else by the terminal."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import Mapping
from typing import TYPE_CHECKING

from tacit.app.inspector.work.starting import each
from tacit.core.text import cut, one_line

if TYPE_CHECKING:
    from tacit.app.inspector.application import Inspector

_PATIENCE = 2.0  # seconds for a program that hangs on a display nobody serves
_PROGRAMS = (
    ("WAYLAND_DISPLAY", ("wl-copy",)),
    ("DISPLAY", ("xclip", "-selection", "clipboard")),
    ("DISPLAY", ("xsel", "--clipboard", "--input")),
    ("", ("pbcopy",)),
    ("WSL_DISTRO_NAME", ("clip.exe",)),
)


def put(inspector: Inspector, text: str) -> None:
    """Copy a text and say how. The terminal is asked as well: where it can, that does no harm."""
    inspector.copy_to_clipboard(text)
    each(inspector, _put, inspector, text)


async def _put(inspector: Inspector, text: str) -> None:
    program = program_for(os.environ)
    done = program is not None and await asyncio.to_thread(_hand_over, program, text)
    how = f"with {program[0]}" if done and program else by_terminal(os.environ)
    inspector.notify(f"Copied: {cut(one_line(text[:1000]), 60)}\n{how}")


def program_for(environ: Mapping[str, str]) -> tuple[str, ...] | None:
    """The program that has the person's clipboard; over ssh it would have the other side's."""
    if "SSH_CONNECTION" in environ or "SSH_TTY" in environ:
        return None
    found = (program for name, program in _PROGRAMS if (not name or environ.get(name)) and _is_here(program))
    return next(found, None)


def by_terminal(environ: Mapping[str, str]) -> str:
    """What is said where only the terminal can do it."""
    if environ.get("TMUX"):
        return "through tmux by OSC 52: it needs `set -g set-clipboard on`"
    return "by OSC 52, which the terminal must allow"


def _is_here(program: tuple[str, ...]) -> bool:
    return shutil.which(program[0]) is not None


def _hand_over(program: tuple[str, ...], text: str) -> bool:
    try:
        done = subprocess.run(
            program,
            input=text.encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
