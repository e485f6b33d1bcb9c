"""The place of a pattern in the list: what sorts it, as bytes that compare like it, and read back.

Whoever tells a person why a row stands where it stands reads these bytes, so that what is told is what
sorted. A tie is decided by the content of the key, which says nothing to anybody.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from tacit.core.ids import content_key
from tacit.core.learn.titles import specificity
from tacit.core.model import Kind, Verdict
from tacit.store.keys import descending, f64, f64_of, u32

Group = Literal["proven", "recovery", "fact", "routine", "shared"]
GROUPS: tuple[Group, ...] = ("proven", "recovery", "fact", "routine", "shared")
"""In the order of the list."""

_TIE = 8  # bytes


class Place(Struct, frozen=True):
    """What decides where a row stands: its group, then two numbers, each the larger the better.

    ===========  ========================================================  ==============================
    group        ``first``                                                 ``then``
    ===========  ========================================================  ==============================
    proven       helps: the lower end of its interval; harms: 1 less the   nothing (0)
                 upper end
    recovery     how often it left the error behind                        the lower end of its interval
    fact         how far its interval keeps from one half; less than 0     its judged runs
                 where it reaches over it
    routine      its episodes                                              how specific it is
    shared       the lower end of its interval in the memory it came from  its judged uses there
    ===========  ========================================================  ==============================
    """

    group: Group
    first: float
    then: float


def rank_of(
    kind: Kind,
    key: tuple[str, ...],
    counts: tuple[int, ...],
    verdict: Verdict | None,
    interval: tuple[float | None, float | None],
) -> bytes:
    """The place in the list as bytes, best first.

    What is proven first: what helps by the lower end of its interval, what harms by how far its upper
    end stays below 1. Then recoveries by what they resolved, then project facts by how far their
    interval keeps from one half, then routines by support and specificity; ties by the content of the
    key.

    Args:
        kind: of the pattern.
        key: what makes it that pattern.
        counts: uses, judged, successes, failures, partial, episodes.
        verdict: ``None`` where its kind has none.
        interval: of its success rate, where that is known: over the judged uses after it was given to an
            agent, once there are five, else over all judged uses.
    """
    low, high = interval
    _, judged, successes, *_, episodes = counts
    tie = content_key("rank", *key).to_bytes(_TIE, "big")
    if verdict in {"helps", "harms"} and low is not None and high is not None:
        return b"\x00" + descending(f64(low if verdict == "helps" else 1 - high)) + tie
    if kind == "error_recovery":
        return b"\x01" + descending(u32(successes)) + descending(f64(low or 0.0)) + tie
    if kind == "heuristic":
        clear = -1.0 if low is None or high is None else max(low - 0.5, 0.5 - high)
        return b"\x02" + descending(f64(clear)) + descending(u32(judged)) + tie
    special = specificity(kind, key)
    return b"\x03" + descending(u32(episodes)) + descending(f64(float(special))) + tie


def borrowed_rank(key: tuple[str, ...], low: float, judged: int) -> bytes:
    """The place of what only other memories speak for, behind everything that was learned here.

    Args:
        key: what makes it that pattern.
        low: the lower end of the interval of its success rate there, 0 where nothing was judged.
        judged: uses there whose end is known.
    """
    tie = content_key("rank", *key).to_bytes(_TIE, "big")
    return b"\x04" + descending(f64(low)) + descending(u32(judged)) + tie


_SHAPES: tuple[tuple[int, int], ...] = ((8, 0), (4, 8), (8, 4), (4, 8), (8, 4))
"""Bytes of the two numbers, group by group; a number of eight bytes is a float."""


def place_of(rank: bytes) -> Place | None:
    """What :func:`rank_of` said; ``None`` of bytes that it did not make."""
    group = rank[0] if rank else len(GROUPS)
    if group >= len(GROUPS) or len(rank) != 1 + sum(_SHAPES[group]) + _TIE:
        return None
    first, then = _SHAPES[group]
    return Place(GROUPS[group], _number(rank[1 : 1 + first]), _number(rank[1 + first : 1 + first + then]))


def _number(part: bytes) -> float:
    if len(part) == 8:
        return f64_of(descending(part))
    return float(int.from_bytes(descending(part), "big")) if part else 0.0
