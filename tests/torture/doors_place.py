"""Where a run through the doors takes place, and how processes are started there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import story
from doors_ledger import Ledger
from transcript import habits

MARK = "STORM_MARK"
"""In the environment of every process of a run, and of those that they start: the folder of the run."""


class Place:
    """Folders, seed and ledger of a run. ``sessions`` are Claude Code's ids of those that are told."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.seed = seed
        self.home = root / "home"
        self.store = self.home / "store"
        self.folder = root / "transcripts"
        self.ledger = Ledger()
        self.errors = root / "errors"
        self.sessions: list[str] = []

    def begin(self, sessions: int) -> None:
        """Make the folders, and a memory that knows something already."""
        for folder in (self.home, self.folder, self.root / "tmp", self.root / "person"):
            folder.mkdir(parents=True)
        self.errors.touch()
        story.plan(self.root, self.seed, sessions)
        habits(self.folder)
        ours = (one for one in range(sessions) if story.agent_of(one) == "claude-code")
        self.sessions = [story.path_of(self.folder, self.seed, one).stem for one in ours]
        done = self.run("import", str(self.folder))
        assert done.returncode == 0, done.stderr

    def environ(self) -> dict[str, str]:
        """What every process of the run is started with."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TACIT_")}
        folders = {"HOME": str(self.root / "person"), "TMPDIR": str(self.root / "tmp")}
        return (
            kept
            | folders
            | {"TACIT_HOME": str(self.home), MARK: str(self.root), "TZ": "UTC", "PYTHONFAULTHANDLER": "1"}
        )

    def start(self, *words: str, **streams: Any) -> subprocess.Popen[bytes]:
        """Start ``memory WORDS…``."""
        command = [sys.executable, "-m", "tacit", *words]
        return subprocess.Popen(command, env=self.environ(), cwd=self.root, **streams)

    def run(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        """Run ``memory WORDS…`` to its end, undisturbed."""
        with self.start(
            *words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            out, errors = process.communicate(timeout=300)
        return subprocess.CompletedProcess(process.args, process.returncode, out, errors)

    def random(self, *of: object) -> Random:
        """Chances that follow from the seed."""
        return Random("/".join(map(str, (self.seed, *of))))

    def alive(self) -> Iterator[tuple[int, str]]:
        """Id and command of every process of the run that lives."""
        mark = f"{MARK}={self.root}".encode()
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    words = (entry / "cmdline").read_bytes().split(b"\0")
                    yield int(entry.name), b" ".join(words).decode(errors="replace")


def send(process: int, number: signal.Signals) -> None:
    """Send a signal to a child of ours that may be over."""
    with suppress(ProcessLookupError):
        os.kill(process, number)
