"""The terminal between the command and the first paint."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Do not echo what is typed while the program loads, and keep it for the screen.

    In the usual mode of a terminal early keys would be printed, and Enter would arrive as another
    key. The attributes found are put back at the end, whatever happens in between.
    """
    try:
        import termios

        before = termios.tcgetattr(sys.stdin)
    except (ImportError, OSError, ValueError):
        yield
        return
    attributes = termios.tcgetattr(sys.stdin)
    attributes[0] &= ~(termios.ICRNL | termios.INLCR)
    attributes[3] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(sys.stdin, termios.TCSANOW, attributes)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
