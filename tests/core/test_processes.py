"""Several processes on one store, and processes that die: nothing is counted twice, nothing is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from awaited import eventually
from transcript import START, habits

from tacit import Memory

IMPORT = """
import sys
from pathlib import Path
from tacit import Memory
with Memory.open(sys.argv[1], clock=lambda: 1767607200000) as memory:
    print("ready", flush=True)
    memory.import_paths([Path(path) for path in sys.argv[2:]])
"""


def start(store: Path, *paths: Path) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", IMPORT, str(store), *map(str, paths)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def exported(store: Path, folder: Path) -> dict[str, bytes]:
    with Memory.open(store, clock=lambda: START) as memory:
        memory.review()
        memory.export(folder)
        assert all(finding.level == "ok" for finding in memory.doctor())
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.json"))}


def test_two_importers_of_the_same_files_count_once(tmp_path: Path):
    paths = habits(tmp_path / "in", 12)
    Memory.open(tmp_path / "two").close()
    runs = [start(tmp_path / "two", *some) for some in (paths, paths[::-1], paths[6:])]
    for run in runs:
        _, errors = run.communicate(timeout=120)
        assert run.returncode == 0, errors
    with Memory.open(tmp_path / "one", clock=lambda: START) as memory:
        memory.import_paths(paths)
    assert exported(tmp_path / "two", tmp_path / "a") == exported(tmp_path / "one", tmp_path / "b")


def test_a_store_survives_importers_that_are_killed_and_the_next_import_continues(tmp_path: Path):
    paths = habits(tmp_path / "in", 40)
    store = tmp_path / "store"
    Memory.open(store).close()
    for wait in (0.0, 0.03, 0.06, 0.1):
        run = start(store, *paths)
        assert run.stdout is not None
        run.stdout.readline()
        time.sleep(wait)
        run.kill()
        run.communicate()
        with Memory.open(store) as memory:
            assert all(finding.level == "ok" for finding in memory.doctor())
    with Memory.open(store, clock=lambda: START) as memory:
        memory.import_paths(paths)
    with Memory.open(tmp_path / "one", clock=lambda: START) as memory:
        memory.import_paths(paths)
    assert exported(store, tmp_path / "a") == exported(tmp_path / "one", tmp_path / "b")


def test_ctrl_c_during_an_import_leaves_a_valid_store(tmp_path: Path):
    paths = habits(tmp_path / "in", 60)
    store = tmp_path / "store"
    environment = os.environ | {"TACIT_HOME": str(tmp_path / "home")}
    arguments = [sys.executable, "-m", "tacit", "--store", str(store), "import", str(tmp_path / "in")]
    run = subprocess.Popen(arguments, stderr=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
    eventually((store / "data.mdb").exists)
    run.send_signal(signal.SIGINT)
    _, errors = run.communicate(timeout=120)
    assert run.returncode in {0, 130}, errors
    assert b"Traceback" not in errors
    with Memory.open(store, clock=lambda: START) as memory:
        assert all(finding.level == "ok" for finding in memory.doctor())
        memory.import_paths(paths)
        assert len(memory.sessions()) == 60


def test_a_reader_sees_what_another_process_wrote_a_moment_before(tmp_path: Path):
    paths = habits(tmp_path / "in", 3)
    with Memory.open(tmp_path / "store") as memory:
        before = memory.sequence()
        run = start(tmp_path / "store", *paths)
        run.communicate(timeout=120)
        assert memory.sequence() != before
        assert len(memory.sessions()) == 3
