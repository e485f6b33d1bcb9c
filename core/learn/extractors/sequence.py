"""``tool_sequence``: two to five actions in this order, one foreign action allowed at one place.

Actions are those of the main transcript that really ran; plans and questions are none. Immediate
repeats are one. Not circular: every step that spoke for the outcome, and all after the last edit
before it, is left out, and no sequence reaches across them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tacit.core.learn.extractors.runs import Deed, runs
from tacit.core.model import Episode, Step, Use

SHORTEST = 2
LONGEST = 5


class SequenceExtractor:
    """Finds every distinct sequence of an episode once, where it first occurs."""

    def extract(self, episode: Episode, steps: Sequence[Step]) -> list[Use]:
        """One use a distinct sequence, judged by the episode's outcome."""
        found: dict[tuple[str, ...], tuple[int, int]] = {}
        for run in runs(episode, steps):
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
