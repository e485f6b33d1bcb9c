"""What the memory was told through its doors, and what of that it acknowledged."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from contextlib import AbstractContextManager
from random import Random

from msgspec import Struct


class Begun(Struct):
    """An episode that was acknowledged.

    ``tried`` and ``kept`` are the texts of its steps, those that were sent and those that were acknowledged.
    ``ended`` is the outcome that was acknowledged, empty where none was named; ``ending`` whether somebody
    tried to end it.
    """

    id: str
    tried: set[str]
    kept: set[str]
    ending: bool = False
    ended: str | None = None


class Ledger:
    """Written by all players at once."""

    def __init__(self) -> None:
        self.episodes: dict[str, Begun] = {}
        self.feedback: list[tuple[str, str, str]] = []
        """Pattern, id of the session, word: each session only once."""
        self.outcomes: dict[str, tuple[str, str]] = {}
        """By note, which is another one every time: id of the session, label."""
        self.maybe: set[str] = set()
        """Notes of outcomes that were told and not acknowledged."""
        self.deleted: set[str] = set()
        self.deleting: set[str] = set()
        self.answers: Counter[str] = Counter()
        self.refused: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._lock = threading.RLock()

    def held(self) -> AbstractContextManager[object]:
        """For a ``with`` block that reads or changes what all share."""
        return self._lock

    def begun(self, episode: str) -> None:
        """An episode was begun."""
        with self._lock:
            self.episodes[episode] = Begun(episode, set(), set())

    def some_episode(self, random: Random) -> str:
        """One that was begun lately, by whomever; empty where there is none."""
        with self._lock:
            known = list(self.episodes)[-12:]
        return random.choice(known) if known else ""

    def count(self, what: str) -> None:
        """Something was answered."""
        with self._lock:
            self.answers[what] += 1

    def counts(self) -> str:
        """How often what was acknowledged, in a line."""
        steps = sum(len(one.kept) for one in self.episodes.values())
        ended = sum(one.ended is not None for one in self.episodes.values())
        told = f"{len(self.episodes)} episodes begun, {steps} steps, {ended} ended"
        more = f"{len(self.feedback)} words of feedback, {len(self.outcomes)} outcomes"
        more += f", {len(self.deleted)} deleted"
        answers = ", ".join(f"{count} {what}" for what, count in sorted(self.answers.items()))
        return f"acknowledged: {told}, {more}; answered: {answers}"
