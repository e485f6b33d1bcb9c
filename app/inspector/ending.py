"""How the inspector ends when nobody asked it to: signals, a store that fails, and faults of its own.

The terminal is always given back, and nobody is shown a traceback. Exit codes are those of the commands:
130 interrupted, 3 the store cannot be used, 1 a fault of Tacit.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from abc import abstractmethod
from typing import TYPE_CHECKING

from textual.app import App
from textual.worker import WorkerFailed

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
        for one in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            loop.add_signal_handler(one, self.interrupted)

    def interrupted(self) -> None:
        """End now. Where the terminal is gone nothing can be written to it, and nothing waits for that."""
        self.leaving.set()
        timer = threading.Timer(_PATIENCE, os._exit, [INTERRUPTED])
        timer.daemon = True
        timer.start()
        self.exit(INTERRUPTED)

    @abstractmethod
    def tell_unforeseen(self, title: str, cause: str, remedy: str) -> None:
        """Tell of a fault that need not be the end."""

    def _handle_exception(self, error: Exception) -> None:
        """What nobody caught: of the store, of work beside the loop, or of the application itself."""
        cause = error.error if isinstance(error, WorkerFailed) else error
        if isinstance(cause, TacitError):
            self._refuse(cause)
        elif isinstance(error, WorkerFailed) and not self.is_headless:
            from tacit.app.inspector.trouble import OWN, unforeseen

            self.tell_unforeseen(OWN, *unforeseen(cause))
        else:
            super()._handle_exception(error)

    def _refuse(self, error: TacitError) -> None:
        from tacit.app.inspector.trouble import OPENING, panel

        self._return_code = error.exit_code
        super().panic(panel(OPENING, error.message, error.hint))

    def _fatal_error(self) -> None:
        if self.is_headless:  # only tests are, and they want to see it
            super()._fatal_error()
            return
        from tacit.app.inspector.trouble import OWN, panel, unforeseen

        error = sys.exc_info()[1] or self._exception or RuntimeError()
        self._return_code = FAULT
        super().panic(panel(OWN, *unforeseen(error)))

    def panic(self, *renderables: RenderableType) -> None:
        """Textual's own end: also of the thread that reads keys, when the terminal is gone."""
        from rich.traceback import Traceback

        from tacit.app.inspector.trouble import OWN, panel, unforeseen_elsewhere

        traces = [one for one in renderables if isinstance(one, Traceback)]
        if any(stack.exc_type == "OSError" for one in traces for stack in one.trace.stacks):
            self.interrupted()
            return
        self._return_code = FAULT
        super().panic(panel(OWN, *unforeseen_elsewhere(traces)))
