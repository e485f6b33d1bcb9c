"""Whoever uses the memory through one door, in a thread of ours; its processes are others'."""

from __future__ import annotations

import signal
import threading
import time
import traceback
from random import Random

from doors_place import Place, send


class Player(threading.Thread):
    """Does one deed after another until it is told to stop.

    ``wrong`` is what must not be; ``ended`` is how often what it started ended without being hit.
    """

    def __init__(self, place: Place, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.place = place
        self.ledger = place.ledger
        self.random = Random()
        self.wrong: list[str] = []
        self.enough = threading.Event()
        self._hit: set[int] = set()

    def run(self) -> None:
        """Until it is enough; the chances of a deed depend on its number alone."""
        number = 0
        while not self.enough.is_set():
            number += 1
            self.random = self.place.random(self.name, number)
            try:
                self.deed(number)
            except Exception:
                self.amiss(traceback.format_exc())
                time.sleep(0.2)
        try:
            self.leave()
        except Exception:
            self.amiss(f"leaving: {traceback.format_exc()}")

    def deed(self, number: int) -> None:
        """One deed."""
        raise NotImplementedError

    def leave(self) -> None:
        """End what it started, politely."""

    def processes(self) -> list[int]:
        """What may be hit."""
        return []

    def hit(self, number: signal.Signals, which: Random) -> int:
        """Send one of its processes a signal; which one, 0 for none."""
        living = self.processes()
        if not living:
            return 0
        chosen = which.choice(living)
        self._hit.add(chosen)
        send(chosen, number)
        return chosen

    def was_hit(self, process: int) -> bool:
        """Whether it was sent a signal, so that it may end as it likes."""
        return process in self._hit

    def amiss(self, what: str) -> None:
        """Note what must not be."""
        self.wrong.append(f"{self.name}: {what}")
