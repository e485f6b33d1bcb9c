"""What must be true of a store after a run, whatever was done to the processes that wrote it."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path

import story
from journal import Entry, entries

from tacit import Memory
from tacit.core.deletion import UndoStep
from tacit.core.holding import read_steps, told_by
from tacit.core.ids import session_id
from tacit.core.model import Episode, Step
from tacit.core.tables import EPISODES, PATTERNS, SESSIONS, key_of
from tacit.core.tombstones import bury, table_of, tombstones

Telling = tuple[Episode, list[Step]]
TABLES = {"p": PATTERNS, "s": SESSIONS, "e": EPISODES}


class Verdict:
    """Looks at everything a run left; ``wrong`` is what should not be."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.seed = seed
        self.count = story.count(root)
        self.wrong: list[str] = []
        self.journals = {path.stem: entries(path) for path in sorted(root.glob("*.journal"))}
        self.folder = root / "transcripts"

    def all(self) -> list[str]:
        """Everything, in this order: the later parts change the store."""
        for name, journal in self.journals.items():
            self.wrong += [f"{name}: {entry['what']}" for entry in journal if entry["op"] == "alarm"]
        try:
            self._judge()
        except Exception:
            self.wrong.append(traceback.format_exc())
        return self.wrong

    def _judge(self) -> None:
        with Memory.open(self.root / "store", command="verdict") as memory:
            self.healthy(memory, "as the run left it")
            self.deletes(memory)
            self.imports(memory)
            self.same_as_fresh(memory, "with what is deleted")
            self.undo_all(memory)
            self.same_as_fresh(memory, "with every delete undone")

    def healthy(self, memory: Memory, when: str) -> None:
        """The doctor has nothing to say."""
        self.wrong += [
            f"doctor, {when}: {one.level}: {one.what} ({one.count})"
            for one in memory.doctor()
            if one.level != "ok"
        ]

    def deletes(self, memory: Memory) -> None:
        """Acknowledged deletes stand, acknowledged undos too, and what stands is gone from every list."""
        steps = memory.undo_list()
        for name, journal in self.journals.items():
            self._steps_of(name, journal, {step.number: step for step in steps if step.actor == name})
        wanted = {one.id for step in steps if not step.undone for one in step.removed}
        with memory._store.read() as read:
            buried = {one for one, _ in tombstones(read)}
            back = [one for one in buried if read.get(TABLES[one[0]], key_of(one)) is not None]
        if buried != wanted:
            self.wrong.append(
                f"tombstones {_some(buried - wanted)} too many, {_some(wanted - buried)} missing"
            )
        if back:
            self.wrong.append(f"deleted, and yet there: {_some(back)}")
        listed = {
            thing.id for some in (memory.patterns, memory.sessions, memory.episodes) for thing in some()
        }
        if listed & buried:
            self.wrong.append(f"deleted, and yet listed: {_some(listed & buried)}")

    def imports(self, memory: Memory) -> None:
        """Every session tells what its file held at some moment, none before its last acknowledged import."""
        acknowledged = self._acknowledged(memory)
        for number in range(self.count):
            path = story.path_of(self.folder, self.seed, number)
            if not path.exists():
                continue
            public = session_id("claude-code", path.stem)
            with memory._store.read() as read:
                gone = any(one == public for one, _ in tombstones(read))
                told = {one.id: (one, read_steps(read, one)) for one in told_by(read, public)}
                hidden = {one for one, _ in tombstones(read, "episodes")}
            if not gone:
                low = acknowledged.get(number, 0)
                self._telling(number, public, told, hidden, low, path.stat().st_size)

    def same_as_fresh(self, memory: Memory, when: str) -> None:
        """After one more import the export equals that of a new store with the same deletes."""
        memory.import_paths([self.folder])
        memory.review()
        memory.export(self.root / "left")
        with memory._store.read() as read:
            stones = list(tombstones(read))
        with Memory.open(self.root / f"fresh-{when.replace(' ', '-')}") as fresh:
            fresh._store.write(
                lambda write: [bury(write, table_of(one), one, role) for one, role in stones] and None
            )
            fresh.import_paths([self.folder])
            fresh.review()
            fresh.export(self.root / "right")
            self.healthy(fresh, f"a fresh store {when}")
        self.healthy(memory, f"after one more import, {when}")
        left, right = _tree(self.root / "left"), _tree(self.root / "right")
        differ = sorted(name for name in left.keys() | right.keys() if left.get(name) != right.get(name))
        if differ:
            self.wrong.append(f"export {when} differs from a fresh one in {_some(differ)} ({len(differ)})")

    def undo_all(self, memory: Memory) -> None:
        """Take every delete back, each actor's newest first."""
        for actor in {step.actor for step in memory.undo_list()}:
            with Memory.open(self.root / "store", actor=actor) as own:
                while own.undo() is not None:
                    pass
        with memory._store.read() as read:
            left = [one for one, _ in tombstones(read)]
        if left:
            self.wrong.append(f"tombstones after every undo: {_some(left)}")
        with memory._store.read() as read:
            trash = list(read.trash_items())
        if any(name in {"sessions", "copies", "steps"} for name, _ in trash):
            self.wrong.append(f"{len(trash)} records in the trash after every undo")

    def _steps_of(self, name: str, journal: list[Entry], steps: dict[int, UndoStep]) -> None:
        undone = {entry["step"] for entry in journal if entry["op"] == "undone"}
        known = {entry["step"]: set(entry["ids"]) for entry in journal if entry["op"] == "deleted"}
        unsure = sum(entry["op"] == "delete" for entry in journal) - len(known)
        for number, ids in known.items():
            step = steps.get(number)
            if step is None or not ids <= {one.id for one in step.removed}:
                self.wrong.append(f"{name}: the acknowledged delete {number} of {_some(ids)} is not there")
            elif number in undone and not step.undone:
                self.wrong.append(f"{name}: the acknowledged undo of {number} is not there")
        if len(steps) - len(known) > unsure:
            self.wrong.append(f"{name}: {len(steps)} steps of undo, more than it asked for")

    def _acknowledged(self, memory: Memory) -> dict[int, int]:
        """The size up to which each file is known to be stored: until somebody first deleted of it."""
        touched = self._touched(memory)
        sizes: dict[int, int] = {}
        for journal in self.journals.values():
            for entry in journal:
                for number, size in entry.get("sizes", {}).items():
                    if entry["at"] < touched.get(int(number), float("inf")):
                        sizes[int(number)] = max(size, sizes.get(int(number), 0))
        return sizes

    def _touched(self, memory: Memory) -> dict[int, float]:
        """When something of each session was first asked to be deleted."""
        first: dict[str, float] = {}
        for journal in self.journals.values():
            for entry in journal:
                for one in entry["ids"] if entry["op"] == "delete" else ():
                    first[one] = min(entry["at"], first.get(one, entry["at"]))
        found = {}
        for number in range(self.count):
            path = story.path_of(self.folder, self.seed, number)
            public = session_id("claude-code", path.stem)
            with memory._store.read() as read:
                ids = {public, *(one.id for one in told_by(read, public))}
            times = [first[one] for one in ids if one in first]
            if times:
                found[number] = min(times)
        return found

    def _telling(
        self, number: int, public: str, told: dict[str, Telling], hidden: set[str], low: int, high: int
    ) -> None:
        left = dict(told)
        missing: set[str] = set()
        for size in story.beginnings(self.seed, number, low, high)[:: -1 if not low else 1]:
            expected = self._beginning(number, public, size)
            if size == low:
                missing = expected.keys() - told.keys() - hidden
            left = {one: telling for one, telling in left.items() if expected.get(one) != telling}
            if not left:
                break
        if missing:
            self.wrong.append(f"{public}: acknowledged up to {low} bytes, yet {_some(missing)} is missing")
        if left:
            self.wrong.append(f"{public}: {_some(left)} is as it never was between {low} and {high} bytes")

    def _beginning(self, number: int, public: str, size: int) -> dict[str, Telling]:
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
            with memory._store.read() as read:
                return {one.id: (one, read_steps(read, one)) for one in told_by(read, public)}


def counts(journals: dict[str, list[Entry]]) -> Iterator[str]:
    """One line for each process: how often what was acknowledged."""
    for name, journal in journals.items():
        ops: dict[str, int] = {}
        for entry in journal:
            op = f"{entry['op']} ({entry['why']})" if "why" in entry else entry["op"]
            ops[op] = ops.get(op, 0) + 1
        yield f"  {name}: " + ", ".join(f"{count} {op}" for op, count in sorted(ops.items()))


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.json")}


def _some(things: object) -> str:
    names = sorted(things)  # type: ignore[call-overload]
    return " ".join(names[:4]) + (" …" if len(names) > 4 else "") or "none"
