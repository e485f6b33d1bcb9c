"""The last word when the store's file is cut off under the open map.

Reading a page that is not there any more is a signal of the processor (SIGBUS), which ends a process on the
spot and would leave the terminal in the state of the full screen. Python's own handlers run too late for
it, as the reading never returns; so this one is called by the C library. It only writes, and ends.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any, NoReturn

_LEAVE = (
    b"\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l"  # the mouse
    b"\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[<u"  # paste, wrapping, sizes, keyboard
    b"\x1b[?1049l\x1b[?25h\x1b[?1004l"  # the other screen, the cursor, the focus
)
_SAID = (
    "Tacit had to stop: a file of the store %s was cut off while it was open.\n"
    "`memory doctor` tells what is left, `memory backup restore` takes a backup back.\n"
)
_CODE = 3

_kept: list[Any] = []  # what the C library calls must stay


def guard(store: str, attributes: list[Any] | None) -> None:
    """From now on the terminal is given back, and a word said, before the process ends that way.

    Args:
        store: the folder, to be named.
        attributes: of the terminal, as they were found; ``None`` where it has none.
    """
    import ctypes
    import termios

    told = (_SAID % store).encode(errors="replace")

    def end(_: int) -> NoReturn:
        try:
            os.write(sys.__stdout__.fileno(), _LEAVE)  # type: ignore[union-attr]
            if attributes is not None:
                termios.tcsetattr(0, termios.TCSANOW, attributes)
            os.write(2, told)
        finally:
            os._exit(_CODE)

    called = ctypes.CFUNCTYPE(None, ctypes.c_int)(end)
    library = ctypes.CDLL(None)
    library.signal.argtypes = [ctypes.c_int, type(called)]
    library.signal(int(signal.SIGBUS), called)
    _kept.append(called)
