"""What a run of learning says of itself; apart, so that whoever only hears it loads nothing else."""

from __future__ import annotations

from msgspec import Struct


class Learned(Struct, frozen=True):
    """What a run of learning did, by the names of its JSON form.

    ``episodes`` were learned from here, ``waiting`` are left; ``new_patterns`` counts rows of the list that
    were in none before, ``patterns`` all rows; ``skipped`` is what extractors of others left out, by reason,
    ``failed`` how many of those that wait could not be learned from, by what went wrong.
    """

    episodes: int
    waiting: int
    new_patterns: int
    patterns: int
    skipped: dict[str, int] = {}
    failed: dict[str, int] = {}
    seconds: float = 0.0
