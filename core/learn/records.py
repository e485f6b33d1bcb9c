"""What the store keeps of learning: what each episode added to the counts, and which still wait."""

from __future__ import annotations

from msgspec import Struct


class Share(Struct, frozen=True, array_like=True):
    """What one episode added to one candidate.

    ``owner`` names the candidate; ``parts`` are places in the contribution's ``words``; ``counts``
    are the deltas added to its tally; ``chunks`` say where its event rows went.
    """

    owner: int
    kind: int
    parts: tuple[int, ...]
    counts: tuple[int, ...]
    chunks: tuple[int, ...]


class Waiting(Struct, frozen=True, array_like=True):
    """An episode that is stored and not yet learned from, and since when (milliseconds UTC).

    ``why`` says where learning from it failed, without a word of the episode; empty where it was not tried.
    """

    at: int
    why: str = ""


class Contribution(Struct, frozen=True, array_like=True):
    """All that one episode added to the counts, so that it can be taken out again exactly.

    ``targets`` are (step, place in ``words``) of the files the steps worked on. ``open_steps`` counts
    the main steps that are no evidence of the outcome; ``None`` where that was not yet counted.
    """

    words: tuple[str, ...]
    shares: tuple[Share, ...]
    targets: tuple[tuple[int, int], ...]
    open_steps: int | None = None
