"""``memory hook EVENT`` as agents run it: quickly, and without ever being in their way.

Whatever goes wrong (no store, a locked, damaged, older or newer one, a full disk, an event that is no JSON, a
closed stream, a mistake of ours) nothing is printed but what stood there already, the exit code is 0 and the
log has a line. A process that does not come to its end in :data:`PATIENCE` seconds ends all the same.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from _thread import start_new_thread
from collections.abc import Sequence
from typing import NoReturn

from tacit.app.commands.logfile import note
from tacit.app.hooks.streams import hold_descriptors, read_all

PATIENCE = 2.0
"""Seconds that a hook takes at most."""

_FAREWELL = 0.2


def main(words: Sequence[str]) -> NoReturn:
    """Run a hook with what stands behind ``memory hook``, and leave the process with 0."""
    gc.disable()
    _mind_time()
    try:
        _run(words)
    except BaseException as error:  # nothing of this may reach the agent
        _note(error)
    os._exit(0)


def _load_msgspec() -> None:
    """Load msgspec without typing_extensions, of which it takes nothing that typing has not: 10 ms less."""
    missing = "typing_extensions" not in sys.modules
    if missing:
        sys.modules["typing_extensions"] = None  # type: ignore[assignment]
    try:
        import msgspec as msgspec
    finally:
        if missing:
            del sys.modules["typing_extensions"]


def _run(words: Sequence[str]) -> None:
    if not hold_descriptors():
        note("hook", "failed", why="closed")
        return
    _load_msgspec()
    from tacit.app.hooks.options import parsed

    options = parsed(words)
    raw = read_all()
    if not raw.strip():
        raise ValueError("nothing on standard input")
    from tacit.app.hooks.event import happen
    from tacit.app.hooks.payload import Payload

    happen(options, Payload.of(raw), _mind_time)


def _mind_time() -> None:
    """See that this process ends."""
    start_new_thread(_end_after, (PATIENCE, True))
    start_new_thread(_end_after, (PATIENCE + _FAREWELL, False))


def _end_after(seconds: float, tell: bool) -> None:
    """End the process when the time is over; the second one does when even telling it takes too long."""
    time.sleep(seconds)
    try:
        if tell:
            note("hook", "failed", why="timeout")
    finally:
        os._exit(0)


def _note(error: BaseException) -> None:
    """One line of what went wrong and where: no message, which may hold what an agent said."""
    try:
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = "" if place is None else place.tb_frame.f_code.co_filename.rpartition("/")[2]
        note("hook", "failed", why=type(error).__name__, at=f"{where}:{place.tb_lineno if place else 0}")
    except BaseException:  # there is nobody left to tell
        return
