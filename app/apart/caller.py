"""Having long work done by a process of its own; it runs in a thread, which does nothing but listen."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Protocol

from tacit.app.apart.messages import CHANGED, Answer, End, Step, Trouble, Wish, packed, unpacked
from tacit.core.errors import StoreError, TacitError

_LOOKED_EVERY = 0.1  # seconds between two looks whether it is still wanted
_GRACE = 1.0  # seconds that leaving the program waits; the store is whole whenever it ends
_LONGEST = 4_000_000  # bytes of a line


class Told(Protocol):
    """Who wants it done, and how long."""

    def step(self, done: int, total: int | None = None, far: str = "") -> None:
        """So much is done."""
        ...

    def stopped(self) -> bool:
        """Whether it shall end."""
        ...

    @property
    def leaving(self) -> bool:
        """Whether nobody waits for its end."""
        ...


class Failed(TacitError):
    """It came to an unforeseen end: a fault of Tacit, or the process died."""


def have_done(wish: Wish, told: Told) -> End:
    """Do it and wait for the end, which may be that it was stopped.

    Raises:
        StoreError: the store cannot be used, or not in this way.
        Failed: it came to an unforeseen end.
        TacitError: it failed for another reason, which the message names.
    """
    with _started() as process:
        try:
            end = _last(process, wish, told)
        finally:
            _close(process)
            if process.poll() is None:
                process.kill()
    if isinstance(end, Trouble):
        kind = StoreError if end.store else Failed if end.fault else TacitError
        raise kind(end.message, end.hint)
    return end


def _started() -> subprocess.Popen[bytes]:
    """In a session of its own: a terminal that closes ends it through its stdin, not midway."""
    command = [sys.executable, "-P", "-m", "tacit.app.apart"]
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        bufsize=0,
    )


def _last(process: subprocess.Popen[bytes], wish: Wish, told: Told) -> End:
    """Pass on how far it is until it ends."""
    _ask(process, wish)
    for line in _lines(process, told):
        try:
            answer: Answer = unpacked(line, Answer)
        except ValueError as error:
            raise TacitError(f"What “{wish.work}” said of itself makes no sense.", CHANGED) from error
        if not isinstance(answer, Step):
            return answer
        told.step(answer.done, answer.total, answer.far)
    code = process.wait()
    why = f"signal {-code}" if code < 0 else f"exit code {code}"
    raise Failed(f"“{wish.work}” ended without a word ({why}).", "The store is whole; begin it again.")


def _ask(process: subprocess.Popen[bytes], wish: Wish) -> None:
    if process.stdin is not None:
        left = packed(wish)
        try:
            while left:
                left = left[process.stdin.write(left) :]
        except BrokenPipeError:  # its end says why
            return


def _lines(process: subprocess.Popen[bytes], told: Told) -> Iterator[bytes]:
    """Whole lines, until it closes its stdout. Once it is not wanted any more, its stdin is closed."""
    if process.stdout is None:
        return
    held, deadline = b"", None
    while True:
        if told.stopped():
            _close(process)
        if told.leaving:
            deadline = deadline or time.monotonic() + _GRACE
            if time.monotonic() > deadline:
                process.kill()
        if not select.select([process.stdout], [], [], _LOOKED_EVERY)[0]:
            continue
        more = os.read(process.stdout.fileno(), 65_536)
        if not more:
            return
        *lines, held = (held + more).split(b"\n")
        yield from lines
        if len(held) > _LONGEST:
            yield held


def _close(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None and not process.stdin.closed:
        process.stdin.close()
