"""Whatever goes wrong around a watcher, it says so once and goes on."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from awaited import eventually
from terminal import Terminal
from transcript import START, habit, habits
from watcher import Watching

from tacit import Memory

LATER = START + 10**9

KILLER = """
import os, signal
from pathlib import Path

class Killer:
    name = "killer"
    def recognises(self, path, head):
        if head.startswith(b"KILL"):
            os.kill(os.getpid(), signal.SIGKILL)
        return False
    def roots(self, home, environ):
        return []
    def main_of(self, path, head):
        return None
    def companions(self, path):
        return ()
    def read(self, source, redact):
        return ()
"""


def test_a_store_that_cannot_be_used_is_told_at_the_start(watching: Watching) -> None:
    watching.store.mkdir(parents=True)
    (watching.store / "data.mdb").write_bytes(b"no store at all" * 1000)
    code, _, said = watching.call(str(watching.folder))
    assert (code, said.count("error:")) == (3, 1)


def test_a_store_that_goes_away_is_told_once_and_one_that_comes_is_learned_into(watching: Watching) -> None:
    habits(watching.folder, 2)
    watching.start()
    watching.until(lambda: watching.steps() == 16 and not watching.children())
    watching.store.rename(watching.home / "moved")
    watching.until(lambda: watching.state.notes is not None and watching.state.notes.errors > 1)
    notes = watching.state.notes
    assert notes is not None
    assert ("no store" in notes.trouble, bool(notes.hint)) == (True, True)
    assert watching.said.count(notes.trouble) == 1
    Memory.open(watching.store).close()
    watching.until(lambda: watching.steps() == 16)
    watching.until(lambda: watching.state.notes is not None and not watching.state.notes.trouble)
    watching.until(lambda: "It goes on." in watching.said)
    assert watching.log.count("failed StoreError") == 1


def test_a_full_disk_is_waited_for(watching: Watching) -> None:
    resource = pytest.importorskip("resource")
    if not hasattr(resource, "prlimit"):
        pytest.skip("the limits of another process cannot be changed here")
    habits(watching.folder, 2)
    watching.start()
    watching.until(lambda: watching.steps() == 16)
    size = (watching.store / "data.mdb").stat().st_size
    resource.prlimit(watching.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    for number in range(60):
        habit(f"more{number}", start=LATER + number * 10**7).save(watching.folder)
    watching.until(lambda: watching.state.notes is not None and bool(watching.state.notes.trouble))
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    resource.prlimit(watching.pid, resource.RLIMIT_FSIZE, unlimited)
    watching.until(lambda: watching.steps() == 8 * 62)


def test_a_file_that_kills_whoever_reads_it_is_passed_over(watching: Watching, tmp_path: Path) -> None:
    plugin = tmp_path / "plugin"
    (plugin / "killer-1.dist-info").mkdir(parents=True)
    (plugin / "killer-1.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: killer\nVersion: 1\n"
    )
    (plugin / "killer-1.dist-info" / "entry_points.txt").write_text("[tacit.readers]\na = killer:Killer\n")
    (plugin / "killer.py").write_text(KILLER)
    habits(watching.folder, 5)
    (watching.folder / "m.jsonl").write_text("KILL\n")
    watching.environ = {"PYTHONPATH": str(plugin)}
    watching.start()
    watching.until(lambda: watching.steps() == 40)
    watching.until(lambda: "m.jsonl is passed over" in watching.said)
    habit("more", start=LATER).save(watching.folder)
    watching.until(lambda: watching.steps() == 48)


def test_without_watches_of_the_system_it_finds_all_by_looking(watching: Watching) -> None:
    bare = "echo 0 > /proc/sys/user/max_inotify_instances && exec "
    tried = ["unshare", "-Ur", "sh", "-c", f"{bare}true"]
    if shutil.which("unshare") is None or subprocess.run(tried, capture_output=True, check=False).returncode:
        pytest.skip("the watches of this system cannot be taken away here")
    watching.before = ("unshare", "-Ur", "sh", "-c", f'{bare}"$0" "$@"')
    watching.start()
    habits(watching.folder / "new", 2)
    watching.until(lambda: watching.steps() == 16)
    assert watching.state.notes is not None
    assert not watching.state.notes.events
    shutil.rmtree(watching.folder)
    habit("other", start=LATER).save(watching.folder)
    watching.until(lambda: watching.steps() == 24)
    assert watching.said.count("The system tells of no changes") == 1
    assert watching.log.count("without hints") == 1


def test_settings_are_read_again_when_it_is_asked_to(watching: Watching) -> None:
    habits(watching.folder, 2)
    watching.start()
    watching.until(lambda: watching.steps() == 16)
    config = watching.home / "config.toml"
    config.write_text("[store]\npth = 'x'\n")
    os.kill(watching.pid, signal.SIGHUP)
    watching.until(lambda: "store.pth" in watching.said)
    other = watching.home / "other"
    config.write_text(f"[store]\npath = '{other}'\n")
    Memory.open(other).close()
    os.kill(watching.pid, signal.SIGHUP)
    watching.store = other
    watching.until(lambda: watching.steps() == 16)


def test_a_log_that_cannot_be_written_and_nobody_who_listens_stop_nothing(watching: Watching) -> None:
    (watching.home / "tacit.log").mkdir(parents=True)
    watching.start()
    habits(watching.folder, 2)
    watching.until(lambda: watching.steps() == 16)


def test_it_ends_with_its_terminal(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    one = Terminal("watch", str(tmp_path / "in"), TACIT_HOME=str(tmp_path / "home"))
    one.until("Watching")
    pid, one.code = one.pid, 0
    os.close(one.fd)
    os.close(one._far)
    eventually(lambda: os.waitpid(pid, os.WNOHANG) != (0, 0))


def test_ctrl_c_ends_it(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    one = Terminal("watch", str(tmp_path / "in"), TACIT_HOME=str(tmp_path / "home"))
    one.until("Ctrl-C ends it")
    one.press("\x03")
    assert one.wait() == 130
    one.close()


def test_what_was_put_off_is_done_when_it_is_quiet(watching: Watching) -> None:
    watching.environ = {"TACIT_EMBEDDING_PROVIDER": "hashing"}
    watching.start()
    habits(watching.folder, 4)
    watching.until(lambda: watching.steps() == 32)

    def embedded() -> bool:
        done = subprocess.run(
            [sys.executable, "-m", "tacit", "stats", "--format", "json"],
            env=os.environ | {"TACIT_HOME": str(watching.home)} | watching.environ,
            capture_output=True,
            check=True,
        )
        return b'"waiting": 0' in done.stdout and b'"rows": 0' not in done.stdout

    watching.until(embedded)
    watching.until(lambda: "watch reviewed" in watching.log)


@pytest.mark.parametrize(
    "words",
    [
        ("--interval", "soon"),
        ("--interval", "0s"),
        ("--interval", "nans"),
        ("--once", "--status"),
        ("--start",),
        ("--format", "json"),
    ],
)
def test_what_makes_no_sense_is_refused(watching: Watching, words: tuple[str, ...]) -> None:
    code, out, said = watching.call(*words)
    assert (code, out, "hint:" in said) == (2, "", True)


KILLED_ONCE = """
import os, sys
if "tacit.app.apart" in sys.orig_argv:
    try:
        os.mkdir(os.environ["ONCE"])
    except FileExistsError:
        pass
    else:
        os.kill(os.getpid(), 9)
"""


def test_whoever_works_for_it_is_killed_at_the_start_and_it_goes_on(
    watching: Watching, tmp_path: Path
) -> None:
    (tmp_path / "plugin").mkdir()
    (tmp_path / "plugin" / "sitecustomize.py").write_text(KILLED_ONCE)
    habits(watching.folder)
    watching.environ = {"PYTHONPATH": str(tmp_path / "plugin"), "ONCE": str(tmp_path / "once")}
    watching.start()
    watching.until(lambda: watching.steps() == 32)
    assert (tmp_path / "once").is_dir()
