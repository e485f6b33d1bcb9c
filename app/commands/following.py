"""Waiting for what comes next, for commands that go on until they are interrupted."""

from __future__ import annotations

import select
import sys
import time

from tacit.core.errors import Usage

EVERY = 0.5
"""Seconds between two looks."""


def check_endless(*, follow: bool, form: str) -> None:
    """See that what is followed is printed in a form that needs no end.

    Raises:
        Usage: it is not.
    """
    if follow and form == "json":
        raise Usage("What is followed has no end, and a JSON document has one.", "Leave --format json out.")


def wait() -> None:
    """Wait a moment.

    Raises:
        BrokenPipeError: whoever read the output has gone.
    """
    if sys.stdout is None:
        raise BrokenPipeError
    try:
        gone = _gone(sys.stdout.fileno())
    except (OSError, ValueError):  # not a file: nobody can leave it
        time.sleep(EVERY)
        return
    if gone:
        raise BrokenPipeError


def _gone(output: int) -> bool:
    """Wait until the moment is over or the reader is."""
    until = time.monotonic() + EVERY
    look = select.poll()
    look.register(output, 0)
    gone = any(event & (select.POLLERR | select.POLLHUP) for _, event in look.poll(EVERY * 1000))
    time.sleep(0 if gone else max(0.0, until - time.monotonic()))
    return gone
