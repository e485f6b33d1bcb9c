"""``memory watch`` learns from what grows: the end is that of an import of the same files."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from slow_imports import read_so_far, slow_imports
from transcript import START, habit, habits
from waiting import exported
from watcher import Watching

from tacit import Memory

SCHEMA = Path(__file__).parents[3] / "exports" / "schema" / "watcher.json"


def steps_of(folder: Path, base: Path) -> tuple[int, dict[str, bytes]]:
    """The steps and the export of a memory that imported a folder at once."""
    with Memory.open(base / "plain") as memory:
        memory.import_paths([folder])
        return memory.stats().sums["steps"], exported(memory, base / "plain-export")


def learned(watching: Watching, base: Path) -> dict[str, bytes]:
    """The export of the store it learned into."""
    with Memory.open(watching.store) as memory:
        return exported(memory, base / "watched-export")


def replay(source: Path, watching: Watching, folder: Path, turns: int) -> None:
    """Write files bit by bit, all at the same time; a bit may end anywhere in a line or a character.

    Each turn goes on once something of the one before was learned.
    """
    told = {path: path.read_bytes() for path in sorted(source.rglob("*.jsonl"))}
    for turn in range(turns):
        before = watching.steps()
        for path, data in told.items():
            place = folder / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            first, last = len(data) * turn // turns, len(data) * (turn + 1) // turns
            with place.open("ab") as file:
                for start in range(first, last, 4_000):
                    file.write(data[start : min(start + 4_000, last)])
                    file.flush()
        watching.until(lambda: watching.steps() > before)  # noqa: B023


def test_files_that_grow_end_as_an_import_of_them(watching: Watching, tmp_path: Path) -> None:
    habits(tmp_path / "source", 6)
    steps, plain = steps_of(tmp_path / "source", tmp_path)
    watching.start()
    replay(tmp_path / "source", watching, watching.folder / "a" / "b", 3)
    watching.until(lambda: watching.steps() == steps)
    assert watching.end() == 0
    assert learned(watching, tmp_path) == plain


def test_the_samples_replayed_end_as_an_import_of_them(
    watching: Watching, samples: Path, tmp_path: Path
) -> None:
    steps, plain = steps_of(samples / "claude-code", tmp_path)
    watching.start()
    replay(samples / "claude-code", watching, watching.folder, 4)
    watching.until(lambda: watching.steps() == steps)
    assert watching.end() == 0
    assert learned(watching, tmp_path) == plain


def test_what_stops_in_the_middle_of_a_line_is_learned_from_as_far_as_it_is_whole(
    watching: Watching, tmp_path: Path
) -> None:
    one = habit("ü")
    one.prompt("und die Übersetzung 日本語")
    one.tests_pass()
    data = one.text().encode()
    cut = data.index("日".encode()) + 1
    path = watching.folder / "one.jsonl"
    watching.start()
    path.write_bytes(data[:cut])
    watching.until(lambda: watching.steps() == 8)
    with path.open("ab") as file:
        file.write(data[cut:])
    watching.until(lambda: watching.steps() == 9)


def test_folders_made_with_their_files_and_a_place_that_comes_later(watching: Watching) -> None:
    watching.folder.rmdir()
    watching.start()
    habits(watching.folder / "a" / "b" / "c", 3)
    watching.until(lambda: watching.steps() == 24)
    shutil.rmtree(watching.folder)
    for name in ("x", "y", "z"):
        habit(name, start=START + 10**9).save(watching.folder / name / "deep" / "deeper")
    watching.until(lambda: watching.steps() == 48)


def test_where_none_ever_ran_that_is_told(watching: Watching) -> None:
    form = json.loads(watching.call("--status", "--format", "json")[1])
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(form)
    assert form["watcher"]["running"] is False
    assert "No watcher has run yet" in watching.call("--status")[1]


def test_there_is_one_watcher(watching: Watching) -> None:
    habits(watching.folder, 2)
    watching.start()
    watching.until(lambda: watching.steps() == 16)
    code, _, said = watching.call(str(watching.folder))
    assert (code, f"process {watching.pid}" in said) == (3, True)
    code, out, _ = watching.call("--status")
    assert (code, f"process {watching.pid}" in out) == (0, True)
    form = json.loads(watching.call("--status", "--format", "json")[1])
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(form)
    told = form["watcher"]
    assert (told["running"], told["pid"], told["sessions"], told["steps"]) == (True, watching.pid, 2, 16)
    assert told["places"] == [str(watching.folder)]
    watching.end(signal.SIGKILL)
    assert json.loads(watching.call("--status", "--format", "jsonl")[1])["watcher"]["running"] is False
    assert "No watcher runs" in watching.call("--status")[1]
    watching.start()


def test_once_imports_what_changed_and_ends(watching: Watching) -> None:
    habits(watching.folder, 4)
    code, out, said = watching.call("--once", str(watching.folder))
    assert (code, out) == (0, "")
    assert "4 sessions, 4 episodes, 32 steps; " in said
    assert watching.steps() == 32
    assert "Nothing has changed." in watching.call("--once", str(watching.folder))[2]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_in_the_middle_of_an_import_ends_it_soon_and_the_next_goes_on(
    watching: Watching, tmp_path: Path, number: int, code: int
) -> None:
    habits(watching.folder, 150)
    steps, plain = steps_of(watching.folder, tmp_path)
    watching.environ = slow_imports(tmp_path / "slow", 0.1)
    watching.start(begun=False)
    watching.until(lambda: read_so_far(tmp_path / "slow") > 3)
    assert watching.end(number) == code
    assert read_so_far(tmp_path / "slow") < 150, "it went on to the end of the import"
    watching.environ = {}
    watching.start()
    watching.until(lambda: watching.steps() == steps)
    assert watching.end() == 0
    assert learned(watching, tmp_path) == plain


def test_killed_in_the_middle_of_an_import_it_goes_on(watching: Watching, tmp_path: Path) -> None:
    habits(watching.folder, 150)
    steps, plain = steps_of(watching.folder, tmp_path)
    watching.environ = slow_imports(tmp_path / "slow", 0.1)
    for turn in (1, 2):
        watching.start(begun=False)
        watching.until(lambda turn=turn: read_so_far(tmp_path / "slow") > 3 * turn)
        watching.end(signal.SIGKILL)
    watching.environ = {}
    watching.start()
    watching.until(lambda: watching.steps() == steps)
    assert watching.end() == 0
    assert learned(watching, tmp_path) == plain


def test_whoever_works_for_it_is_killed_and_it_goes_on(watching: Watching, tmp_path: Path) -> None:
    habits(watching.folder, 150)
    watching.environ = slow_imports(tmp_path / "slow", 0.02)
    watching.start(begun=False)
    watching.until(watching.imports)
    subprocess.run(["kill", "-9", *watching.children()], check=False)
    watching.until(lambda: watching.steps() == 8 * 150)


def test_the_watcher_itself_opens_neither_store_nor_model(watching: Watching) -> None:
    if not Path("/proc/self/maps").exists():
        pytest.skip("this system does not tell what a process has loaded")
    habits(watching.folder, 2)
    watching.start()
    watching.until(lambda: watching.steps() == 16)
    maps = Path(f"/proc/{watching.pid}/maps").read_text()
    assert [name for name in ("data.mdb", "lmdb", "numpy", "onnxruntime", "tantivy") if name in maps] == []
