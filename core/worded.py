"""What is known of an episode's work and of a step in words, the same on every door."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tacit.core.model import Episode, Step
from tacit.core.present import moment, plural

if TYPE_CHECKING:
    from tacit.core.lookback import Lookback
    from tacit.core.marks import Mark

_LONG = 160


def work_text(episode: Episode) -> str:
    """``debugging · go · complex``: what is known of it."""
    kind = (episode.task_type or "").replace("_", " ")
    parts = ("" if kind == "other" else kind, episode.language or "", episode.complexity or "")
    return " · ".join(part for part in parts if part)


def made_facts(episode: Episode) -> Iterator[tuple[str, str]]:
    """Names and texts of what it made: files, commits, pull requests, and the figures that were printed."""
    yield "wrote", ", ".join(episode.files)
    yield "commits", "; ".join(_commit(one.hash, one.subject, one.step) for one in episode.commits)
    yield "pulls", ", ".join(one.url or f"one in step {one.step}" for one in episode.pulls)
    if episode.coverage is not None:
        yield "coverage", f"{episode.coverage.value:g} % (step {episode.coverage.step})"
    if episode.lint_warnings is not None:
        number = round(episode.lint_warnings.value)
        yield "lint", f"{plural(number, 'warning')} (step {episode.lint_warnings.step})"


def mark_text(mark: Mark) -> str:
    """``failure, 2026-02-04 12:10: not what I asked``."""
    return f"{mark.label}, {moment(mark.at)}" + (f": {mark.note}" if mark.note else "")


def reward_text(found: Lookback, episode: Episode) -> str:
    """``2.06 = success 1 × pace 1.39 × simple 1 × quality 1.1 × learning 1.35``, with why it has none."""
    reward = found.reward
    if reward is None:
        return "none: nobody could judge how it ended"
    factors = (
        (episode.outcome.label, reward.base),
        ("pace", reward.efficiency),
        (episode.complexity or "complexity", 1 + reward.complexity),
        ("quality", reward.quality),
        ("learning", 1 + reward.learning),
    )
    text = " × ".join(f"{name} {value:.3g}" for name, value in factors)
    new = f" ({plural(found.learned, 'new pattern')})" if found.learned else ""
    return f"{reward.value:.3g} = {text}{new}"


def called_on(step: Step) -> str:
    """What a step was called on: the command of a shell, the target of anything else, else its parameters."""
    from msgspec import DecodeError, json

    try:
        parameters = json.decode(step.parameters)
    except DecodeError:
        parameters = None
    if isinstance(parameters, dict):
        command = parameters.get("command")
        if step.kind == "shell" and isinstance(command, str):
            return command[:_LONG]
        if step.target is None:
            texts = [value for value in parameters.values() if isinstance(value, str) and value]
            return texts[0][:_LONG] if texts else ""
    return step.target or step.parameters[:_LONG]


def _commit(short: str, subject: str, step: int) -> str:
    return f"{short} {subject}".strip() or f"one in step {step}"
