"""What two patterns tell in the same words: then they are used together for no other reason."""

from __future__ import annotations

from collections.abc import Sequence

from tacit.core.model import Pattern


def tells_of(pattern: Pattern) -> frozenset[str]:
    """The actions or files that a pattern tells of, however they ended; not its project, aim or features."""
    return frozenset(part.removesuffix(" failed") for part in _parts(pattern))


def _parts(pattern: Pattern) -> Sequence[str]:
    key = pattern.key
    if pattern.kind == "error_recovery":
        return key[1:3]
    if pattern.kind == "heuristic":
        return key[2:]
    if pattern.kind == "context":
        return key[-1].split(" → ")
    return key[1:] if pattern.kind == "file_group" else key


def shared_words(one: Pattern, other: Pattern) -> tuple[str, ...]:
    """The actions or files both tell of."""
    return tuple(sorted(tells_of(one) & tells_of(other)))


def tells_the_same(one: Pattern, other: Pattern) -> bool:
    """Whether the one is a variant of the other, or all it tells of is told by the other too."""
    family = {one.id, one.head, *one.variant_ids, *one.explained}
    if other.id in family or (other.head is not None and other.head in family):
        return True
    mine, theirs = tells_of(one), tells_of(other)
    return mine <= theirs or theirs <= mine
