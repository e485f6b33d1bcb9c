"""``tool_sequence``: two to five actions in this order, one foreign action allowed at one place.

Actions are those of the main transcript that really ran; plans and questions are none. Immediate
repeats are one. Not circular: every step that spoke for the outcome, and all after the last edit
before it, is left out, and no sequence reaches across them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tacit.core.learn.deeds import changes_files, cuts, happened, is_cut, main_steps
from tacit.core.model import Episode, Step, Use

SHORTEST = 2
LONGEST = 5

Deed = tuple[str, int, int]
"""Label, first step, last step."""


class SequenceExtractor:
    """Finds every distinct sequence of an episode once, where it first occurs."""

    def extract(self, episode: Episode, steps: Sequence[Step]) -> list[Use]:
        """One use a distinct sequence, judged by the episode's outcome."""
        found: dict[tuple[str, ...], tuple[int, int]] = {}
        for run in _runs(episode, main_steps(steps), cuts(steps)):
            for chosen in _choices(run):
                labels = tuple(deed[0] for deed in chosen)
                span = (chosen[0][1], chosen[-1][2])
                if labels not in found or span < found[labels]:
                    found[labels] = span
        result = episode.outcome.label
        return [
            Use("tool_sequence", labels, result, episode.ended, first, last)
            for labels, (first, last) in found.items()
        ]


def shadow(episode: Episode, steps: Sequence[Step]) -> frozenset[int]:
    """The step numbers that speak about how an episode ended.

    For each step of the evidence, deciding or not, for the outcome or against it: the step and all
    between the last edit and it. A commit that follows the deciding test run is as much a sign of
    success as the run; and were it seen only where the run had failed, it would look like a bad omen.
    An outcome that was given from outside (a mark, a label) rests on no step.
    """
    outcome = episode.outcome
    if outcome.source in {"mark", "label"}:
        return frozenset()
    edits = [step.n for step in steps if changes_files(step)]
    hidden: set[int] = set()
    for one in outcome.evidence:
        if one.step is not None:
            last = max((n for n in edits if n < one.step), default=0)
            hidden.update(range(last + 1, one.step + 1))
    return frozenset(hidden)


def _runs(episode: Episode, steps: Sequence[Step], cut_at: Sequence[int]) -> Iterator[list[Deed]]:
    """Stretches of deeds between barriers, immediate repeats collapsed."""
    hidden = shadow(episode, steps)
    run: list[Deed] = []
    for step in steps:
        if step.n in hidden or (run and is_cut(cut_at, run[-1][2], step.n)):
            if run:
                yield run
            run = []
        if step.n in hidden:
            continue
        for action in happened(step):
            label = action.label
            if run and run[-1][0] == label:
                run[-1] = (label, run[-1][1], step.n)
            else:
                run.append((label, step.n, step.n))
    if run:
        yield run


def _choices(run: list[Deed]) -> Iterator[list[Deed]]:
    """Every window of two to five deeds, whole or with one inner deed left out."""
    for start in range(len(run)):
        for length in range(SHORTEST, LONGEST + 1):
            window = run[start : start + length]
            if len(window) < length:
                break
            yield window
            wider = run[start : start + length + 1]
            if len(wider) == length + 1:
                for gap in range(1, length):
                    if wider[gap - 1][0] != wider[gap + 1][0]:
                        yield wider[:gap] + wider[gap + 1 :]
