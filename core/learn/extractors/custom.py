"""``custom``: what a person declared in ``patterns.toml``. The key is its name.

Decided here:

- the actions are looked for among the deeds sequences are made of: those of the main transcript that
  really ran, immediate repeats as one, without the evidence of the outcome and its shadow. They follow
  each other directly, ``...`` lets any others in between;
- tool, class of error and files are conditions on one step of that place, or, where no actions are
  declared, on the first step that meets them all;
- a pattern that demands an outcome is not judged by it: its uses are counted, their end is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fnmatch import translate

from tacit.core.learn.extractors.context import features_of
from tacit.core.learn.extractors.runs import Deed, runs, stretches
from tacit.core.model import Episode, Step, Use
from tacit.core.patterns_file import GAP, Declared
from tacit.core.query import file_matches, project_matches

Blocks = tuple[tuple[re.Pattern[str], ...], ...]
"""Actions that follow each other directly, parted where any others may stand between."""


class CustomExtractor:
    """Finds the patterns that a person declared."""

    def __init__(self, declared: Sequence[Declared]) -> None:
        self._declared = tuple((one, _blocks(one.actions)) for one in declared)

    def extract(self, episode: Episode, steps: Sequence[Step]) -> list[Use]:
        """One use a pattern, where it first occurs."""
        wanted = [each for each in self._declared if _fits(each[0], episode, steps)]
        if not wanted:
            return []
        open_steps = [step for part in stretches(episode, steps) for step in part]
        deeds = list(runs(episode, steps))
        uses = []
        for one, blocks in wanted:
            place = _place(blocks, deeds, [step.n for step in open_steps if _meets(one, step)])
            if place is not None:
                result = "unknown" if one.outcome else episode.outcome.label
                uses.append(Use("custom", (one.name,), result, episode.ended, *place))
        return uses


def _fits(one: Declared, episode: Episode, steps: Sequence[Step]) -> bool:
    """Whether an episode meets what is said of it as a whole."""
    if one.outcome and one.outcome != episode.outcome.label:
        return False
    if one.project and not project_matches(one.project, episode.project):
        return False
    return not one.language or one.language.lower() == features_of(episode, steps)[1]


def _place(blocks: Blocks, deeds: Sequence[Sequence[Deed]], meeting: Sequence[int]) -> tuple[int, int] | None:
    """The first and last step of the first place that holds the actions and one of the ``meeting`` steps."""
    if not blocks:
        return (meeting[0], meeting[0]) if meeting else None
    for run in deeds:
        for first, last in _matches(blocks, run):
            if any(first <= n <= last for n in meeting):
                return first, last
    return None


def _meets(one: Declared, step: Step) -> bool:
    if one.tool and step.kind != one.tool:
        return False
    if one.error and (step.error is None or step.error.family != one.error):
        return False
    return not one.files or (step.target is not None and file_matches(one.files, step.target))


def _blocks(actions: Sequence[str]) -> Blocks:
    blocks: list[list[re.Pattern[str]]] = [[]] if actions else []
    for action in actions:
        if action == GAP:
            blocks.append([])
        else:
            blocks[-1].append(re.compile(translate(action.strip())))
    return tuple(map(tuple, blocks))


def _matches(blocks: Blocks, run: Sequence[Deed]) -> Iterator[tuple[int, int]]:
    """The spans of all places, by where they start; the shortest from each."""
    for start in range(len(run)):
        if not _stands(blocks[0], run, start):
            continue
        end = start + len(blocks[0])
        for block in blocks[1:]:
            at = next((at for at in range(end, len(run)) if _stands(block, run, at)), None)
            if at is None:
                return
            end = at + len(block)
        yield run[start][1], run[end - 1][2]


def _stands(block: Sequence[re.Pattern[str]], run: Sequence[Deed], at: int) -> bool:
    return at + len(block) <= len(run) and all(
        one.match(run[at + place][0]) for place, one in enumerate(block)
    )
