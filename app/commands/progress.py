"""How far an import has come: a bar on a terminal, a line now and then elsewhere. All on stderr."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any, Self

from tacit.app.commands.output import coloured, say

if TYPE_CHECKING:
    from tacit.core.import_report import Progress as Step

EVERY = 2.0
"""Seconds between two lines."""


class Progress:
    """Shows what an import reports. Use it as a context manager, so that the bar is taken away."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._task: Any = None
        self._began = time.monotonic()
        self._told = self._began
        self._last: Step | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, step: Step) -> None:
        """Take one report of the import."""
        self._last = step
        if coloured(sys.stderr):
            self._draw(step)
        elif time.monotonic() - self._told >= EVERY:
            self._told = time.monotonic()
            say(_line(step, self._told - self._began))

    def done(self) -> None:
        """Finish; what is left to say is the report's."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
        elif self._last is not None and self._told > self._began:
            say(_line(self._last, time.monotonic() - self._began))

    def _draw(self, step: Step) -> None:
        if self._bar is None:
            self._bar = _bar()
            self._task = self._bar.add_task("", total=step.total_bytes or None, files="")
            self._bar.start()
        self._bar.update(
            self._task,
            completed=step.bytes,
            total=step.total_bytes or None,
            files=f"{step.files}/{step.total_files} files",
        )


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    return Progress(
        TextColumn("{task.fields[files]}", markup=False),
        BarColumn(bar_width=None),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(compact=True),
        console=Console(stderr=True, markup=False, highlight=False),
        transient=True,
    )


def _line(step: Step, seconds: float) -> str:
    """``3 of 14 files, 1.2 MB of 4.5 MB, 2.1 MB/s, 2 s left``."""
    from tacit.core.present import count, duration, size

    speed = step.bytes / seconds if seconds > 0 else 0.0
    parts = [
        f"{count(step.files)} of {count(step.total_files)} files",
        f"{size(step.bytes)} of {size(step.total_bytes)}",
    ]
    if speed > 0:
        parts.append(f"{size(round(speed))}/s")
        if step.bytes < step.total_bytes:
            parts.append(f"{duration((step.total_bytes - step.bytes) / speed)} left")
    return ", ".join(parts)
