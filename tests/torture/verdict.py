"""What must be true of a store after a run, whatever was done to the processes that wrote it."""

from __future__ import annotations

import os
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import derived
import kept
import live
import vectors
from journal import Entry
from record import Record, some

from tacit import Memory
from tacit.core.aliases import aliases, keep
from tacit.core.decisions import decide, decisions
from tacit.core.errors import NothingUsable
from tacit.core.gone import UNMERGED
from tacit.core.holding import episodes_of, read_steps
from tacit.core.marking import adopt
from tacit.core.marks import Mark
from tacit.core.merging import APART
from tacit.core.tables import EPISODES, STATE
from tacit.core.tombstones import bury, table_of, tombstones
from tacit.store.transaction import Write


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
            self.wrong += vectors.wrong(memory)
            for look in (kept.wrong_steps, kept.wrong_tombstones, kept.wrong_marks, kept.wrong_decisions):
                self.wrong += look(record, memory)
            self.wrong += kept.wrong_tellings(record, memory)
            self.wrong += live.wrong_recorded(record, memory)
            self.same_as_fresh(memory, "with what is deleted and marked")
            self.same_as_rebuilt(memory)
            self.undo_all(memory)
            self.wrong += live.wrong_recorded(record, memory)
            self.same_as_fresh(memory, "with every step undone")
            self.wrong += derived.wrong_text(memory)
            self.wrong += vectors.wrong(memory)
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
        """After one more import the export equals that of a new store of which the same was said.

        What was recorded is in no transcript: the new store is told it as it lies here.
        """
        self._import_all(memory)
        memory.learn()
        if waiting := memory.waiting():
            self.wrong.append(f"{waiting} episodes wait after everything was learned, {when}")
        memory.export(self.root / "left")
        with Memory.open(self.root / f"fresh-{when.replace(' ', '-')}") as fresh:
            fresh._store.write(lambda write: _say(write, memory))
            self._import_all(fresh)
            _record(fresh, memory)
            fresh.learn()
            fresh.export(self.root / "right")
            self.healthy(fresh, f"a fresh store {when}")
        self.healthy(memory, f"after one more import, {when}")
        self.same_exports("right", f"export {when} differs from a fresh one")
        self.wrong += derived.wrong_counts(memory, self.root / "left", when)

    def _import_all(self, memory: Memory) -> None:
        """Import every transcript there is; on a slow machine nobody may have come to write one."""
        with suppress(NothingUsable):
            memory.import_paths([self.record.folder])

    def same_as_rebuilt(self, memory: Memory) -> None:
        """Everything learned anew in place comes to the same export."""
        memory.rebuild()
        memory.export(self.root / "rebuilt")
        self.same_exports("rebuilt", "learned anew the export differs")

    def same_exports(self, other: str, what: str) -> None:
        """The export that was made last equals another one."""
        left, right = _tree(self.root / "left"), _tree(self.root / other)
        differ = sorted(name for name in left.keys() | right.keys() if left.get(name) != right.get(name))
        if differ:
            self.wrong.append(f"{what} in {some(differ)} ({len(differ)})")

    def undo_all(self, memory: Memory) -> None:
        """Take everything back, each actor's newest step first."""
        for actor in {step.actor for step in memory.undo_list()}:
            with Memory.open(self.record.store, actor=actor) as own:
                while own.undo() is not None:
                    pass
        with memory._store.read() as read:
            left = [one for one, role in tombstones(read) if role != "forgotten"]
            said = {*decisions(read), *(one.name for one in aliases(read))}
            trash = {name for name, _ in read.trash_items()} & {"sessions", "copies", "steps"}
        if left:
            self.wrong.append(f"tombstones after every undo: {some(left)}")
        if trash:
            self.wrong.append(f"{some(trash)} in the trash after every undo")
        if said:
            self.wrong.append(f"decided after every undo: {some(said)}")
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


def _say(write: Write, memory: Memory) -> None:
    """Say in a new store all that stands in another one."""
    with memory._store.read() as read:
        for one, role in tombstones(read):
            bury(write, table_of(one), one, role)
        for alias in aliases(read):
            keep(write, alias.name, alias.said)
        for pattern, said in decisions(read).items():
            for decision in said:
                decide(write, pattern, decision)
        for prefix in (APART, UNMERGED):
            for key, _ in read.items(STATE, prefix, lambda _: b""):
                write.set_value(STATE, key, b"")
    adopt(write, _marks(memory))


def _record(fresh: Memory, memory: Memory) -> None:
    """Tell a new store what was recorded in another one."""
    run = fresh.restoring()
    with memory._store.read() as read:
        for session in memory.sessions():
            if session.agent == live.AGENT:
                told = episodes_of(read, session.id)
                run.take(session, [(episode, read_steps(read, episode)) for episode in told])
    run.finish(time.monotonic())


def _marks(memory: Memory) -> list[tuple[str, Mark]]:
    with memory._store.read() as read:
        ids = [episode.id for _, episode in read.records(EPISODES)]
    return [(one, mark) for one in ids if (mark := memory.mark_of(one)) is not None]


def _tree(folder: Path) -> dict[str, bytes]:
    return {
        os.path.relpath(path, folder): path.read_bytes() for path in folder.rglob("*.json") if path.is_file()
    }
