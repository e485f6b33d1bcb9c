"""How many episodes ended how: of all, of one project, of one type of task."""

from __future__ import annotations

from msgspec import Struct

from tacit.core.tables import EPISODES
from tacit.store.reading import Read


class Outcomes(Struct, frozen=True):
    """How many episodes ended how. ``rate`` is successes / judged; ``None`` while judged is 0."""

    success: int = 0
    partial: int = 0
    failure: int = 0
    abstained: int = 0
    unknown: int = 0

    @property
    def total(self) -> int:
        """All episodes."""
        return self.judged + self.abstained + self.unknown

    @property
    def judged(self) -> int:
        """Those whose end is known."""
        return self.success + self.partial + self.failure

    @property
    def rate(self) -> float | None:
        """The share of judged episodes that succeeded."""
        return self.success / self.judged if self.judged else None


class Group(Struct, frozen=True):
    """Episodes of one kind, and how they ended."""

    name: str
    outcomes: Outcomes


def groups(read: Read, counter: str) -> tuple[Group, ...]:
    """The episodes by what a counter of names and labels tells them apart by, the most first."""
    found: dict[str, dict[str, int]] = {}
    for group, count in read.groups(EPISODES, counter):
        name, label, _ = group.decode().split("\0")
        found.setdefault(name, {})[label] = count
    rows = [Group(name, Outcomes(**counts)) for name, counts in found.items()]
    return tuple(sorted(rows, key=lambda row: (-row.outcomes.total, row.name)))
