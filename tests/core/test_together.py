"""Importers, markers, a deleter and an inspector on one store and the same growing transcripts."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

import pytest

pytest.importorskip("termios")
from terminal import Terminal
from transcript import START, Transcript, habit

from tacit import Memory
from tacit.core.marking import adopt
from tacit.core.tombstones import bury, table_of

SESSIONS = 8
LEAST = 10
"""So often each of them does something before the end, most of it while the files grow."""

PATIENCE = 300.0
DAY = 86_400_000

BEGIN = """
import sys, time
from pathlib import Path
from random import Random
from tacit import Memory
from tacit.core.errors import NotFound, NothingUsable
folder, stop, name = Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
random = Random(name)
memory = Memory.open(sys.argv[1], actor=name, clock=lambda: 1767607200000)
memory._store._timeout = 300.0  # however long the others take
done = 0
while not stop.exists():
    try:
        %s
    except (NotFound, NothingUsable):
        pass
    done += 1
    stop.with_name(f"did {name}").write_text("x" * done)
    time.sleep(0.005)
memory.close()
"""
IMPORT = BEGIN % "memory.import_paths(random.sample(sorted(folder.iterdir()), 3))"
MARK = BEGIN % (
    "chosen = random.choice(memory.episodes() or (None,));"
    "label = random.choice(('success', 'partial', 'failure', 'unknown', '', 'undo'));"
    "chosen and (memory.undo() if label == 'undo' else memory.mark(chosen.id, label, name) if label"
    " else memory.unmark(chosen.id))"
)
DELETE = BEGIN % (
    "rows = random.choice((memory.sessions, memory.episodes, memory.patterns))();"
    "rows and random.random() < 0.5 and memory.delete([random.choice(rows).id]);"
    "random.random() < 0.7 and memory.undo()"
)


def stories() -> list[bytes]:
    """Sessions of one habit with a second task, every third of which is resumed by another session."""
    told = []
    for number in range(SESSIONS):
        origin = number - number % 3 % 2
        one = habit(f"h{origin}", start=START + origin * DAY, good=origin % 2 == 0)
        one.prompt("now the reader, please")
        one.edit("src/reader.py")
        one.tests_pass()
        if origin != number:
            one.native = Transcript(f"resumed {number}").native
            for line in one.lines:
                line["sessionId"] = one.native
            one.read("more.py")
        told.append((one.native, one.text().encode()))
    return [text for _, text in sorted(told)]


class Growing:
    """Files that each hold the beginning of a session, a line longer now and then."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self._left = [text.splitlines(keepends=True) for text in stories()]
        self._paths = [folder / f"{number}.jsonl" for number in range(SESSIONS)]
        for number in range(SESSIONS):
            self._append(number, 4)

    def grow(self) -> bool:
        """Let every file have a line more; whether there is more to come."""
        for number in range(SESSIONS):
            self._append(number, 1)
        return any(self._left)

    def _append(self, number: int, lines: int) -> None:
        with self._paths[number].open("ab") as file:
            file.write(b"".join(self._left[number][:lines]))
        del self._left[number][:lines]


@contextmanager
def at_work(tmp_path: Path) -> Iterator[list[subprocess.Popen[str]]]:
    """Two importers, two markers and a deleter, until the file ``stop`` is there."""
    roles = [(IMPORT, "importer 1"), (IMPORT, "importer 2"), (MARK, "marker 1"), (MARK, "marker 2")]
    where = [str(tmp_path / name) for name in ("store", "in", "stop")]
    started = [
        subprocess.Popen(
            [sys.executable, "-c", source, *where, name],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for source, name in [*roles, (DELETE, "deleter")]
    ]
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.communicate()


@contextmanager
def inspecting(store: Path) -> Iterator[Terminal]:
    """The real inspector on a store."""
    terminal = Terminal("--store", str(store), TACIT_HOME=os.environ["TACIT_HOME"])
    try:
        terminal.until("Tacit")
        yield terminal
    finally:
        terminal.close()


def deeds(tmp_path: Path) -> list[int]:
    """How often each of them did something."""
    return [path.stat().st_size for path in tmp_path.glob("did *")]


def exported(memory: Memory, folder: Path) -> dict[str, bytes]:
    memory.review()
    memory.export(folder)
    assert [finding for finding in memory.doctor() if finding.level != "ok"] == []
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.json"))}


def once(memory: Memory, store: Path, folder: Path) -> Memory:
    """A new memory of the final files, with what stands deleted and marked in the other one."""
    marks = [(one.id, mark) for one in memory.episodes() if (mark := memory.mark_of(one.id)) is not None]
    stones = list(memory.tombstones())
    other = Memory.open(store, clock=lambda: START)
    other._store.write(lambda write: [bury(write, table_of(one), one, role) for one, role in stones] and None)  # type: ignore[arg-type]
    other._store.write(lambda write: adopt(write, marks))
    other.import_paths([folder])
    return other


def test_what_many_do_at_once_equals_one_import_of_the_end_with_the_same_marks_and_deletes(tmp_path: Path):
    files = Growing(tmp_path / "in")
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths([files.folder])
    with at_work(tmp_path) as processes, inspecting(tmp_path / "store") as inspector:
        end = time.monotonic() + PATIENCE
        for key in cycle("jjGgjk22jj"):
            inspector.press(key)
            inspector.read(0.1)
            did = deeds(tmp_path)
            more = len(did) == len(processes) and files.grow()
            if len(did) == len(processes) and not more and min(did) >= LEAST:
                break
            assert time.monotonic() < end, f"only {did}"
        (tmp_path / "stop").touch()
        for process in processes:
            _, errors = process.communicate(timeout=120)
            assert (process.returncode, errors) == (0, "")
        inspector.press("q")
        assert inspector.wait() == 0
        assert b"Traceback" not in inspector.raw
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths([files.folder])
        with once(memory, tmp_path / "once", files.folder) as fresh:
            assert memory.sessions()
            assert exported(memory, tmp_path / "a") == exported(fresh, tmp_path / "b")
