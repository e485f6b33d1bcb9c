"""How far something is, as a bar of text that reads without colour."""

from __future__ import annotations

from tacit.core.present import percent

_FULL, _EMPTY = "█", "░"


def bar(share: float | None, width: int) -> str:
    """``██████░░░░  58 %`` in so many cells; without a share the bar is empty and nothing is claimed."""
    room = max(width - 6, 1)
    full = round((share or 0.0) * room)
    told = "" if share is None else percent(share)
    return f"{_FULL * full}{_EMPTY * (room - full)} {told:>5}"
