"""Generated episodes in which each command, fix and habit goes well at a rate of its own that is known.

Every episode holds one run of a command, one error with a fix and perhaps the cure, and one habit; what
these are and how they end are drawn independently. The episode ends as the habit's rate says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple

from tacit.core.ids import episode_id, session_id
from tacit.core.model import (
    Action,
    ActionStatus,
    Episode,
    Evidence,
    Intent,
    Label,
    Outcome,
    Pattern,
    Signature,
    Step,
)

Rate = Callable[[float], float]
"""A true success rate at a moment: 0 for the first episode, 1 for the last."""

START = 1_760_000_000_000
_EVERY = 4 * 3_600_000
_FILLING = ("ls", "git log", "curl", "psql", "git diff", "docker compose up")
_JUDGED_BY = {"heuristic": 0, "error_recovery": 1, "tool_sequence": 2}


class Deed(NamedTuple):
    """A step to be made."""

    name: str
    ok: bool = True
    intent: Intent = ""
    error: str = ""


def steady(seed: int, count: int) -> list[Rate]:
    """So many rates that never change, even between 0.05 and 0.95 and in random order."""
    rates = [0.05 + 0.9 * place / max(1, count - 1) for place in range(count)]
    Random(f"steady {seed}").shuffle(rates)
    return [lambda _, rate=rate: rate for rate in rates]  # type: ignore[misc]


def falling(early: float, late: float) -> Rate:
    """One rate in the first half, another in the second."""
    return lambda moment: early if moment < 0.5 else late


def episodes(seed: int, count: int, rates: Sequence[Rate]) -> list[tuple[Episode, tuple[Step, ...]]]:
    """So many episodes with their steps, three to a session, in the order of time.

    Args:
        seed: the same gives the same.
        count: how many.
        rates: of each command, fix and habit; all three have as many, each in an order of its own.
    """
    random = Random(f"known rates {seed}")
    found = []
    for number in range(count):
        run, fix, habit = (random.randrange(len(rates)) for _ in range(3))
        ran, cured, good = (
            random.random() < rates[turned(which, place, len(rates))](number / count)
            for place, which in enumerate((run, fix, habit))
        )
        deeds = [
            Deed(f"lint-{run}", ran, "lint"),
            Deed(f"deploy-{fix}", ok=False, error=f"host {chr(97 + fix)} is locked"),
            Deed(f"unlock-{fix}"),
            *([Deed(f"deploy-{fix}")] if cured else []),
            *(Deed(name) for name in random.sample(_FILLING, 3)),
            Deed(f"plan-{habit}"),
            Deed(f"apply-{habit}"),
        ]
        found.append(_told(seed, number, deeds, good))
    return found


def turned(which: int, place: int, count: int) -> int:
    """The place in the rates of command (0), fix (1) or habit (2) number ``which``."""
    return (which + place * count // 3) % count


def truth(pattern: Pattern, rates: Sequence[Rate]) -> float | None:
    """The true rate of a pattern while rates are steady; ``None`` for one that mixes several."""
    for place, mark in enumerate(("lint-", "unlock-", "apply-")):
        for part in pattern.key:
            if part.startswith(mark) and place == _JUDGED_BY.get(pattern.kind):
                return rates[turned(int(part.removeprefix(mark)), place, len(rates))](0)
    return None


def _told(seed: int, number: int, deeds: Sequence[Deed], good: bool) -> tuple[Episode, tuple[Step, ...]]:
    label: Label = "success" if good else "failure"
    native, session = f"rates-{seed}-{number}", f"rates-{seed}-{number // 3}"
    at = START + number * _EVERY
    episode = Episode(
        id=episode_id("made", native),
        session=session_id("made", session),
        native=native,
        project="alder",
        agent="made",
        prompt="do it",
        started=at,
        ended=at + 100_000,
        outcome=Outcome(label, float(good), "label", (Evidence("label", label, "as generated"),)),
        steps=len(deeds),
    )
    return episode, tuple(_step(n, deed, at + n * 1000) for n, deed in enumerate(deeds, 1))


def _step(n: int, deed: Deed, at: int) -> Step:
    status: ActionStatus = "ok" if deed.ok else "failed"
    return Step(
        n=n,
        call=str(n),
        tool="Bash",
        kind="shell",
        parameters=f'{{"command":"{deed.name}"}}',
        observation="",
        status="ok" if deed.ok else "error",
        at=at,
        actions=(Action(deed.name, status, deed.intent),),
        error=Signature(deed.error, "other") if deed.error else None,
    )
