"""Long work in a process of its own: ``python -m tacit.app.apart``, for the inspector and the watcher.

Reading transcripts and learning are pure Python, and a thread of the inspector would share the
interpreter's lock with its keys. Many processes may use one store, so nothing else is needed.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from tacit.app.apart.messages import (
    CHANGED,
    Answer,
    End,
    Imported,
    Relearned,
    Step,
    Stopped,
    Trouble,
    Watched,
    Wish,
    packed,
    unpacked,
)
from tacit.core.errors import StoreError, TacitError

if TYPE_CHECKING:
    from tacit.core.import_report import Progress
    from tacit.memory import Memory

_TOLD_EVERY = 0.1  # seconds between two steps
_NICER = 5  # so that the keys of whoever waits come first


class _Enough(Exception):
    """Nobody wants it any more; ``far`` is how far it came."""


class Working:
    """One wish and what is said of it."""

    def __init__(self, wish: Wish) -> None:
        self._wish = wish
        self._told = 0.0
        self._far = ""
        self._stop = Event()

    def run(self) -> End:
        """Do it; how it ended."""
        from tacit.app.own_id import under_own_id
        from tacit.memory import Memory

        wish = self._wish
        try:
            with under_own_id(
                lambda: Memory.open(
                    wish.store, create=wish.create, actor=wish.actor, demo=wish.demo, command=wish.work
                )
            ) as memory:
                Thread(target=self._watch, daemon=True).start()  # a fork would not have taken it along
                memory.background = False
                return self._do(memory)
        except _Enough:
            return Stopped(self._far)
        except TacitError as error:
            return Trouble(error.message, error.hint, isinstance(error, StoreError))
        except OSError as error:
            what = f"{error.strerror or error}: {error.filename}" if error.filename else str(error)
            return Trouble(f"{what}.", "Check the disk, the path and its permissions.")
        except Exception as error:
            return _fault(error, wish)

    def _do(self, memory: Memory) -> End:
        if self._wish.work == "import":
            return self._import(memory)
        if self._wish.work == "watch":
            return self._watch_once(memory)
        again = self._wish.work == "rebuild"
        total = memory.stats().episodes if again else memory.waiting()
        learned = memory.learn(
            rebuild=again, progress=lambda done: self._tell(done, total), cancelled=self._stop.is_set
        )
        return Relearned(learned)

    def _import(self, memory: Memory) -> End:
        from tacit.core.funnel import THIN, explained

        paths = [Path(path) for path in self._wish.paths]
        report = memory.import_paths(paths or None, progress=self._read)
        funnel = memory.stats().funnel
        return Imported(report, tuple(explained(funnel)) if funnel.patterns < THIN else ())

    def _watch_once(self, memory: Memory) -> End:
        taken, owed = memory.take(self._wish.paths, self._read)
        if not self._wish.upkeep or not owed:
            return Watched(taken, owed)
        from tacit.core.embedding.choice import unready
        from tacit.core.embedding.provider import EmbeddingError

        memory.learn(cancelled=self._stop.is_set)
        trouble = ""
        try:
            if not unready(memory.config):
                memory.embed(cancelled=self._stop.is_set)
        except EmbeddingError as error:
            trouble = f"{error.message} {error.hint}".strip()
        return Watched(taken, upkept=True, not_embedded=trouble)

    def _read(self, step: Progress) -> None:
        """Between two transcripts; where nobody wants it any more it ends here."""
        from tacit.core.present import count, plural, size

        parts = [
            f"{count(step.files)} of {plural(step.total_files, 'file')}",
            f"{plural(step.sessions, 'session')}, {plural(step.episodes, 'task')}",
            f"{size(step.bytes)} of {size(step.total_bytes)}",
        ]
        self._far = ", ".join(parts)
        if self._stop.is_set():
            raise _Enough
        whole = step.files == step.total_files
        self._tell(step.bytes, step.total_bytes, "learning from it" if whole else self._far, whole=whole)

    def _tell(self, done: int, total: int, far: str = "", *, whole: bool = False) -> None:
        if whole or time.monotonic() - self._told >= _TOLD_EVERY:
            self._told = time.monotonic()
            say(Step(done, total, far))

    def _watch(self) -> None:
        """Wait for the caller to close its end, or to be gone."""
        with suppress(OSError):
            while os.read(0, 4096):
                pass
        self._stop.set()


def say(answer: Answer) -> None:
    """Send a line; a caller that is gone hears nothing."""
    left = packed(answer)
    with suppress(OSError):
        while left:
            left = left[os.write(1, left) :]


def main() -> None:
    """Take the wish from stdin, do it, and leave without the interpreter's teardown."""
    gc.set_threshold(20_000, 20, 50)
    with suppress(OSError):
        os.nice(_NICER)
    line = b""
    while not line.endswith(b"\n") and (more := os.read(0, 65_536)):  # nothing comes after it
        line += more
    say(_done(line))
    os._exit(0)


def _done(line: bytes) -> End:
    try:
        wish: Wish = unpacked(line, Wish)
    except ValueError:
        return Trouble("What is to be done was not understood.", CHANGED)
    return Working(wish).run()


def _fault(error: Exception, wish: Wish) -> Trouble:
    from tacit.app.commands.logfile import log_path, note_error

    hint = f"The details are in {log_path()}." if note_error(error, ()) else ""
    what = f"Something unforeseen went wrong in “{wish.work}” ({type(error).__name__})."
    return Trouble(f"{what} This is a fault of Tacit.", hint, fault=True)


if __name__ == "__main__":
    sys.excepthook = lambda *_: None  # nobody reads it
    main()
