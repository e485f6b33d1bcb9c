"""The terminal between the command and the first paint."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Iterator
from typing import Any, NoReturn

found: list[list[Any]] = []
"""The attributes of the terminal as they were found, once :func:`quiet` changed them; at the end."""


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Do not echo what is typed while the program loads, and keep it for the screen.

    In the usual mode of a terminal early keys would be printed, and Enter would arrive as another
    key. The attributes found are put back at the end, whatever happens in between: a signal that would
    end the program at once is an interruption until the application minds signals itself.
    """
    try:
        import termios

        before = termios.tcgetattr(sys.stdin)
    except (ImportError, OSError, ValueError):
        yield
        return
    found.append(before)
    attributes = termios.tcgetattr(sys.stdin)
    attributes[0] &= ~(termios.ICRNL | termios.INLCR)
    attributes[3] &= ~(termios.ECHO | termios.ICANON)
    for one in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, _interrupt)
    termios.tcsetattr(sys.stdin, termios.TCSANOW, attributes)
    try:
        yield
    finally:
        with contextlib.suppress(termios.error):  # the terminal is gone
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def _interrupt(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def is_gone() -> bool:
    """Whether the terminal was hung up; a program that does not control it is sent no signal then."""
    import select

    try:
        watch = select.poll()
        watch.register(sys.stdin, 0)  # hanging up is always told
        return any(event & (select.POLLHUP | select.POLLERR) for _, event in watch.poll(0))
    except (AttributeError, OSError, ValueError):
        return False
