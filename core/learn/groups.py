"""Groups of more than two files, grown from the pairs of files that stand.

A group is worth a row where each two of its files stand as a pair, it has support itself, and none of
its files is there by chance (:func:`tacit.core.learn.lift.productive`). So no group is made of two that
only happened to meet: they would have a pair in between that does not stand.

Each pair grows: first by the files that were changed in all of its episodes, then by the file that
keeps most of them, and so on, as long as the group tells no less than before. What it tells is files
× uses, the area of F. Geerts, B. Goethals and T. Mielikäinen, "Tiling databases" (Discovery Science
2004). Every step is kept. There are exponentially many groups where 30 files often change together;
this way it is at most ``1 + MOST_TAKEN_IN`` a pair.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

MOST_TAKEN_IN = 4
"""So many files a pair takes in at the cost of uses. Those that come along for free are not counted."""

Uses = Mapping[tuple[str, str], int]
"""The episodes of each standing pair, one bit an episode; a pair is in the order of its names."""


class Group(Struct, frozen=True):
    """Files in the order of their names, and the episodes in which all of them changed, one bit each."""

    files: tuple[str, ...]
    episodes: int

    @property
    def uses(self) -> int:
        """In how many episodes."""
        return self.episodes.bit_count()


def grow(pairs: Uses, least: int) -> list[Group]:
    """The standing pairs of one project and all groups they grow into, by their names.

    Args:
        pairs: the episodes of each.
        least: so many episodes a group has to have.
    """
    near: dict[str, set[str]] = {}
    for one, other in pairs:
        near.setdefault(one, set()).add(other)
        near.setdefault(other, set()).add(one)
    found = {group.files: group for pair in sorted(pairs) for group in _chain(pair, pairs, near, least)}
    return [found[files] for files in sorted(found)]


def different(groups: Iterable[Group]) -> list[int]:
    """The uses of each set of episodes that is that of a group; to grow from the same one is one try."""
    return sorted(episodes.bit_count() for episodes in {group.episodes for group in groups})


def without(pairs: Uses, files: Sequence[str], left_out: str) -> int:
    """In how many episodes all files of a group but one changed."""
    first, *others = (name for name in files if name != left_out)
    episodes = pairs[first, others[0]]
    for other in others[1:]:
        episodes &= pairs[first, other]
    return episodes.bit_count()


def _chain(pair: tuple[str, str], pairs: Uses, near: Mapping[str, set[str]], least: int) -> Iterator[Group]:
    """A pair and what it grows into, step by step."""
    files: tuple[str, ...] = pair
    episodes = pairs[pair]
    others = near[pair[0]] & near[pair[1]]
    for _ in range(1 + MOST_TAKEN_IN):
        yield Group(files, episodes)
        kept = {name: episodes & pairs[_ordered(files[0], name)] for name in sorted(others)}
        along = [name for name in kept if kept[name] == episodes]
        if along:
            files, others = _joined(files, along, others, near)
            yield Group(files, episodes)
        best = max(sorted(others), key=lambda name: kept[name].bit_count(), default=None)
        if best is None:
            return
        left = kept[best].bit_count()
        if left < least or left * (len(files) + 1) < episodes.bit_count() * len(files):
            return
        episodes = kept[best]
        files, others = _joined(files, [best], others, near)


def _joined(
    files: tuple[str, ...], more: Sequence[str], others: set[str], near: Mapping[str, set[str]]
) -> tuple[tuple[str, ...], set[str]]:
    """The group with those of ``more`` that are near all the others in it, and who is near it then."""
    for name in more:
        if name in others:
            files, others = (*files, name), others & near[name]
    return tuple(sorted(files)), others


def _ordered(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)
