"""The words a demo project is told in: runs, how they fail, what mends them, habits and tasks."""

from __future__ import annotations

from random import Random

from msgspec import Struct

Drift = tuple[float, float]
"""A number in the oldest week and in the newest; between them it moves in a straight line."""


def drifted(drift: Drift, progress: float) -> float:
    """The number at ``progress``, 0 for six months ago and 1 for today."""
    first, last = drift
    return first + (last - first) * progress


class Remedy(Struct, frozen=True):
    """What is tried after a failure.

    ``how`` is ``edit`` (the file the failure names), ``look`` (read it, then edit), ``instead:NAME``
    (another run of the project in its place) or a shell command, which prints ``says``. ``works`` is
    the chance that the failed run passes afterwards; a command with ``refused`` fails itself
    otherwise, printing that.
    """

    how: str
    share: Drift = (1.0, 1.0)
    works: Drift = (0.9, 0.9)
    says: str = ""
    refused: str = ""


class Failure(Struct, frozen=True):
    """One way a run fails; ``output`` is printed behind the line ``Exit code N``."""

    output: str
    remedies: tuple[Remedy, ...] = (Remedy("edit"),)
    share: float = 1.0
    code: int = 1


class Run(Struct, frozen=True):
    """A command with what it prints. ``{file}``, ``{line}``, ``{n}`` and ``{symbol}`` are filled in."""

    command: str
    passes: str
    failures: tuple[Failure, ...] = ()
    seconds: tuple[float, float] = (1.0, 8.0)


class Habit(Struct, frozen=True):
    """A way of working: the moves of an episode and how often it ends well.

    A move is ``look``, ``read``, ``edit``, ``write``, ``delegate`` (to a sub-agent), ``reject`` (the
    person turns an edit down), ``blind``, ``stale`` or ``twice`` (an edit is refused because the file
    was not read, lacks the text, or holds it twice), ``run:NAME``, ``fail:NAME`` (with its remedy)
    or ``end:NAME``, the run that decides the episode. ``ends`` is the chance that the deciding run
    passes or, without one, that the person is content; ``silent`` that nothing is said about it.
    ``share`` is how often this habit is chosen against the others of its project.
    """

    moves: tuple[str, ...]
    share: Drift = (1.0, 1.0)
    ends: Drift = (0.8, 0.8)
    silent: float = 0.3


class Project(Struct, frozen=True):
    """A project with its files, its commands and the person's ways in it."""

    directory: str
    branches: tuple[str, ...]
    files: tuple[str, ...]
    symbols: tuple[str, ...]
    code: tuple[str, ...]
    runs: dict[str, Run]
    habits: tuple[Habit, ...]
    tasks: tuple[str, ...]
    questions: tuple[str, ...]
    areas: tuple[str, ...]
    weight: Drift = (1.0, 1.0)


def choose_habit(project: Project, progress: float, rng: Random) -> Habit:
    """A habit of the project as likely as its share is by then."""
    return rng.choices(project.habits, [drifted(habit.share, progress) for habit in project.habits])[0]


def choose_remedy(failure: Failure, progress: float, rng: Random) -> Remedy:
    """A remedy as likely as its share is by then."""
    return rng.choices(failure.remedies, [drifted(each.share, progress) for each in failure.remedies])[0]
