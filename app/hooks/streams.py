"""Standard streams of a process that must not fail its parent."""

from __future__ import annotations

import os
import select
import time

LIMIT = 8 << 20
"""Bytes of an event; what comes behind is taken and thrown away."""

DEADLINE = 0.8
"""Seconds until the event must be there; an agent has it ready when it starts a hook."""

_PIECE = 1 << 16


def hold_descriptors() -> bool:
    """See that 0, 1 and 2 are open, so that no file of ours takes their place; whether 0 and 1 were."""
    closed = []
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            closed.append(number)
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free, which is this one
    return not {0, 1}.intersection(closed)


def read_all() -> bytes:
    """What stands on standard input until its end or the deadline.

    Raises:
        OSError: it cannot be read.
        ValueError: it is more than the limit.
    """
    pieces: list[bytes] = []
    size = 0
    end = time.monotonic() + DEADLINE
    while (left := end - time.monotonic()) > 0 and select.select([0], [], [], left)[0]:
        piece = os.read(0, _PIECE)
        if not piece:
            break
        size += len(piece)
        if size <= LIMIT:
            pieces.append(piece)
    if size > LIMIT:
        raise ValueError(f"more than {LIMIT:,} bytes")
    return b"".join(pieces)


def write_all(text: str) -> None:
    """Write to standard output, all of it.

    Raises:
        OSError: nobody reads it.
    """
    left = memoryview(text.encode("utf-8", "replace"))
    while left:
        left = left[os.write(1, left) :]
