"""What an extractor may look at: the deeds of the main transcript outside of what judged the episode."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from tacit.core.learn.deeds import changes_files, cuts, happened, is_cut, main_steps
from tacit.core.model import Episode, Step

Deed = tuple[str, int, int]
"""Label, first step, last step."""


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
    edits = sorted(step.n for step in steps if changes_files(step))
    ends: dict[int, int] = {}
    for one in outcome.evidence:
        if one.step is not None:
            place = bisect_left(edits, one.step)
            last = edits[place - 1] if place else 0
            ends[last] = max(ends.get(last, 0), one.step)
    return frozenset(n for last, end in ends.items() for n in range(last + 1, end + 1))


def stretches(episode: Episode, steps: Sequence[Step]) -> Iterator[list[Step]]:
    """The main steps that are no evidence, parted where evidence or a cut stood between them."""
    main = main_steps(steps)
    hidden = shadow(episode, main)
    cut_at = cuts(steps)
    stretch: list[Step] = []
    for step in main:
        if step.n in hidden or (stretch and is_cut(cut_at, stretch[-1].n, step.n)):
            if stretch:
                yield stretch
            stretch = []
        if step.n not in hidden:
            stretch.append(step)
    if stretch:
        yield stretch


def opening(episode: Episode, steps: Sequence[Step]) -> list[Step]:
    """The main steps before the first one that is evidence or lies behind a cut."""
    hidden = shadow(episode, main_steps(steps))
    first = next(stretches(episode, steps), [])
    return [] if first and hidden and min(hidden) < first[0].n else first


def runs(episode: Episode, steps: Sequence[Step]) -> Iterator[list[Deed]]:
    """The deeds of each stretch, immediate repeats collapsed."""
    for stretch in stretches(episode, steps):
        run: list[Deed] = []
        for step in stretch:
            for action in happened(step):
                label = action.label
                if run and run[-1][0] == label:
                    run[-1] = (label, run[-1][1], step.n)
                else:
                    run.append((label, step.n, step.n))
        if run:
            yield run
