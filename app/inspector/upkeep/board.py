"""The plan of upkeep as a person goes over it: grouped, ticked, folded, narrowed and sorted by gain.

It gives rows by their place without holding one for each, and counts ticks as they are made, so that a
plan of many thousand proposals is as quick to look at as one of ten.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import compress
from typing import NamedTuple

from tacit.core.model import Pattern, Session
from tacit.core.proposals import OPS, Op, Proposal


class Group(NamedTuple):
    """The proposals of one operation that are shown: how many, and how many of them are ticked."""

    op: Op
    number: int
    ticked: int
    folded: bool


Row = Group | Proposal
Same = tuple[str, str, tuple[str, ...]]
"""What makes a proposal the one that was ticked: operation, what stays, what it takes."""


class Board:
    """Proposals with what a person said of them."""

    def __init__(
        self, plan: Sequence[Proposal] = (), ticked: Collection[Same] = (), folded: Collection[Op] = ()
    ) -> None:
        self.plan = plan
        self._parts = [part for op in OPS if (part := _Part(op, plan, ticked, op in folded)).proposals]

    @property
    def total(self) -> int:
        """Rows there are."""
        return sum(part.rows for part in self._parts)

    @property
    def shown(self) -> int:
        """Proposals that fit the words, folded or not."""
        return sum(len(part.order) for part in self._parts)

    @property
    def ticked(self) -> int:
        """Proposals that are ticked, those that the words leave out among them."""
        return sum(sum(part.ticks) for part in self._parts)

    def rows(self, start: int, count: int) -> Sequence[Row]:
        """The rows from a place on."""
        found: list[Row] = []
        for part in self._parts:
            if start < part.rows and len(found) < count:
                found += part.some(start, count - len(found))
            start = max(0, start - part.rows)
        return found

    def place(self, row: Row | None) -> int | None:
        """Where a row stands, that of its group where it is folded away; ``None`` where there is none."""
        before = 0
        for part in self._parts:
            if row is not None and row.op == part.op:
                return before + part.place(row)
            before += part.rows
        return None

    def is_ticked(self, row: Proposal) -> bool:
        """Whether a proposal is."""
        part = self._part(row.op)
        place = part.where(row)
        return place is not None and bool(part.ticks[place])

    def tick(self, row: Row) -> None:
        """Tick a proposal or take its tick away; of a group all that are shown."""
        part = self._part(row.op)
        if isinstance(row, Group):
            part.tick_all(on=part.group.ticked < len(part.order))
        elif (place := part.where(row)) is not None:
            part.ticks[place] ^= 1

    def tick_all(self) -> None:
        """Tick all that are shown, or none where all are."""
        on = any(part.group.ticked < len(part.order) for part in self._parts)
        for part in self._parts:
            part.tick_all(on=on)

    def is_folded(self, op: Op) -> bool:
        """Whether a group is folded."""
        return any(part.folded for part in self._parts if part.op == op)

    def fold(self, op: Op) -> None:
        """Fold a group or unfold it."""
        part = self._part(op)
        part.folded = not part.folded

    def narrow(self, words: str, *, by_gain: bool) -> None:
        """Show only what has all the words in title or reason; in the plan's order or the most gain first."""
        wanted = words.lower().split()
        for part in self._parts:
            part.arrange(wanted, by_gain=by_gain)

    def chosen(self) -> list[Proposal]:
        """What is ticked, in the plan's order."""
        return [one for part in self._parts for one in compress(part.proposals, part.ticks)]

    def of(self, row: Row | None) -> list[Proposal]:
        """What a row stands for: the proposal, or all of a group that are shown."""
        if isinstance(row, Group):
            part = self._part(row.op)
            return [part.proposals[place] for place in part.order]
        return [] if row is None else [row]

    def said(self) -> tuple[frozenset[Same], frozenset[Op]]:
        """What is ticked and what is folded, for the board of another plan."""
        ticked = frozenset(map(same, self.chosen()))
        return ticked, frozenset(part.op for part in self._parts if part.folded)

    def _part(self, op: Op) -> _Part:
        return next(part for part in self._parts if part.op == op)


class _Part:
    """The proposals of one operation; ``order`` are the places of those that are shown."""

    def __init__(self, op: Op, plan: Sequence[Proposal], ticked: Collection[Same], folded: bool) -> None:
        self.op = op
        self.folded = folded
        self.proposals = [one for one in plan if one.op == op]
        self._places = {id(one): place for place, one in enumerate(self.proposals)}
        self.ticks = bytearray(len(self.proposals))
        self.order: Sequence[int] = range(len(self.proposals))
        if ticked:
            self.ticks = bytearray(same(one) in ticked for one in self.proposals)

    @property
    def rows(self) -> int:
        """Its own row, and those of its proposals."""
        if not self.order:
            return 0
        return 1 if self.folded else 1 + len(self.order)

    @property
    def group(self) -> Group:
        """Its own row."""
        whole = len(self.order) == len(self.proposals)
        ticked = sum(self.ticks) if whole else sum(self.ticks[place] for place in self.order)
        return Group(self.op, len(self.order), ticked, self.folded)

    def some(self, start: int, count: int) -> Iterator[Row]:
        """Its rows from a place on."""
        if start == 0 and count:
            yield self.group
        if not self.folded:
            first = max(0, start - 1)
            for place in self.order[first : first + count - (start == 0)]:
                yield self.proposals[place]

    def where(self, proposal: Proposal) -> int | None:
        """The place of a proposal among all of them; of another plan's by what it is about."""
        place = self._places.get(id(proposal))
        if place is None:
            wanted = same(proposal)
            place = next((n for n, one in enumerate(self.proposals) if same(one) == wanted), None)
        return place

    def place(self, row: Row) -> int:
        """The place of a row among those shown; that of the group where it is not among them."""
        if isinstance(row, Group) or self.folded:
            return 0
        where = self.where(row)
        return self.order.index(where) + 1 if where is not None and where in self.order else 0

    def tick_all(self, *, on: bool) -> None:
        """All that are shown."""
        for place in self.order:
            self.ticks[place] = on

    def arrange(self, words: Sequence[str], *, by_gain: bool) -> None:
        """Which are shown, and in which order."""
        order: Sequence[int] = range(len(self.proposals))
        if words:
            order = [place for place in order if _has(self.proposals[place], words)]
        if by_gain:
            order = sorted(order, key=lambda place: -gain_of(self.proposals[place]))
        self.order = order


def same(proposal: Proposal) -> Same:
    """What makes two proposals of two plans one."""
    keep = "" if proposal.keep is None else proposal.keep.id
    return proposal.op, keep, tuple(thing.id for thing in proposal.drop)


def gain_of(proposal: Proposal) -> int:
    """How much it takes away: rows with the variants behind them, or tasks of sessions."""
    return sum(1 + one.variants if isinstance(one, Pattern) else one.episodes for one in proposal.drop)


def _has(proposal: Proposal, words: Sequence[str]) -> bool:
    things: list[Pattern | Session | None] = [proposal.keep, *proposal.drop]
    titles = " ".join(one.title for one in things if one is not None)
    text = f"{proposal.op} {titles} {proposal.reason} {proposal.gain}".lower()
    return all(word in text for word in words)
