"""Notes among what was found: by their scores, but never so many that they push out what was seen here."""

from __future__ import annotations

from collections.abc import Sequence

from tacit.core.recall.ranked import Scored

SHARE = 3
"""One of so many hits of an answer may be a note while there is anything else."""


def is_note(hit: Scored) -> bool:
    """Whether a hit is a note of another memory."""
    return hit.type == "note"


def mixed(found: Sequence[Scored], own: Sequence[Scored], most: int) -> tuple[Scored, ...]:
    """Hits for an answer of ``most``.

    Args:
        found: the best of all, best first.
        own: the best without notes, best first.
        most: so many are shown.

    Returns:
        ``found`` with at most a third of ``most`` notes, then what else there is of ``own``, then the
        other notes.
    """
    notes = [one for one in found if is_note(one)]
    first = notes[: max(1, most // SHARE)]
    ahead = [one for one in found if not is_note(one) or one in first]
    held = {(one.type, one.key, one.step) for one in ahead}
    rest = [one for one in own if (one.type, one.key, one.step) not in held]
    return (*ahead, *rest, *notes[len(first) :])
