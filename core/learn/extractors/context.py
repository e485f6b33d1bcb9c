"""``context``: in this project, language and type of task, this order of work.

The approach is the order in which the phases of work first came: ``explore → edit → lint → test``. Keys
are ``(project, language, task type, approach)``. Decided here:

- a phase counts where it first came, so that the tenth round of edit and test is the same approach as
  the first; what was rejected or did not run is no work;
- only what came before the evidence of the outcome and its shadow counts: the run that decided, and
  what was done after it, say nothing about how one came there;
- fewer than two phases are no approach; an episode that edited no known language has none, and its
  place in the key is empty.
"""

from __future__ import annotations

from collections.abc import Sequence

from tacit.core.learn.actions import VOCABULARY, word_of
from tacit.core.learn.deeds import EDITING_COMMANDS, happened
from tacit.core.learn.extractors.runs import opening
from tacit.core.learn.task_types import task_type
from tacit.core.learn.tasks import language_of
from tacit.core.model import Action, Episode, Step, Use

ARROW = " → "
_PHASES = {
    **dict.fromkeys(("read", "search", "web", "agent"), "explore"),
    **dict.fromkeys(("edit", "write"), "edit"),
}
_LOOKING = frozenset(("cat", "head", "tail", "ls", "find", "grep", "rg", "tree", "wc", "git log", "git show"))


class ContextExtractor:
    """Tells how an episode went about its task."""

    def extract(self, episode: Episode, steps: Sequence[Step]) -> list[Use]:
        """One use, judged by the episode's outcome; none where no order can be told."""
        seen: dict[str, int] = {}
        for step in opening(episode, steps):
            for action in happened(step):
                phase = phase_of(action)
                if phase:
                    seen.setdefault(phase, step.n)
        if len(seen) < 2:
            return []
        places = tuple(seen.values())
        key = (*features_of(episode, steps), ARROW.join(seen))
        return [Use("context", key, episode.outcome.label, episode.ended, places[0], places[-1])]


def features_of(episode: Episode, steps: Sequence[Step]) -> tuple[str, str, str]:
    """Project, language (or nothing) and type of task of an episode."""
    language = episode.language or language_of(steps) or ""
    return episode.project, language, episode.task_type or task_type(episode.prompt)


def phase_of(action: Action) -> str:
    """The phase of work an action belongs to; empty for one that tells none."""
    if action.intent:
        return action.intent
    word = word_of(action.name)
    if word in VOCABULARY:
        return _PHASES.get(word, "")
    if action.name in EDITING_COMMANDS:
        return "edit"
    return "explore" if action.name in _LOOKING else ""
