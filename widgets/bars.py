"""Bars of text whose parts differ in shape, so that they read without colour.

A bar is never longer than its room, and something is never drawn as nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tacit.widgets.ink import Cell, Ink


class Part(NamedTuple):
    """A part of a bar: how many, the character it is drawn with, and its ink."""

    number: int
    fill: str
    ink: Ink = ""


_SHORTEST, _LONGEST = 4, 48
WENT_WELL, DID_NOT, NOT_JUDGED = "█", "▒", "░"

LEGEND = [
    Cell(WENT_WELL, "good"),
    Cell(" went well  ", "muted"),
    Cell(DID_NOT, "bad"),
    Cell(" did not  ", "muted"),
    Cell(NOT_JUDGED, "muted"),
    Cell(" not judged", "muted"),
]
"""What the parts of :func:`outcome_parts` mean."""


def outcome_parts(total: int, judged: int, successes: int) -> list[Part]:
    """A bar of things that went well, did not, or were not judged."""
    return [
        Part(successes, WENT_WELL, "good"),
        Part(judged - successes, DID_NOT, "bad"),
        Part(total - judged, NOT_JUDGED, "muted"),
    ]


def bar(parts: Sequence[Part], scale: float, room: int) -> list[Cell]:
    """The parts one behind the other, then blanks up to ``room`` cells.

    Args:
        parts: none of them negative.
        scale: cells for one.
        room: cells there are, at least as many as parts.
    """
    lengths = shares([part.number for part in parts], scale, room)
    cells = [
        Cell(part.fill * length, part.ink) for part, length in zip(parts, lengths, strict=True) if length
    ]
    rest = room - sum(lengths)
    return [*cells, Cell(" " * rest)] if rest else cells


def shares(numbers: Sequence[int], scale: float, room: int) -> list[int]:
    """How long each part is: at least one cell of something, the rest by largest remainders."""
    total = sum(numbers)
    some = sum(1 for number in numbers if number)
    length = max(min(round(total * scale), room), some)
    exact = [number * length / total if total else 0.0 for number in numbers]
    found = [max(int(one), 1) if number else 0 for one, number in zip(exact, numbers, strict=True)]
    while sum(found) > length:
        found[max(range(len(found)), key=lambda at: (found[at] > 1, found[at] - exact[at]))] -= 1
    while sum(found) < length:
        found[max(range(len(found)), key=lambda at: exact[at] - found[at])] += 1
    return found


def room_for(width: int, beside: int) -> int:
    """Cells for bars where ``beside`` of a width stand next to them; a longer one loses the eye."""
    return max(min(width - beside, _LONGEST), _SHORTEST)


def scale_of(most: int, room: int, widest: float = 3) -> float:
    """Cells for one where the largest bar has ``most``; ``widest`` cells at most, so that 2 is no crowd."""
    return min(room / most, widest) if most else widest
