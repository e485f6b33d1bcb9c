"""The conversation as a tree: which episode every record belongs to, and which branches were left.

Lines of one message and the results of its calls are one node. A new root is a new beginning. A
branch was left only where a second typed prompt stands under the same parent: the person rewound
and asked otherwise, and everything under the earlier prompt is a road not taken.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping

from tacit.core.readers.claude_code.index import NONE, SPOKEN, Index, Kind

_TYPED = (Kind.PROMPT, Kind.FOLLOWUP)


class Tree:
    """Episodes are numbered by the order of their opening prompts in the file.

    ``openings`` are the rows of those prompts; ``episode`` holds each row's episode, ``NONE`` for
    what came before any prompt; ``left`` the nodes on branches that were left.
    """

    def __init__(self, index: Index) -> None:
        self._rows = index.rows
        self._row_of = index.row_of
        self.above = self._find_above()
        self._node_above = self._find_node_above()
        self.left = self._find_left()
        self.openings: list[int] = []
        self.episode = self._find_episodes()

    def is_left(self, row: int) -> bool:
        """Whether the row lies on a branch that was left."""
        return self._rows.node[row] in self.left

    def _find_above(self) -> array[int]:
        """For every row the nearest spoken row above it.

        A chain that ends without one gives ``-2 - top`` for its topmost row, a root itself ``NONE``.
        """
        above = array("q", [NONE]) * len(self._rows)
        done = bytearray(len(self._rows))
        for row in range(len(self._rows)):
            path: list[int] = []
            here = row
            while not done[here]:
                done[here] = 1
                path.append(here)
                up = self._row_of.get(self._rows.parent[here], NONE)
                if up == NONE or self._rows.kind[up] in SPOKEN:
                    above[here] = up
                    break
                here = up
            for lower in reversed(path):
                up = self._row_of.get(self._rows.parent[lower], NONE)
                if up != NONE and self._rows.kind[up] not in SPOKEN:
                    above[lower] = above[up] if above[up] != NONE else -2 - up
        return above

    def _find_node_above(self) -> dict[int, int]:
        """For every node the row above its first line."""
        found: dict[int, int] = {}
        for row in range(len(self._rows)):
            if self._rows.kind[row] in SPOKEN:
                found.setdefault(self._rows.node[row], self.above[row])
        return found

    def _find_left(self) -> set[int]:
        """The nodes under every typed prompt but the last of those with the same parent."""
        last: dict[int, int] = {}
        roots: dict[int, bool] = {}
        for row in range(len(self._rows)):
            if self._rows.kind[row] not in _TYPED or self.above[row] == NONE:
                continue
            up = self.above[row]
            place = self._rows.node[up] if up >= 0 else up
            if place in last:
                roots[last[place]] = True
            last[place] = self._rows.node[row]
        if not roots:
            return set()
        marks = self._inherit(roots, default=False)
        return {node for node, mark in marks.items() if mark}

    def _find_episodes(self) -> array[int]:
        """Each row's episode: that of the nearest opening above it, else the latest one in the file."""
        opened: dict[int, int] = {}
        for row in range(len(self._rows)):
            if self._rows.kind[row] == Kind.PROMPT:
                opened[self._rows.node[row]] = len(self.openings)
                self.openings.append(row)
        nearest = self._inherit(opened, default=NONE)
        episode = array("q")
        latest = NONE
        for row in range(len(self._rows)):
            kind = self._rows.kind[row]
            at = row if kind in SPOKEN else self.above[row]
            if kind == Kind.PROMPT:
                latest = opened[self._rows.node[row]]
            of_node = nearest.get(self._rows.node[at], NONE) if at >= 0 else NONE
            episode.append(of_node if of_node != NONE else latest)
        return episode

    def _inherit(self, own: Mapping[int, int], default: int) -> dict[int, int]:
        """For every node its own value, or that of the nearest node above that has one."""
        found: dict[int, int] = dict(own)
        for start in self._node_above:
            path: list[int] = []
            node = start
            while node not in found:
                found[node] = default  # ends a circle
                path.append(node)
                up = self._node_above.get(node, NONE)
                if up < 0:
                    break
                node = self._rows.node[up]
            value = found.get(node, default)
            for passed in path:
                found[passed] = value
        return found
