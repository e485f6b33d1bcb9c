"""Looking back at an episode by rules: what went well, what to do better, what is worth knowing.

Every sentence names the steps it rests on. What was done about an error stands under successes where it
helped and under improvements where it did not or the error came again; each thing is said once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tacit.core.learn.artifacts import artifacts_of
from tacit.core.learn.remarks import Reflection, Remark
from tacit.core.learn.remarks_end import Known, doubts, made, patterns, rejections, verified
from tacit.core.learn.remarks_errors import odd_ends, recovered, troubles
from tacit.core.learn.remarks_pace import length, often, pace, tokens
from tacit.core.model import Complexity, Episode, Step

MOST = 5


def reflect(
    episode: Episode,
    steps: Sequence[Step],
    known: Sequence[Known] = (),
    complexity: Complexity | None = None,
) -> Reflection:
    """Reflect on an episode.

    Args:
        episode: the episode as it is stored.
        steps: all of its steps, those of sub-agents included.
        known: patterns known before it that it used, with the use.
        complexity: as somebody declared it, if anybody did.
    """
    held, failed, unjudged = patterns(known)
    return Reflection(
        successes=_strongest(
            [*recovered(episode, steps), *verified(episode, steps)],
            made(episode, steps, artifacts_of(steps)),
            held,
        ),
        improvements=_strongest(
            [*troubles(episode, steps), *doubts(episode, steps)], rejections(steps), failed
        ),
        insights=_strongest(
            [*odd_ends(episode, steps), *pace(episode, steps), *often(steps)],
            [*tokens(episode, steps), *length(steps, complexity)],
            unjudged,
        ),
    )


def _strongest(*groups: Iterable[Remark]) -> tuple[Remark, ...]:
    """The five most specific, ties in the order of their steps; the same words are said once."""
    remarks = {remark.text: remark for group in groups for remark in reversed(list(group))}
    ordered = sorted(remarks.values(), key=lambda remark: (-remark.weight, remark.steps, remark.text))
    return tuple(ordered[:MOST])
