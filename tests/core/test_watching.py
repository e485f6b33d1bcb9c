"""One watcher: its lock and its notes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tacit.core.errors import StoreBusy
from tacit.core.places import Places
from tacit.core.watching import Hold, Notes, WatcherState, watcher_state

NOTES = Notes(4711, 1_767_607_200_000, "/store", ("/place",), last_scan=1_767_607_230_000)

HOLDER = """
import signal, sys
from tacit.core.watching import Hold, Notes
hold = Hold()
print("held", flush=True)
signal.pause()
"""


@pytest.fixture
def where(tmp_path: Path) -> Places:
    return Places({"TACIT_HOME": str(tmp_path / "deep" / "home")})


def test_nobody_watched_yet(where: Places) -> None:
    assert watcher_state(where) == WatcherState(running=False)
    assert not Path(where.watcher).exists()


def test_there_is_one_and_it_is_told_which(where: Places) -> None:
    hold = Hold(where)
    hold.note(NOTES)
    assert watcher_state(where) == WatcherState(running=True, notes=NOTES)
    with pytest.raises(StoreBusy, match=r"process 4711, since 2026-01-05T10:00:00") as caught:
        Hold(where)
    assert (caught.value.exit_code, "--status" in caught.value.hint) == (3, True)
    hold.release()
    assert watcher_state(where) == WatcherState(running=False, notes=NOTES)
    Hold(where).release()


def test_its_files_are_the_persons_alone(where: Places) -> None:
    hold = Hold(where)
    hold.note(NOTES)
    for path in (where.watcher, f"{where.watcher}.json"):
        assert Path(path).stat().st_mode & 0o777 == 0o600
    hold.release()


def test_a_killed_one_leaves_the_place_free(tmp_path: Path) -> None:
    environ = os.environ | {"TACIT_HOME": str(tmp_path)}
    where = Places({"TACIT_HOME": str(tmp_path)})
    with subprocess.Popen([sys.executable, "-c", HOLDER], env=environ, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        assert watcher_state(where).running
        with pytest.raises(StoreBusy, match="A watcher runs already"):
            Hold(where)
        other.send_signal(signal.SIGKILL)
    assert not watcher_state(where).running
    Hold(where).release()


def test_whoever_looks_keeps_nobody_from_beginning(where: Places) -> None:
    Hold(where).release()
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            watcher_state(where)

    looker = threading.Thread(target=look)
    looker.start()
    try:
        for _ in range(50):
            Hold(where).release()
    finally:
        over.set()
        looker.join()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid":"x"}', json.dumps({"pid": 1}), "\udcff"])
def test_notes_that_make_no_sense_are_none(where: Places, text: str) -> None:
    Hold(where).release()
    Path(f"{where.watcher}.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert watcher_state(where) == WatcherState(running=False)


def test_notes_that_cannot_be_written_stop_nobody(where: Places) -> None:
    hold = Hold(where)
    Path(f"{where.watcher}.new").mkdir()
    hold.note(NOTES)
    assert watcher_state(where) == WatcherState(running=True)
    hold.release()
