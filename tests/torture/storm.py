"""Processes on one store that are killed, stopped and starved as the seed decides."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from blows import CAST, Blow, blows, survivors
from disk import Disk

SUPPORT = Path(__file__).parent.parent / "support"
END = 240.0
"""Seconds in which who may finish has finished; the doings of a slow machine take long."""

LEAST_FILE = 300_000
"""What else a starved process writes must find room: transcripts, journals."""


class Player:
    """One process of the cast, through all its lives."""

    def __init__(self, role: str, number: int, root: Path, seed: int) -> None:
        self.role = role
        self.asleep_until = 0.0
        self._command = [sys.executable, str(Path(__file__).with_name("actors.py")), role, str(number)]
        self._command += [str(root), str(seed)]
        self._root = root
        self._lives = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *limits: str) -> None:
        """Begin the next life."""
        self._lives += 1
        paths = os.pathsep.join(filter(None, (str(SUPPORT), os.environ.get("PYTHONPATH"))))
        home = {"TACIT_HOME": str(self._root / "home"), "PYTHONPATH": paths}
        command = [*self._command, str(self._lives), *limits]
        with (self._root / "errors").open("ab") as errors:
            self._process = subprocess.Popen(command, env={**os.environ, **home}, stderr=errors)

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal, if it lives."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)

    def kill(self) -> None:
        """End it at once."""
        self.tell(signal.SIGKILL)
        self.asleep_until = 0.0
        if self._process is not None:
            self._process.wait()

    def ended(self) -> int | None:
        """How it ended by itself, if it did."""
        return None if self._process is None else self._process.poll()

    def wait(self, seconds: float) -> bool:
        """Whether it ended in time after it was told to stop."""
        assert self._process is not None
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True


class Storm:
    """One run of the cast. ``done`` counts what was done to it, ``wrong`` is what went wrong already."""

    def __init__(self, root: Path, seed: int, disk: Disk) -> None:
        self.done: Counter[str] = Counter()
        self.wrong: list[str] = []
        self._root = root
        self._seed = seed
        self._disk = disk
        self._full_until = 0.0
        self._players = [Player(role, number, root, seed) for role, number in CAST]

    def rage(self, seconds: float) -> None:
        """Run them for so long."""
        try:
            for player in self._players:
                player.start()
            began = time.monotonic()
            for blow in blows(self._seed, seconds):
                while (now := time.monotonic()) < began + blow.at:
                    time.sleep(min(0.02, began + blow.at - now))
                    self._ease()
                self._strike(blow)
            self._finish()
        finally:
            for player in self._players:
                player.kill()

    def _strike(self, blow: Blow) -> None:
        player = self._players[blow.who]
        self.done[blow.what] += 1
        if blow.what == "stop":
            player.tell(signal.SIGSTOP)
            player.asleep_until = time.monotonic() + blow.seconds
        elif blow.what == "fill":
            self._disk.fill(blow.room)
            self._full_until = time.monotonic() + blow.seconds
        else:
            player.kill()
            room = (self._root / "disk" / "store" / "data.mdb").stat().st_size + blow.room
            limits = {
                "starve": ("--file-limit", str(max(room, LEAST_FILE))),
                "cap": ("--map", str(room // 4096 * 4096)),
            }
            player.start(*limits.get(blow.what, ()))

    def _ease(self) -> None:
        """Wake who slept enough, make room again, and begin anew who ended."""
        now = time.monotonic()
        if 0 < self._full_until <= now:
            self._full_until = 0.0
            self._disk.clear()
        for player in self._players:
            if 0 < player.asleep_until <= now:
                player.asleep_until = 0.0
                player.tell(signal.SIGCONT)
            code = player.ended()
            if code is not None:
                if code != 0:
                    self.wrong.append(f"{player.role} ended by itself with {code}")
                self.done["ended"] += 1
                player.start()

    def _finish(self) -> None:
        """Half of them are killed where they are, the others may end what they do."""
        self._disk.clear()
        for player in self._players:
            player.tell(signal.SIGCONT)
        spared = survivors(self._seed)
        for who, player in enumerate(self._players):
            if who not in spared:
                player.kill()
                self.done["kill"] += 1
        (self._root / "stop").touch()
        late = [player.role for player in self._players if not player.wait(END)]
        self.wrong += [f"{role} did not end within {END:g} seconds" for role in late]
