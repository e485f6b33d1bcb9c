"""Processes on one store that are killed, stopped and starved, at moments that the seed decides."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

CAST = (
    *(("importer", number) for number in (1, 2, 3)),
    *(("deleter", number) for number in (1, 2)),
    ("reader", 1),
    ("exporter", 1),
)
SUPPORT = Path(__file__).parent.parent / "support"


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


def storm(root: Path, seed: int, seconds: float) -> tuple[Counter[str], list[str]]:
    """Run the cast for so long; what was done to it, and what went wrong already."""
    random = Random(f"{seed}/storm")
    done: Counter[str] = Counter()
    wrong: list[str] = []
    players = [Player(role, number, root, seed) for role, number in CAST]
    try:
        for player in players:
            player.start()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(random.uniform(0.02, 0.2))
            _wake(players)
            _harm(random.choice(players), random, root, done)
            _revive(players, done, wrong)
        _finish(players, random, root, done, wrong)
    finally:
        for player in players:
            player.kill()
    return done, wrong


def _harm(player: Player, random: Random, root: Path, done: Counter[str]) -> None:
    chance = random.random()
    if chance < 0.5:
        player.kill()
        done["killed"] += 1
        size = (root / "store" / "data.mdb").stat().st_size
        room = size + random.choice((0, 8_192, 60_000, 400_000))
        file_limit = max(room, 300_000)  # what else is written must find room: transcripts, journals
        limits = random.choice(
            ((), (), ("--file-limit", str(file_limit)), ("--map", str(room // 4096 * 4096)))
        )
        done["starved"] += bool(limits)
        player.start(*limits)
    elif chance < 0.9:
        player.tell(signal.SIGSTOP)
        player.asleep_until = time.monotonic() + random.choice((0.05, 0.3, 1.0))
        done["stopped"] += 1


def _wake(players: list[Player]) -> None:
    now = time.monotonic()
    for player in players:
        if 0 < player.asleep_until <= now:
            player.asleep_until = 0.0
            player.tell(signal.SIGCONT)


def _revive(players: list[Player], done: Counter[str], wrong: list[str]) -> None:
    for player in players:
        code = player.ended()
        if code is not None:
            if code != 0:
                wrong.append(f"{player.role} ended by itself with {code}")
            done["ended"] += 1
            player.start()


def _finish(players: list[Player], random: Random, root: Path, done: Counter[str], wrong: list[str]) -> None:
    """Half of them are killed where they are, the others may end what they do."""
    for player in players:
        player.tell(signal.SIGCONT)
    for player in random.sample(players, len(players) // 2):
        player.kill()
        done["killed"] += 1
    (root / "stop").touch()
    late = [player.role for player in players if not player.wait(30)]
    wrong += [f"{role} did not end within 30 seconds" for role in late]
