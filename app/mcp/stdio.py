"""The protocol over stdin and stdout, a message a line.

Both descriptors are taken away from everybody else first: who reads stdin meets its end, and what any
library prints, be it to fd 1 itself, lands on stderr. Then the SDK is imported.
"""

from __future__ import annotations

import fcntl
import gc
import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from tacit.app.mcp.open_memory import Held


def serve(held: Held) -> NoReturn:
    """Serve one client until it closes stdin, or until a signal; ends the process."""
    source, sink = _taken(0), _taken(1)
    _divert()
    if os.isatty(source):
        sys.stderr.write(
            "An agent starts this and speaks to it; `memory mcp --help` tells how. Ctrl-C ends it.\n"
        )
    gc.disable()  # collecting while the SDK loads would take a sixth of that time
    from tacit.app.mcp import library_logs, stdio_connection

    library_logs.log_to_file()
    gc.freeze()
    gc.enable()
    code = stdio_connection.run(held, source, sink)
    _end(held, code)


def _taken(fd: int) -> int:
    """A descriptor of our own for a standard one, out of the way of 0, 1 and 2."""
    try:
        return fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 3)
    except OSError:  # it is closed: nothing comes from there, nothing goes there
        return os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)


def _divert() -> None:
    """Let stdin be empty and stdout be stderr, for this process and its children."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    try:
        os.fstat(2)
    except OSError:
        os.dup2(nowhere, 2)
    os.dup2(nowhere, 0)
    os.dup2(2, 1)
    if nowhere > 2:
        os.close(nowhere)


def _end(held: Held, code: int) -> NoReturn:
    """Let go of the store and end, in time whatever any thread does."""
    from tacit.app.mcp.limits import CLOSE_SECONDS

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        with suppress(ValueError, OSError):
            signal.signal(number, signal.SIG_IGN)
    if held.close(CLOSE_SECONDS):
        from tacit.app.cli import leave

        leave(code)
    with suppress(Exception):
        sys.stderr.flush()
    os._exit(code)
