"""Stores of every version that was ever released open with the Tacit of today, with all they hold."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

import pytest
from golden_store import VERSIONS, is_whole, placed, told
from transcript import habit

from tacit import Memory
from tacit.core.backup_restore import restore_into
from tacit.core.backups import verify_backup
from tacit.core.errors import StoreBusy, StoreError, StoreFull, StoreOlder
from tacit.core.tables import SCHEMA
from tacit.core.upgrading import open_upgraded
from tacit.store import presence
from tacit.store.store import Store

NOW = 1_775_100_000_000
OLD = [version for version in VERSIONS if version < SCHEMA.version]
FIRST = VERSIONS[0]


def backups(store: Path) -> list[Path]:
    return sorted(store.with_name(f"{store.name}-backups").glob("*.backup"))


def start(*args: str, store: Path, **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tacit", "--store", str(store), *args],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def run(*args: str, store: Path, **options: Any) -> tuple[int, str, str]:
    process = start(*args, store=store, **options)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def stored_version(store: Path) -> int:
    """1 as long as it was not brought up to date."""
    try:
        with Store.open(store, SCHEMA, clock=lambda: NOW, readonly=True):
            return SCHEMA.version
    except StoreOlder:
        return FIRST


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of the first version, which the command line takes for its own."""
    path = placed(FIRST, tmp_path / "store")
    monkeypatch.setenv("TACIT_STORE", str(path))
    return path


def test_there_is_a_golden_store_of_the_present_version():
    assert list(range(1, SCHEMA.version + 1)) == VERSIONS, (
        "wanted? python tests/store/make_golden_store.py writes that of the present version, once"
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_opens_and_nothing_is_lost(tmp_path: Path, version: int):
    path = placed(version, tmp_path / "store")
    with Memory.open(path, clock=lambda: NOW) as memory:
        assert (memory.upgraded is not None) == (version in OLD)
        assert is_whole(memory, tmp_path / "out", version)
        assert sum(one.copies for one in memory.sessions()) == 1
        assert [step.undone for step in memory.undo_list()][:3] == [False, True, False]
        assert memory.undo() is not None
        assert is_whole(memory, tmp_path / "out", version, "undone")
        assert memory.undo() is not None


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_goes_on_learning(tmp_path: Path, version: int):
    path = placed(version, tmp_path / "store")
    habit("new", start=NOW).save(tmp_path / "more")
    with Memory.open(path, clock=lambda: NOW) as memory:
        before = {one.id for one in memory.sessions()}
        memory.import_paths([tmp_path / "more"])
        assert len({one.id for one in memory.sessions()} - before) == 1
        assert memory.patterns(sort="effectiveness")[0].judged > 0
        assert all(finding.level == "ok" for finding in memory.doctor())


def test_a_command_that_only_looks_brings_the_store_up_to_date_and_says_so_once(store: Path):
    code, first, err = run("patterns", store=store)
    (backup,) = backups(store)
    assert code == 0
    assert f"Brought the store up to date (version {FIRST} → {SCHEMA.version}); backup: {backup}." in err
    assert run("patterns", store=store) == (0, first, err.split("\n", 1)[1])
    assert run("doctor", store=store)[0] == 0
    assert backups(store) == [backup]


def test_the_backup_holds_the_store_as_it_was(store: Path, tmp_path: Path):
    with Memory.open(store, clock=lambda: NOW):
        (backup,) = backups(store)
    header, checked = verify_backup(str(backup))
    assert (header.schema, header.reason, checked.skipped) == (FIRST, "before-upgrade", 0)
    restore_into(str(backup), tmp_path / "again").close()
    with Memory.open(tmp_path / "again", clock=lambda: NOW) as memory:
        assert is_whole(memory, tmp_path / "out", FIRST)


@pytest.mark.parametrize("command", ["patterns", "stats", "export"])
def test_readonly_forbids_it(store: Path, command: str):
    before = (store / "data.mdb").read_bytes()
    code, out, err = run("--readonly", command, store=store)
    assert (code, out) == (3, "")
    assert "older Tacit (schema 1)" in err
    assert "without --readonly" in err
    assert ((store / "data.mdb").read_bytes(), backups(store)) == (before, [])


def test_the_library_asks_before_it_changes_a_store_opened_to_look_at(store: Path):
    with pytest.raises(StoreOlder):
        Memory.open(store, readonly=True)
    with pytest.raises(StoreOlder):
        Memory.open(store, upgrade=False)
    with Memory.open(store, readonly=True, upgrade=True) as memory:
        assert memory.upgraded is not None
        assert memory.readonly
    with Memory.open(store) as memory:
        assert memory.upgraded is None


def test_the_inspector_does_it_too(store: Path, capsys: pytest.CaptureFixture[str]):
    from tacit.app.inspector import launch

    with pytest.raises(StoreOlder):
        launch._open(store, True, False, False)
    with launch._open(store, False, False, False) as memory:
        assert memory.page("patterns", memory.plan()).total > 0
    assert "Brought the store up to date" in capsys.readouterr().err


def test_completion_says_nothing_and_changes_nothing(store: Path):
    from tacit.app.commands.options import complete_ids

    assert complete_ids(None, None, "p-") == []  # type: ignore[arg-type]
    assert stored_version(store) == FIRST


def test_a_demo_store_of_an_older_version_is_made_anew(own_home: Path):
    from tacit import __version__
    from tacit.core.places import places

    path = placed(FIRST, Path(places().demo(__version__)))
    with Memory.open_demo() as memory:
        assert (memory.upgraded, memory.demo, memory.path) == (None, True, path)
        natives = {one.native for one in memory.sessions()}
    golden = {file["session"]["native"] for name, file in told(FIRST).items() if "session" in file}
    assert natives
    assert golden
    assert not natives & golden


def test_while_others_have_it_open_it_is_busy_and_stays_as_it_is(store: Path):
    held = presence.enter(str(store), 1.0)
    try:
        with pytest.raises(StoreBusy, match="another program has it open") as caught:
            open_upgraded(store, StoreOlder("old"), clock=lambda: NOW, patience=0.2)
        assert "Close it there first" in caught.value.hint
        assert stored_version(store) == FIRST
    finally:
        presence.leave(held)
    opened, done = open_upgraded(store, StoreOlder("old"), clock=lambda: NOW, patience=0.2)
    opened.close()
    assert done is not None


def test_it_waits_for_others_to_leave(store: Path):
    held = presence.enter(str(store), 1.0)
    process = start("stats", store=store)
    time.sleep(0.8)
    assert process.poll() is None
    presence.leave(held)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "Brought the store up to date" in err


def test_of_two_commands_at_once_both_answer_and_one_brings_it_up_to_date(store: Path):
    processes = [start("patterns", "--format", "json", store=store) for _ in range(3)]
    answers = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert len({out for out, _ in answers}) == 1
    assert sum("Brought the store up to date" in err for _, err in answers) == 1
    assert len(backups(store)) == 1


def test_a_command_killed_in_the_midst_leaves_a_store_that_the_next_one_brings_up_to_date(
    store: Path, tmp_path: Path
):
    rng = Random(11)
    model = shutil.copytree(store, tmp_path / "model")
    for number in range(8):
        shutil.rmtree(store)
        shutil.copytree(model, store)
        process = start("stats", store=store)
        deadline = time.monotonic() + 120
        while not (store / "presence").exists() and time.monotonic() < deadline:
            time.sleep(0.001)  # it has begun
        time.sleep(rng.random() * 0.12)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        with Memory.open(store, clock=lambda: NOW) as memory:
            assert is_whole(memory, tmp_path / f"out{number}", FIRST)


def test_without_room_for_the_backup_the_store_stays_as_it_was(store: Path):
    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, resource.RLIM_INFINITY))

    assert stored_version(store) == FIRST  # which makes the lock file
    code, out, err = run("stats", store=store, preexec_fn=small)
    assert (code, out) == (3, "")
    assert "no room for the backup" in err
    assert (stored_version(store), backups(store)) == (FIRST, [])


def test_without_room_for_the_upgrade_the_store_stays_as_it_was(store: Path, tmp_path: Path):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(StoreFull):
            Memory.open(store, clock=lambda: NOW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert stored_version(store) == FIRST
    with Memory.open(store, clock=lambda: NOW) as memory:
        assert is_whole(memory, tmp_path / "out", FIRST)


NOBODY = 65534

AS_NOBODY = f"""
import os, sys
import tacit.memory, tacit.core.upgrading, tacit.core.listing
from tacit.core.errors import StoreError
if os.getuid() == 0:
    os.setgroups([])
    os.setgid({NOBODY})
    os.setuid({NOBODY})
try:
    tacit.memory.Memory.open(sys.argv[1], readonly=True, create=False, upgrade=sys.argv[2] == "True")
except StoreError as error:
    print(type(error).__name__, error.exit_code, error)
"""


@pytest.mark.parametrize("upgrade", [True, False])
def test_a_folder_that_may_not_be_written_to_is_told_and_left_alone(store: Path, upgrade: bool):
    before = (store / "data.mdb").read_bytes()
    for path in (store, *store.iterdir()):
        path.chmod(0o555 if path.is_dir() else 0o444)
    for folder in store.parents:
        if folder.stat().st_uid == os.getuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o055)
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, str(store), str(upgrade)],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    store.chmod(0o700)
    assert done.stdout.startswith("StoreOlder 3 ")
    assert "may not be written to: copy its folder" in done.stdout
    assert "--readonly" not in done.stdout, "that would not help"
    assert ((store / "data.mdb").read_bytes(), backups(store)) == (before, [])


def test_an_upgrade_that_fails_is_told_without_a_traceback(store: Path):
    store.with_name("store-backups").write_text("a file where the folder of backups should be")
    code, out, err = run("stats", store=store)
    assert (code, out) == (3, "")
    assert "error:" in err
    assert "Traceback" not in err
    assert stored_version(store) == FIRST
    with pytest.raises(StoreError):
        Memory.open(store)
