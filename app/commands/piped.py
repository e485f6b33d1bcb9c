"""What is piped into a command, and an end that leaves nothing of it lying about."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from tacit.core.errors import Usage


def piped() -> BinaryIO:
    """Standard input.

    Raises:
        Usage: it is a terminal, where nobody types a transcript, or it is closed.
    """
    if sys.stdin is None or sys.stdin.closed:
        raise Usage("Standard input is closed.", "Pipe something into it, or name a file.")
    if sys.stdin.isatty():
        raise Usage("Nothing is piped in: standard input is the terminal.", "Pipe something, or name a file.")
    return sys.stdin.buffer


@contextmanager
def ending_as_interrupted() -> Iterator[None]:
    """Let whoever ends this process by ``SIGTERM`` or ``SIGHUP`` end it as Ctrl-C does, not at once.

    What was laid out for a moment is removed then. A signal that is ignored stays so.
    """
    import signal
    import threading

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = {}
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) == signal.SIG_DFL:
                before[number] = signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
