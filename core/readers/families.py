"""Sessions and those of their sub-agents: in a database each is a row that names the one that began it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from tacit.core.readers.base import ReadTally


class Families(Struct):
    """The sessions that persons began, in their order; ``children`` are those that a session began."""

    tops: list[str] = []
    children: dict[str, list[str]] = {}

    def of(self, native: str) -> list[str]:
        """A session, those of its sub-agents, and theirs."""
        found = [native]
        for one in found:
            found += self.children.get(one, [])
        return found


def families(parents: Mapping[str, str], tally: ReadTally) -> Families:
    """Who belongs to whom. One whose parent is not there is no person's and is left out.

    Args:
        parents: of each session the one that began it; empty of what a person began.
        tally: those that are left out are counted here.
    """
    found = Families()
    for native, parent in parents.items():
        seen, above = {native}, parent
        while above in parents and above not in seen:
            seen.add(above)
            above = parents[above]
        if above:
            tally.skip("without its session")
        elif parent:
            found.children.setdefault(parent, []).append(native)
        else:
            found.tops.append(native)
    return found
