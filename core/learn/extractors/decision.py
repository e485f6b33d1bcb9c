"""``decision_point``: what was done next where a command had run or something had failed.

The situation is the last deed and how it ended, the choice what the next step did first. Keys are
``(situation, choice)``; file tools are told by their word alone (``edit failed``, ``read``), commands by
their name. Decided here:

- only where there is something to decide about: a failure, or a run with a purpose (test, build, type
  check, lint) that went well. What follows a plain read or edit is a habit, and stands in sequences;
- a choice is told without how it ended, for it was made before that was known;
- the parts of one command were chosen together, and a call made before the last result was told
  (parallel calls) answers nothing: neither is a decision;
- where nobody knows how the last deed ended there is no situation;
- the evidence of the outcome and its shadow are neither situation nor choice, as for sequences.

A candidate becomes a pattern only where the situation has at least two choices with support (see
:mod:`tacit.core.learn.promotion`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from tacit.core.learn.actions import word_of
from tacit.core.learn.deeds import happened, is_deed
from tacit.core.learn.extractors.runs import stretches
from tacit.core.model import Action, Episode, Step, Use

_RUNS = frozenset(("test", "build", "check", "lint"))


class DecisionExtractor:
    """Finds every distinct decision of an episode once, where it was first made."""

    def extract(self, episode: Episode, steps: Sequence[Step]) -> list[Use]:
        """One use a distinct decision, judged by the episode's outcome."""
        found: dict[tuple[str, str], tuple[int, int]] = {}
        for stretch in stretches(episode, steps):
            deeds = [(step, done) for step in stretch if is_deed(step) and (done := happened(step))]
            for (step, done), (later, then) in pairwise(deeds):
                situation = situation_of(done[-1])
                if situation is not None and _was_told(step, later):
                    found.setdefault((situation, word_of(then[0].name)), (step.n, later.n))
        result = episode.outcome.label
        return [
            Use("decision_point", key, result, episode.ended, first, last)
            for key, (first, last) in found.items()
        ]


def situation_of(action: Action) -> str | None:
    """What an agent stood before, ``edit failed`` or ``go test``; ``None`` where nothing was to decide."""
    if action.status == "failed":
        return f"{word_of(action.name)} failed"
    return action.name if action.status == "ok" and action.intent in _RUNS else None


def _was_told(step: Step, later: Step) -> bool:
    """Whether the result of a step was there when the later one was called."""
    told = step.at + round(1000 * (step.seconds or 0))
    return not step.at <= later.at < told
