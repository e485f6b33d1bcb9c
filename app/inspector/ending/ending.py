"""How the inspector ends when nobody asked it to: signals, a store that fails, and faults of its own.

The terminal is always given back, and nobody is shown a traceback. Exit codes are those of the commands:
130 interrupted, 3 the store cannot be used, 1 a fault of Tacit.
"""

from __future__ import annotations

import _thread
import asyncio
import os
import signal
import sys
import threading
import time
from abc import abstractmethod
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.app import App
from textual.worker import WorkerFailed

from tacit.app.inspector.ending import terminal
from tacit.core.errors import TacitError

if TYPE_CHECKING:
    from rich.console import RenderableType

INTERRUPTED = 130
FAULT = 1
_PATIENCE = 3.0  # seconds that an orderly end may take once a signal came


class Ending(App[int]):
    """An application that says in a panel why it ends. ``leaving`` is set once it does."""

    def __init__(self) -> None:
        super().__init__()
        self.leaving = threading.Event()

    def mind_signals(self) -> None:
        """From now on a signal that ends a program ends it in order."""
        if self.is_headless or threading.current_thread() is not threading.main_thread():
            return
        loop = asyncio.get_running_loop()

        def obey(*_: object) -> None:
            _end_soon()  # from here: the loop hears nothing while it writes to a terminal that stands still
            try:
                loop.call_soon_threadsafe(self.interrupted)
            except RuntimeError:  # the loop is closed, the application over
                raise KeyboardInterrupt from None

        for one in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(one, obey)

    def interrupted(self) -> None:
        """End now. Where the terminal is gone nothing can be written to it, and nothing waits for that."""
        self.leaving.set()
        _end_soon()
        self.exit(INTERRUPTED)

    def quit(self, *, at_work: bool) -> None:
        """End as the person wanted. Work gets a moment to stop: it may wait for a lock that nobody gives."""
        self.leaving.set()
        if at_work and not self.is_headless:
            _end_soon(0)
        self.exit(0)

    @abstractmethod
    def tell_unforeseen(self, title: str, cause: str, remedy: str) -> None:
        """Tell of a fault that need not be the end."""

    def _handle_exception(self, error: Exception) -> None:
        """What nobody caught: of the store, of work beside the loop, or of the application itself."""
        cause = error.error if isinstance(error, WorkerFailed) else error
        if isinstance(cause, TacitError):
            self._refuse(cause)
        elif isinstance(error, WorkerFailed) and not self.is_headless:
            from tacit.app.inspector.ending.trouble import OWN, unforeseen

            self.tell_unforeseen(OWN, *unforeseen(cause))
        else:
            super()._handle_exception(error)

    def _refuse(self, error: TacitError) -> None:
        from tacit.app.inspector.ending.trouble import OPENING, panel

        self._return_code = error.exit_code
        super().panic(panel(OPENING, error.message, error.hint))

    def _fatal_error(self) -> None:
        if self.is_headless:  # only tests are, and they want to see it
            super()._fatal_error()
            return
        from tacit.app.inspector.ending.trouble import OWN, panel, unforeseen

        error = sys.exc_info()[1] or self._exception or RuntimeError()
        self._return_code = FAULT
        super().panic(panel(OWN, *unforeseen(error)))

    def panic(self, *renderables: RenderableType) -> None:
        """Textual's own end: also of the thread that reads keys, when the terminal is gone."""
        from rich.traceback import Traceback

        from tacit.app.inspector.ending.trouble import OWN, panel, unforeseen_elsewhere

        traces = [one for one in renderables if isinstance(one, Traceback)]
        if any(stack.exc_type == "OSError" for one in traces for stack in one.trace.stacks):
            self.interrupted()
            return
        self._return_code = FAULT
        super().panic(panel(OWN, *unforeseen_elsewhere(traces)))


def _end_soon(code: int = INTERRUPTED) -> None:
    """End the process by force after a while, whatever it waits for then.

    A plain thread: one of :mod:`threading` takes locks, which a signal may find taken.
    """
    _thread.start_new_thread(_end_late, (code,))


def _end_late(code: int) -> None:
    import termios

    time.sleep(_PATIENCE)
    if terminal.found:
        with suppress(termios.error):  # it is gone
            termios.tcsetattr(0, termios.TCSANOW, terminal.found[-1])
    os._exit(code)
