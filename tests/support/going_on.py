"""A command line that goes on: what it prints while it does, and how it ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO

from awaited import PATIENCE, eventually
from own_process import environment


class GoingOn:
    """A process of ``memory``, read while it runs. Leaving the ``with`` block kills what is left of it."""

    def __init__(self, *words: str, home: Path, **more: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tacit", *words],
            env=environment(home, **more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.out: list[str] = []
        self.err: list[str] = []
        self._threads = [
            threading.Thread(target=self._read, args=(stream, lines), daemon=True)
            for stream, lines in ((self.process.stdout, self.out), (self.process.stderr, self.err))
        ]
        for thread in self._threads:
            thread.start()

    @staticmethod
    def _read(stream: IO[bytes], lines: list[str]) -> None:
        with stream:
            for line in stream:
                lines.append(line.decode().rstrip("\n"))  # noqa: PERF401 - seen while it grows

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for something to hold."""
        eventually(holds, lambda: (self.out, self.err))

    def end(self, number: int = signal.SIGINT) -> int:
        """Send a signal and wait; the exit code."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Wait for its end; the exit code. All it wrote is read then."""
        code = self.process.wait(PATIENCE)
        for thread in self._threads:
            thread.join(PATIENCE)
        return code

    def __enter__(self) -> GoingOn:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.wait()
