"""Long work in a process of its own: what goes over the wire, and what becomes of it when one side fails."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from transcript import habits

from tacit.app.apart.caller import have_done
from tacit.app.apart.messages import (
    CHANGED,
    Answer,
    Imported,
    Step,
    Stopped,
    Trouble,
    Wish,
    packed,
    unpacked,
)
from tacit.core.errors import StoreError, TacitError
from tacit.memory import Memory

CHILD = [sys.executable, "-P", "-m", "tacit.app.apart"]


class Teller:
    """Who wants it done."""

    def __init__(self, *, stopped: bool = False, leaving: bool = False) -> None:
        self.steps: list[tuple[int, int | None, str]] = []
        self._stopped = stopped
        self.leaving = leaving

    def step(self, done: int, total: int | None = None, far: str = "") -> None:
        self.steps.append((done, total, far))

    def stopped(self) -> bool:
        return self._stopped or self.leaving


@pytest.fixture
def store(tmp_path: Path) -> Path:
    Memory.open(tmp_path / "store").close()
    return tmp_path / "store"


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What stands in for the process: a shell script."""

    def play(lines: str) -> None:
        script = tmp_path / "python"
        script.write_text(f"#!/bin/sh\n{lines}\n")
        script.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(script))

    return play


def no_child_is_left() -> bool:
    try:
        return os.waitpid(-1, os.WNOHANG) == (0, 0)
    except ChildProcessError:
        return True


def sound(store: Path) -> bool:
    with Memory.open(store) as memory:
        return not [one for one in memory.doctor() if one.level not in {"ok", "info"}]


def test_it_is_done_and_told_meanwhile(store: Path, tmp_path: Path) -> None:
    habits(tmp_path / "in")
    told = Teller()
    end = have_done(Wish("import", str(store), "who", paths=(str(tmp_path / "in"),)), told)
    assert isinstance(end, Imported)
    assert end.report.sessions
    assert told.steps[-1][2] == "learning from it"
    with Memory.open(store, readonly=True) as memory:
        assert memory.stats().sessions == end.report.sessions
        assert memory.patterns()
        assert memory.waiting() == 0
    assert no_child_is_left()


@pytest.mark.skipif(sys.platform == "darwin", reason="its file systems have no such names")
def test_names_that_are_no_text_go_there_and_come_back(store: Path, tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    habits(folder)
    end = have_done(Wish("import", str(store), "who", paths=(str(folder),)), Teller())
    assert isinstance(end, Imported)
    assert end.report.sessions
    for said in (Step(1, 2, str(folder)), Trouble(str(folder), "")):
        assert unpacked(packed(said), Answer) == said


def test_its_trouble_is_the_callers(store: Path, tmp_path: Path) -> None:
    with pytest.raises(TacitError, match="no transcript"):
        have_done(Wish("import", str(store), "who", paths=(str(tmp_path / "store"),)), Teller())
    with pytest.raises(StoreError) as caught:
        have_done(Wish("import", str(tmp_path / "none"), "who"), Teller())
    assert caught.value.hint
    assert no_child_is_left()


@pytest.mark.parametrize("said", [b"", b"{", b"[]\n", b'{"work":"dance","store":"x","actor":"y"}\n'])
def test_a_wish_of_another_version_is_answered(said: bytes) -> None:
    done = subprocess.run(CHILD, input=said, capture_output=True, timeout=120, check=True)
    assert unpacked(done.stdout, Answer) == Trouble("What is to be done was not understood.", CHANGED)
    assert done.stderr == b""


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("echo nonsense; sleep 60", "makes no sense"),
        ('echo \'{"type":"step","done":1,"total":2,"more":3}\'; sleep 60', "makes no sense"),
        ("head -c 6000000 /dev/zero; sleep 60", "makes no sense"),
        ('printf \'{"type":"stopped","fa\'', r"ended without a word \(exit code 0\)"),
        ("exit 7", r"ended without a word \(exit code 7\)"),
        ("kill -9 $$", r"ended without a word \(signal 9\)"),
    ],
)
def test_whoever_talks_nonsense_or_dies_is_told_of_and_gone(played, lines: str, said: str) -> None:
    played(lines)
    with pytest.raises(TacitError, match=said):
        have_done(Wish("import", "x", "y"), Teller())
    assert no_child_is_left()


def test_lines_come_whole_however_they_are_cut(played) -> None:
    pieces = ['{"type":"step","done":1,', '"total":2}\\n{"type":"step","done":2,"total":2}\\n{"type":']
    pieces += ['"stopped",', '"far":"so far"}\\n']
    played("; sleep 0.2; ".join(f"printf '{one}'" for one in pieces))
    told = Teller()
    assert have_done(Wish("import", "x", "y"), told) == Stopped("so far")
    assert told.steps == [(1, 2, ""), (2, 2, "")]


def test_whoever_leaves_does_not_wait_for_what_does_not_listen(played) -> None:
    played("exec sleep 600")
    with pytest.raises(TacitError, match="signal 9"):
        have_done(Wish("import", "x", "y"), Teller(leaving=True))
    assert no_child_is_left()


def test_what_is_not_wanted_any_more_ends_and_can_be_done_again(store: Path, tmp_path: Path) -> None:
    habits(tmp_path / "in")
    wish = Wish("import", str(store), "who", paths=(str(tmp_path / "in"),))
    assert isinstance(have_done(wish, Teller(stopped=True)), Stopped | Imported)
    assert sound(store)
    assert isinstance(have_done(wish, Teller()), Imported)
    assert sound(store)


CALLER = """
import sys, time
from tacit.app.apart.caller import have_done
from tacit.app.apart.messages import Wish
class Teller:
    leaving = False
    def step(self, done, total=None, far=""):
        print("told", flush=True)
        time.sleep(600)
    def stopped(self):
        return False
have_done(Wish("import", sys.argv[1], "who", paths=(sys.argv[2],)), Teller())
"""


def test_a_caller_that_dies_ends_it(store: Path, tmp_path: Path) -> None:
    habits(tmp_path / "in")
    command = [sys.executable, "-c", CALLER, str(store), str(tmp_path / "in")]
    over = threading.Event()
    with Memory.open(store) as memory:
        writer = threading.Thread(target=lambda: memory._store.write(lambda _: over.wait(120)))
        writer.start()  # until then it waits for its turn to write
        with subprocess.Popen(command, stdout=subprocess.PIPE) as caller:
            assert caller.stdout is not None
            caller.stdout.readline()
            search = ["pgrep", "-P", str(caller.pid), "-f", "tacit.app.apart"]
            found = subprocess.run(search, capture_output=True, text=True, check=False).stdout.split()
            caller.send_signal(signal.SIGKILL)
        assert [_lives(int(one)) for one in found] == [True]
        over.set()
        writer.join()
        end = time.monotonic() + 120
        while _lives(int(found[0])):
            assert time.monotonic() < end
            time.sleep(0.02)
    assert sound(store)


def _lives(pid: int) -> bool:
    """Whether a process runs, and does not only wait for somebody to ask how it ended."""
    done = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return done.stdout.strip()[:1] not in {"", "Z"}
