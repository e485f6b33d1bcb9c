"""What a run left: its seed, its journals, its transcripts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import story
from journal import Entry, entries

from tacit import Memory
from tacit.core.holding import read_steps, told_by
from tacit.core.ids import session_id
from tacit.core.learn.outcome import as_judged
from tacit.core.model import Episode, Step

Telling = tuple[Episode, list[Step]]


class Record:
    """The record of a run. Nothing in here asks the store it was about."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.seed = seed
        self.count = story.count(root)
        self.store = root / "disk" / "store"
        self.folder = root / "transcripts"
        self.journals = {path.stem: entries(path) for path in sorted(root.glob("*.journal"))}
        self.beginning = cache(self._beginning)

    def each(self, *ops: str) -> Iterator[Entry]:
        """Every entry of these kinds."""
        for journal in self.journals.values():
            yield from (entry for entry in journal if entry["op"] in ops)

    def path(self, number: int) -> Path:
        """The transcript of a session."""
        return story.path_of(self.folder, self.seed, number)

    def public(self, number: int) -> str:
        """The id of a session."""
        return session_id(story.agent_of(number), self.path(number).stem)

    def sessions(self) -> Iterator[tuple[int, str]]:
        """Number and id of every session whose transcript was begun."""
        for number in range(self.count):
            if self.path(number).exists():
                yield number, self.public(number)

    def forgotten(self) -> tuple[set[str], set[str]]:
        """Sessions that somebody asked to forget, and those of them that were acknowledged."""
        asked = {one for entry in self.each("forget") for one in entry["ids"]}
        return asked, {one for entry in self.each("forgotten") for one in entry["ids"]}

    def touched(self) -> set[str]:
        """The episodes of sessions which somebody asked to forget."""
        asked, _ = self.forgotten()
        found = {entry["id"] for entry in self.each("began") if entry["session"] in asked}
        for number, public in self.sessions():
            if public in asked:
                found |= self.beginning(number, self.path(number).stat().st_size).keys()
        return found

    def _beginning(self, number: int, size: int) -> dict[str, Telling]:
        """What the first ``size`` bytes of a transcript tell."""
        scratch = self.root / "scratch"
        scratch.mkdir(exist_ok=True)
        path = story.path_of(scratch, self.seed, number)
        path.write_bytes(story.text(self.seed, number)[:size])
        with Memory.open(scratch / f"{number}-{size}") as memory:
            try:
                memory.import_paths([path])
            except Exception:
                return {}
            return tellings(memory, self.public(number))


def tellings(memory: Memory, public: str) -> dict[str, Telling]:
    """What a session tells, as it was judged."""
    with memory._store.read() as read:
        return {one.id: (as_judged(one), read_steps(read, one)) for one in told_by(read, public)}


def some(things: object) -> str:
    """The first few of these, to be read."""
    names = sorted(things)  # type: ignore[call-overload]
    return " ".join(names[:4]) + (" …" if len(names) > 4 else "") or "none"
