"""A watcher in a process of its own, as a person starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from awaited import PATIENCE

from tacit import Memory
from tacit.core.errors import StoreError
from tacit.core.places import Places
from tacit.core.watching import WatcherState, watcher_state


class Watching:
    """``memory watch`` on a folder, with a home and a store of its own."""

    def __init__(self, base: Path) -> None:
        self.home = base / "home"
        self.folder = base / "in"
        self.store = self.home / "store"
        self.before: tuple[str, ...] = ()
        self.environ: dict[str, str] = {}
        self.process: subprocess.Popen[bytes] | None = None
        self._said = base / "said"

    def start(self, *words: str, interval: str = "0.2s", begun: bool = True) -> Watching:
        """Start it, by default on the folder, and wait until it looks."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TACIT_")}
        command = [*self.before, sys.executable, "-m", "tacit", "watch", "--interval", interval]
        with self._said.open("wb") as said:
            self.process = subprocess.Popen(
                [*command, *(words or (str(self.folder),))],
                env=kept | {"TACIT_HOME": str(self.home)} | self.environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
            )
        if begun:
            self.until(lambda: self.state.notes is not None and self.state.notes.last_scan > 0)
        return self

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def said(self) -> str:
        """What it said on its standard error."""
        return self._said.read_text("utf-8", "replace")

    @property
    def state(self) -> WatcherState:
        return watcher_state(Places({"TACIT_HOME": str(self.home)}))

    @property
    def log(self) -> str:
        return (self.home / "tacit.log").read_text("utf-8")

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for something to hold; the watcher must not end meanwhile."""
        assert self.process is not None
        end = time.monotonic() + PATIENCE
        while not holds():
            assert self.process.poll() is None, f"it ended with {self.process.returncode}: {self.said}"
            assert time.monotonic() < end, f"it does not come: {self.state}\n{self.said}"
            time.sleep(0.02)

    def children(self) -> list[str]:
        """The processes that work for it."""
        listed = ["ps", "-A", "-o", "ppid=,pid="]
        done = subprocess.run(listed, stdout=subprocess.PIPE, check=True).stdout.decode()
        pairs = (line.split() for line in done.splitlines())
        return [pid for parent, pid in pairs if parent == str(self.pid)]

    def imports(self) -> bool:
        """Whether it is importing: it began, so whoever works for it now does that."""
        notes = self.state.notes
        return notes is not None and notes.pid == self.pid and bool(notes.places) and bool(self.children())

    def steps(self) -> int:
        """How many steps the store has; -1 where it cannot be asked."""
        try:
            with Memory.open(self.store, readonly=True, create=False) as memory:
                return memory.stats().sums["steps"]
        except StoreError:
            return -1

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait; the exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def call(self, *words: str) -> tuple[int, str, str]:
        """Exit code, output and talk of ``memory watch WORDS…`` beside it."""
        done = subprocess.run(
            [sys.executable, "-m", "tacit", "watch", *words],
            env=os.environ | {"TACIT_HOME": str(self.home)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
