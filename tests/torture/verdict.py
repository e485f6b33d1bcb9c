"""What must be true of a store after a run, whatever was done to the processes that wrote it."""

from __future__ import annotations

import os
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import derived
import kept
from journal import Entry
from record import Record, some

from tacit import Memory
from tacit.core.marking import adopt
from tacit.core.marks import Mark
from tacit.core.tables import EPISODES
from tacit.core.tombstones import bury, table_of, tombstones


class Verdict:
    """Looks at everything a run left; ``wrong`` is what should not be."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.record = Record(root, seed)
        self.journals = self.record.journals
        self.wrong: list[str] = []

    def all(self) -> list[str]:
        """Everything, in this order: the later parts change the store."""
        for name, journal in self.journals.items():
            alarms = Counter(entry["what"] for entry in journal if entry["op"] == "alarm")
            self.wrong += [f"{name}, {count} times: {what}" for what, count in alarms.items()]
        try:
            self._judge()
        except Exception:
            self.wrong.append(traceback.format_exc())
        return self.wrong

    def _judge(self) -> None:
        record = self.record
        self.wrong += derived.processes(self.root)
        with Memory.open(record.store, command="verdict") as memory:
            self.wrong += [f"not done: {one.chore}: {one.why}" for one in memory.finish_chores()]
            self.healthy(memory, "as the run left it")
            for look in (kept.wrong_steps, kept.wrong_tombstones, kept.wrong_marks, kept.wrong_tellings):
                self.wrong += look(record, memory)
            self.same_as_fresh(memory, "with what is deleted and marked")
            self.undo_all(memory)
            self.same_as_fresh(memory, "with every step undone")
            self.wrong += derived.wrong_text(memory)
            self.wrong += derived.wrong_backups(record)
        self.wrong += derived.leftovers(record)

    def healthy(self, memory: Memory, when: str) -> None:
        """The doctor has nothing to say."""
        self.wrong += [
            f"doctor, {when}: {one.level}: {one.what} ({one.count})"
            for one in memory.doctor()
            if one.level != "ok"
        ]

    def same_as_fresh(self, memory: Memory, when: str) -> None:
        """After one more import the export equals that of a new store with the same deletes and marks."""
        memory.import_paths([self.record.folder])
        memory.review()
        memory.export(self.root / "left")
        with memory._store.read() as read:
            stones = list(tombstones(read))
        marks = _marks(memory)
        with Memory.open(self.root / f"fresh-{when.replace(' ', '-')}") as fresh:
            fresh._store.write(
                lambda write: [bury(write, table_of(one), one, role) for one, role in stones] and None
            )
            fresh._store.write(lambda write: adopt(write, marks))
            fresh.import_paths([self.record.folder])
            fresh.review()
            fresh.export(self.root / "right")
            self.healthy(fresh, f"a fresh store {when}")
        self.healthy(memory, f"after one more import, {when}")
        left, right = _tree(self.root / "left"), _tree(self.root / "right")
        differ = sorted(name for name in left.keys() | right.keys() if left.get(name) != right.get(name))
        if differ:
            self.wrong.append(f"export {when} differs from a fresh one in {some(differ)} ({len(differ)})")
        self.wrong += derived.wrong_counts(memory, self.root / "left", when)

    def undo_all(self, memory: Memory) -> None:
        """Take everything back, each actor's newest step first."""
        for actor in {step.actor for step in memory.undo_list()}:
            with Memory.open(self.record.store, actor=actor) as own:
                while own.undo() is not None:
                    pass
        with memory._store.read() as read:
            left = [one for one, role in tombstones(read) if role != "forgotten"]
            trash = {name for name, _ in read.trash_items()} & {"sessions", "copies", "steps"}
        if left:
            self.wrong.append(f"tombstones after every undo: {some(left)}")
        if trash:
            self.wrong.append(f"{some(trash)} in the trash after every undo")
        if marks := _marks(memory):
            self.wrong.append(f"marks after every undo: {some(one for one, _ in marks)}")


def counts(journals: dict[str, list[Entry]]) -> Iterator[str]:
    """One line for each process: how often what was acknowledged."""
    for name, journal in journals.items():
        ops: dict[str, int] = {}
        for entry in journal:
            op = f"{entry['op']} ({entry['why']})" if "why" in entry else entry["op"]
            ops[op] = ops.get(op, 0) + 1
        yield f"  {name}: " + ", ".join(f"{count} {op}" for op, count in sorted(ops.items()))


def _marks(memory: Memory) -> list[tuple[str, Mark]]:
    with memory._store.read() as read:
        ids = [episode.id for _, episode in read.records(EPISODES)]
    return [(one, mark) for one in ids if (mark := memory.mark_of(one)) is not None]


def _tree(folder: Path) -> dict[str, bytes]:
    return {
        os.path.relpath(path, folder): path.read_bytes() for path in folder.rglob("*.json") if path.is_file()
    }
