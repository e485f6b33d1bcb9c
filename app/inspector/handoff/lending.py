"""Lending the terminal to another program, and having it back whatever that program does.

The inspector stands still meanwhile: nothing may be written to the terminal. Ctrl-C is the program's; a
signal that ends the inspector ends the program first. A program that is through at once, or that failed,
may have said something: then the person says when to go on.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import FrameType
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from tacit.core.errors import Usage
from tacit.core.text import clean

if TYPE_CHECKING:
    from tacit.app.inspector.application import Inspector

_AT_ONCE = 0.7  # seconds in which nobody has read anything


def program(environ: Mapping[str, str], names: Sequence[str], usual: Sequence[str], what: str) -> list[str]:
    """The command that a variable names, else the first of the usual ones that is here.

    Args:
        environ: the environment.
        names: variables, the first that is set and not empty counts.
        usual: commands to try where none is.
        what: what the program is, for what is told when there is none.

    Raises:
        Usage: the program is not here.
    """
    for name in names:
        if environ.get(name, "").strip():
            try:
                command = shlex.split(environ[name])
            except ValueError:
                raise Usage(f"${name} cannot be read: a quotation mark is missing.") from None
            if shutil.which(command[0]) is None:
                told = f"${name} names “{clean(command[0])}”, which is not here."
                raise Usage(told, f"Set ${name} to a {what}.")
            return command
    for one in usual:
        if shutil.which(one.split()[0]) is not None:
            return one.split()
    raise Usage(f"There is no {what} here.", f"Set ${names[-1]} to one.")


def run_program(inspector: Inspector, command: Sequence[str], text: str | None = None) -> int | None:
    """Run a program on the whole terminal, with a text on its input where there is one.

    Returns:
        Its exit code, negative for a signal; ``None`` where it could not be run, which was told.
    """
    try:
        with inspector.suspend(), _as_usual():
            code = _run(inspector, command, text)
    except SuspendNotSupported:
        inspector.notify("Another program can only be run in a terminal.", severity="warning")
        return None
    if code is None:
        inspector.notify(f"{command[0]} could not be run.", severity="error")
    return code


def _run(inspector: Inspector, command: Sequence[str], text: str | None) -> int | None:
    began = time.monotonic()
    try:
        child = subprocess.Popen(command, stdin=None if text is None else subprocess.PIPE)
    except OSError:
        return None
    with _signals(inspector, child):
        child.communicate(None if text is None else text.encode("utf-8", "replace"))
        code = child.returncode
        if code >= 0 and (code > 0 or time.monotonic() - began < _AT_ONCE):
            _wait_for_enter()
    return code


def _wait_for_enter() -> None:
    with contextlib.suppress(OSError):
        os.write(sys.stdout.fileno(), b"\nEnter returns to Tacit ")
        os.read(sys.stdin.fileno(), 1024)


@contextlib.contextmanager
def _as_usual() -> Iterator[None]:
    """The terminal as a shell hands it to a program, and afterwards as it was found here."""
    try:
        import termios

        before = termios.tcgetattr(sys.stdin)
    except (ImportError, OSError, ValueError):
        yield
        return
    lent = termios.tcgetattr(sys.stdin)
    lent[0] |= termios.ICRNL | termios.IXON
    lent[3] |= termios.ECHO | termios.ECHOE | termios.ICANON | termios.ISIG | termios.IEXTEN
    termios.tcsetattr(sys.stdin, termios.TCSADRAIN, lent)
    try:
        yield
    finally:
        with contextlib.suppress(termios.error):
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


@contextlib.contextmanager
def _signals(inspector: Inspector, child: subprocess.Popen[bytes]) -> Iterator[None]:
    """Ctrl-C does nothing here; what ends the inspector ends the program, and then the inspector.

    The event loop, which stands still, must not hear of them: it would obey them afterwards.
    """
    ended = False

    def end(_number: int, _frame: FrameType | None) -> None:
        nonlocal ended
        ended = True
        child.terminate()

    handlers: dict[signal.Signals, Callable[[int, FrameType | None], None]] = {
        signal.SIGINT: lambda _number, _frame: None,
        signal.SIGTERM: end,
        signal.SIGHUP: end,
    }
    loop = signal.set_wakeup_fd(-1)
    before = {one: signal.signal(one, handler) for one, handler in handlers.items()}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
        signal.set_wakeup_fd(loop)
        if ended:
            inspector.interrupted()
