"""Who plays in a run through the doors, and what befalls them when."""

from __future__ import annotations

import signal
import sys
import time
import traceback
from collections import Counter
from random import Random
from typing import Literal, NamedTuple

from doors_others import Commands, Hooks, Inspector, Transcripts, Watcher
from doors_place import Place, send
from doors_player import Player
from doors_server import Server

What = Literal["kill", "terminate", "suspend"]

SIGNALS: dict[What, signal.Signals] = {
    "kill": signal.SIGKILL,
    "terminate": signal.SIGTERM,
    "suspend": signal.SIGSTOP,
}
TARGETS = 6
"""So many of the cast are hit: all but the one that writes the transcripts."""

END = 240.0
"""Seconds that everybody has to come to an end."""


class Blow(NamedTuple):
    """One thing that befalls one of them; ``seconds`` is how long it is suspended."""

    at: float
    who: int
    what: What
    seconds: float


def blows(seed: int, seconds: float) -> list[Blow]:
    """All that will happen in a run, in the order of time: a function of the seed."""
    random = Random(f"{seed}/doors")
    found = []
    at = 0.5
    while (at := at + random.uniform(0.1, 1.1)) < seconds:
        what: What = random.choices(("kill", "terminate", "suspend"), (6, 1, 2))[0]
        found.append(Blow(round(at, 3), random.randrange(TARGETS), what, random.choice((0.1, 0.5, 1.0))))
    return found


class Cast:
    """All who take part. ``done`` counts what befell them, ``wrong`` is what went wrong already."""

    def __init__(self, place: Place) -> None:
        self.done: Counter[str] = Counter()
        self._place = place
        self._players: list[Player] = [
            Server(place, "server-1", "claude-code"),
            Server(place, "server-2", "codex-mcp-client"),
            Watcher(place, "watcher"),
            Hooks(place, "hooks"),
            Inspector(place, "inspector"),
            Commands(place, "commands"),
            Transcripts(place, "transcripts"),
        ]
        self._asleep: dict[int, float] = {}

    @property
    def wrong(self) -> list[str]:
        """What must not have been."""
        return [one for player in self._players for one in player.wrong]

    def rage(self, seconds: float) -> None:
        """Let them play for so long."""
        for player in self._players:
            player.start()
        began = time.monotonic()
        for blow in blows(self._place.seed, seconds):
            self._sleep(began + blow.at)
            self._strike(blow)
        self._sleep(began + seconds)
        self._wake(all_of_them=True)
        for player in self._players:
            player.enough.set()
        end = time.monotonic() + END
        for player in self._players:
            player.join(max(0.0, end - time.monotonic()))
            if player.is_alive():
                frame = sys._current_frames().get(player.ident or 0)
                where = "".join(traceback.format_stack(frame))
                player.amiss(f"did not come to an end within {END:g} seconds:\n{where}")

    def _strike(self, blow: Blow) -> None:
        player = self._players[blow.who]
        process = player.hit(SIGNALS[blow.what], Random(f"{blow.at}"))
        if process:
            self.done[f"{blow.what} {player.name}"] += 1
            if blow.what == "suspend":
                self._asleep[process] = time.monotonic() + blow.seconds

    def _sleep(self, until: float) -> None:
        while (now := time.monotonic()) < until:
            time.sleep(min(0.02, until - now))
            self._wake()

    def _wake(self, *, all_of_them: bool = False) -> None:
        for process, until in list(self._asleep.items()):
            if all_of_them or time.monotonic() >= until:
                del self._asleep[process]
                send(process, signal.SIGCONT)
