"""Going on under another process id, where a container has the one of this process.

LMDB's table of readers knows processes by their ids. Containers that share a store count their processes
each for themselves, so that the same id may come twice, and only one of the two can read. A child has another
id: it goes on in the place of this process, which waits for its end and passes signals on.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

from tacit.core.errors import SameId

T = TypeVar("T")

TRIES = 8
"""Ids that are tried; containers of one kind often all have the same few."""

_OUTSIDE = "pid:[4026531836]"
"""The space of process ids that a Linux begins with; the number is fixed in the kernel."""


def under_own_id(opened: Callable[[], T], forked: Callable[[], object] | None = None) -> T:
    """What a function gives that opens a store; where that takes another process id, in a child.

    Args:
        opened: opens the store.
        forked: begins in a child anew what the threads of this process do. Without it nothing is forked
            where there are other threads, as they do not go along.

    Raises:
        SameId: no id was free, or this process may not be forked.
        StoreError: the store cannot be used for another reason.
    """
    for _ in range(TRIES):
        try:
            return opened()
        except SameId:
            if forked is None and _threads() > 1:
                raise
        _go_on_in_child()
        if forked is not None:
            forked()
    return opened()


def is_contained() -> bool:
    """Whether the ids here may be those of processes elsewhere too."""
    try:
        return os.readlink("/proc/self/ns/pid") != _OUTSIDE  # noqa: PTH115 - pathlib is slow to load
    except OSError:
        return False


def _threads() -> int:
    try:
        return len(os.listdir("/proc/self/task"))  # noqa: PTH208
    except OSError:
        return 2


def _go_on_in_child() -> None:
    """Return in a child; this process ends when that does, and as it does."""
    import signal

    passed = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {*passed, signal.SIGCHLD})
    parent = os.getpid()
    child = os.fork()
    if child:
        os._exit(_end_of(child))
    _end_with(parent)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_of(child: int) -> int:
    """Wait for it, and pass on what is sent to this process alone; a terminal tells both itself."""
    import signal

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    while True:
        told = signal.sigwaitinfo({signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD})
        if told.si_signo != signal.SIGCHLD:
            if told.si_code <= 0:
                os.kill(child, told.si_signo)
            continue
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def _end_with(parent: int) -> None:
    """Let the system end this process when its parent is killed."""
    import ctypes
    import signal

    set_death_signal = 1
    ctypes.CDLL(None).prctl(set_death_signal, int(signal.SIGKILL))
    if os.getppid() != parent:
        os._exit(1)
