"""What stands of all that was done to a memory, kept without looking into it, and done anew in order.

Every deed is written down with what it names, and an undo strikes the newest one of its actor out. What
is left is said to a fresh memory before it has read anything: what was deleted there was never there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tacit import Memory
from tacit.core.aliases import Merge, history, keep
from tacit.core.decisions import Decision, decide
from tacit.core.learn.state import touch
from tacit.core.model import Episode, Pattern, Session
from tacit.core.proposals import Proposal
from tacit.core.tombstones import Role, bury, table_of
from tacit.store.transaction import Write

Tellers = Mapping[str, frozenset[str]]
"""Episode -> the sessions that tell it."""

Thing = Pattern | Session | Episode


class Entry:
    """One step of undo: what it removed, marked, decided and merged."""

    def __init__(self, number: int, actor: str) -> None:
        self.number = number
        self.actor = actor
        self.removed: dict[str, Role] = {}
        self.marked: dict[str, str | None] = {}
        self.decided: dict[str, Decision] = {}
        self.merged: tuple[str, str] | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing of it is left."""
        return not (self.removed or self.marked or self.decided or self.merged)


class Ledger:
    """The steps that stand, oldest first, and what nobody can take back. Number 0 is no step."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.purged: dict[str, Role] = {}
        self.forgotten: set[str] = set()

    def deleted(self, number: int, actor: str, thing: Thing, *, single: bool) -> None:
        """A thing was deleted, as it was right before."""
        self._entry(number, actor).removed = self._removed(thing, single=single)

    def marked(self, number: int, actor: str, episode: str, label: str | None) -> None:
        """An episode was marked, or its mark cleared."""
        self._entry(number, actor).marked[episode] = label

    def pinned(self, number: int, actor: str, pattern: str, *, pinned: bool) -> None:
        """A pattern was pinned, or its pin taken away."""
        self._entry(number, actor).decided[pattern] = Decision(number, "pin" if pinned else "unpin")

    def applied(self, number: int, actor: str, proposals: Sequence[Proposal]) -> None:
        """What upkeep proposed was done."""
        entry = self._entry(number, actor)
        for one in proposals:
            for thing in one.drop:
                if one.op == "merge" and one.keep is not None:
                    entry.decided[thing.id] = Decision(number, "merge", into=one.keep.id)
                elif one.op == "archive":
                    entry.decided[thing.id] = Decision(number, "archive", seen=one.seen)
                else:
                    _join(entry.removed, self._removed(thing, single=False))

    def merged(self, number: int, actor: str, source: str, target: str) -> None:
        """A project was merged into another."""
        self._entry(number, actor).merged = (source, target)

    def undone(self, actor: str) -> int | None:
        """The step that an undo of this actor takes back; it is struck out."""
        mine = [entry for entry in self.entries if entry.actor == actor]
        if not mine:
            return None
        self.entries.remove(mine[-1])
        return mine[-1].number

    def purge(self, tellers: Tellers) -> None:
        """Nothing that was deleted can be taken back any more, nor what was said of it."""
        for entry in self.entries:
            _join(self.purged, entry.removed)
            entry.removed = {}
        self._silence(tellers)

    def forget(self, session: str, tellers: Tellers) -> None:
        """A session was forgotten, and with it every episode that no other session tells."""
        self.forgotten.add(session)
        for entry in self.entries:
            entry.removed.pop(session, None)
        self._silence(tellers)

    def _silence(self, tellers: Tellers) -> None:
        """Strike out what was said of episodes that nobody tells any more."""
        gone = self.forgotten | self.purged.keys()
        silent = {episode for episode, told in tellers.items() if told <= gone or episode in gone}
        for entry in self.entries:
            for episode in silent & entry.marked.keys():
                del entry.marked[episode]
        self.entries = [entry for entry in self.entries if not entry.empty]

    def replay(self, memory: Memory, files: Sequence[Path], record: Callable[[Memory], None]) -> None:
        """Do to a fresh memory what stands; ``record`` tells it what is in no transcript."""
        memory._store.write(self._say)
        memory.import_paths(list(files))
        record(memory)
        memory.learn()
        there = {one.id for one in memory.episodes()}
        for episode, label in sorted(self._labels().items()):
            if episode in there:
                memory.mark(episode, label)

    def _entry(self, number: int, actor: str) -> Entry:
        entry = Entry(number, actor)
        if number:
            self.entries.append(entry)
        return entry

    def _removed(self, thing: Thing, *, single: bool) -> dict[str, Role]:
        """What goes with a thing, as far as no emptied trash took it before."""
        alone = single or not isinstance(thing, Pattern) or thing.head is not None
        removed: dict[str, Role] = {thing.id: "single" if alone else "head"}
        if not alone and isinstance(thing, Pattern):
            for other in (*thing.variant_ids, *thing.explained):
                removed.setdefault(other, "with")
        old = self.purged.keys() - {one for entry in self.entries for one in entry.removed}
        return {one: role for one, role in removed.items() if one not in old}

    def _labels(self) -> dict[str, str]:
        said: dict[str, str | None] = {}
        for entry in self.entries:
            said.update(entry.marked)
        return {episode: label for episode, label in said.items() if label is not None}

    def _say(self, write: Write) -> None:
        """Set tombstones, merge projects, pin and put away, before anything is there."""
        gone = self.purged.items()
        removed: dict[str, Role] = {one: role if one[0] == "p" else "forgotten" for one, role in gone}
        _join(removed, dict.fromkeys(self.forgotten, "forgotten"))
        for entry in self.entries:
            _join(removed, {one: role for one, role in entry.removed.items() if one not in self.forgotten})
            if entry.merged is not None:
                source, target = entry.merged
                keep(write, source, (*history(write, source), Merge(entry.number, target)))
            for pattern, decision in entry.decided.items():
                decide(write, pattern, decision)
        for one, role in removed.items():
            bury(write, table_of(one), one, role)
        touch(write)


def _join(into: dict[str, Role], removed: Mapping[str, Role]) -> None:
    """Of two roles of a thing the one that says more."""
    for one, role in removed.items():
        if role != "with" or one not in into:
            into[one] = role
