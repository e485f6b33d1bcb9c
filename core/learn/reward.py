"""The reward of an episode: one number from how it ended, how long it took and how it went.

It is shown and exported with its parts; it ranks nothing by itself::

    reward = base × efficiency × (1 + complexity bonus) × quality × (1 + learning bonus)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import exp

from msgspec import Struct

from tacit.core.learn.artifacts import artifacts_of
from tacit.core.learn.deeds import main_steps
from tacit.core.learn.tasks import complexity_of
from tacit.core.model import Complexity, Episode, Label, Step

COMPLEXITY_BONUS: dict[Complexity, float] = {"simple": 0.0, "moderate": 0.1, "complex": 0.2, "expert": 0.3}
_OF_TESTS = re.compile(r"(?<![a-z])(?:(?:unit|conf)?tests?|testing|coverage)(?![a-z])")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_DONE = frozenset(("ok", "error"))
_BASE: dict[Label, float] = {"success": 1.0, "abstained": 0.3, "failure": 0.0}


class Reward(Struct, frozen=True):
    """The product and its factors. ``value`` is their product, never rounded."""

    value: float
    base: float
    efficiency: float
    complexity: float
    quality: float
    learning: float


class Course(Struct, frozen=True):
    """What the reward needs to know of an episode.

    ``ok`` tells for each step that came to an end whether it went well. ``seconds`` is ``None`` while
    unfinished or unknown. ``completed`` and ``failed`` count the parts of a partial outcome. ``artifacts``
    are names of what was made. ``coverage`` is a percentage, ``lint_warnings`` a count; ``None`` where no
    tool printed one. ``learned`` counts patterns newly learned in it.
    """

    label: Label
    ok: tuple[bool, ...]
    tools: int
    complexity: Complexity
    seconds: float | None = None
    completed: int = 0
    failed: int = 0
    artifacts: tuple[str, ...] = ()
    coverage: float | None = None
    lint_warnings: int | None = None
    learned: int = 0


def reward(course: Course) -> Reward | None:
    """The reward; ``None`` for an outcome nobody could judge."""
    base = _base(course)
    if base is None:
        return None
    pace = efficiency(course.seconds, len(course.ok))
    bonus, good, learning = COMPLEXITY_BONUS[course.complexity], quality(course), learning_bonus(course)
    value = base * pace * (1 + bonus) * good * (1 + learning)
    return Reward(value, base, pace, bonus, good, learning)


def course_of(
    episode: Episode,
    steps: Sequence[Step],
    learned: int = 0,
    *,
    complexity: Complexity | None = None,
    completed: int = 0,
    failed: int = 0,
) -> Course:
    """The course of an episode; ``steps`` are all of its steps, those of sub-agents included.

    A step went well when its tool says so and its output shows no failure that the exit status hid. What a
    person rejected or interrupted, what went down with the call beside it and what never came to an end is
    no failure of a tool: it counts as no step. ``complexity`` goes by the steps where nobody gave it.
    ``learned`` counts patterns newly learned in it, ``completed`` and ``failed`` the parts of a
    partial outcome.
    """
    main = main_steps(steps)
    done = [step for step in main if step.status in _DONE]
    made = artifacts_of(steps)
    warnings = made.lint_warnings
    return Course(
        label=episode.outcome.label,
        ok=tuple(step.status == "ok" and step.error is None for step in done),
        tools=len({step.kind for step in done}),
        complexity=complexity or complexity_of(len(main)),
        seconds=seconds_of(episode, main),
        completed=completed,
        failed=failed,
        artifacts=made.names,
        coverage=None if made.coverage is None else made.coverage.value,
        lint_warnings=None if warnings is None else round(warnings.value),
        learned=learned,
    )


def seconds_of(episode: Episode, steps: Sequence[Step]) -> float | None:
    """How long an episode took, from its own times, else from those of its steps.

    ``None`` where nobody knows: its last call has no end yet, no times were kept (all are the same), or
    the clock ran backwards.
    """
    if steps and steps[-1].status == "unfinished":
        return None
    if episode.ended > episode.started:
        return (episode.ended - episode.started) / 1000
    if not steps:
        return 0.0 if episode.ended == episode.started else None
    ends = [step.at + 1000 * (step.seconds or 0.0) for step in steps]
    span = (max(ends) - min(step.at for step in steps)) / 1000
    return span if span > 0 else None


def _base(course: Course) -> float | None:
    if course.label == "partial":
        parts = course.completed + course.failed
        return course.completed / parts if parts else 0.5
    return _BASE.get(course.label)


def efficiency(seconds: float | None, steps: int) -> float:
    """Half for the time, half for the steps, between 0.5 and 1.5."""
    pace = 0.5 + exp(-steps / 20) if steps else 0.5
    return _clamp(_haste(seconds) / 2 + pace / 2)


def _haste(seconds: float | None) -> float:
    return 1.0 if seconds is None else 0.5 + exp(-seconds / 120)  # exp(0) makes it 1.5


def quality(course: Course) -> float:
    """How cleanly it went, between 0.5 and 1.5."""
    found = _errors(course.ok)
    if course.label == "success":
        found += 0.10 if any(map(_names_tests, course.artifacts)) else 0.0
        found += 0.05 if len(course.artifacts) >= 3 else 0.0
        if course.coverage is not None and course.coverage > 60:
            found += 0.15 if course.coverage > 80 else 0.10
        found += 0.05 if course.lint_warnings == 0 else 0.0
    return _clamp(1 + found)


def _names_tests(name: str) -> bool:
    """Whether a name speaks of tests, in any way of joining words: ``parser_test.go``, ``FooTest.java``."""
    return _OF_TESTS.search(_HUMP.sub(" ", name).lower()) is not None


def _errors(ok: Sequence[bool]) -> float:
    share = ok.count(False) / len(ok) if ok else 0.0
    if share > 0.3:
        return -0.2
    if share > 0.1:
        return -0.1
    return 0.1 if share == 0 else 0.0


def learning_bonus(course: Course) -> float:
    """What there was to learn from it, at most one half."""
    steps = len(course.ok)
    bonus = min(0.3, 0.1 * course.learned)
    if steps >= 3:
        bonus += 0.15 if course.tools >= 5 else 0.10 if course.tools >= 3 else 0.0
    if steps >= 5 and sum(course.ok) / steps > 0.9:
        bonus += 0.20
    elif steps >= 3 and all(course.ok):
        bonus += 0.15
    if any(not one and other for one, other in zip(course.ok, course.ok[1:], strict=False)):
        bonus += 0.15
    if course.seconds is not None and course.seconds < 30 and steps < 10:
        bonus += 0.10
    return min(0.5, bonus)


def _clamp(value: float) -> float:
    return min(1.5, max(0.5, value))
