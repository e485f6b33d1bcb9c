"""``memory backup`` as a person and a script use it."""

from __future__ import annotations

import json
import os
import pty
import select
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

Call = Any


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TACIT_", "COLUMNS"))}
    return kept | {"TACIT_HOME": str(home), "HOME": str(home), "TZ": "UTC", "TERM": "xterm-256color"}


def answered(home: Path, answer: bytes, *args: str) -> tuple[int, str]:
    """Run under a terminal and type an answer to the first question; exit code and all it was sent."""
    child, handle = pty.fork()
    if child == 0:
        os.execve(sys.executable, [sys.executable, "-m", "tacit", *args], environment(home))
    shown = b""
    typed = False
    while select.select([handle], [], [], 120)[0]:
        try:
            piece = os.read(handle, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
        if b"[y/N]" in shown and not typed:
            typed = True
            os.write(handle, answer)
    os.close(handle)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown.decode()


def ids(call: Call, **more: Any) -> list[str]:
    return [row["id"] for row in call("patterns", "--format", "jsonl", **more).lines()]


def test_create_prints_the_path_and_says_what_is_in_it(call: Call, home: Path) -> None:
    done = call("backup", "create")
    path = Path(done.out.strip())
    assert done.code == 0
    assert path.parent == home / "backups"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert "5 sessions" in done.err
    assert "records in" in done.err


def test_a_store_elsewhere_has_its_backups_beside_it(call: Call, home: Path, tmp_path: Path) -> None:
    shutil.copytree(home / "store", tmp_path / "mine")
    done = call("backup", "create", "--store", str(tmp_path / "mine"))
    assert Path(done.out.strip()).parent == tmp_path / "mine-backups"
    assert "There are no backups yet" in call("backup", "list").err


def test_the_list_as_table_and_as_json(call: Call, tmp_path: Path) -> None:
    assert call("backup").err.startswith("There are no backups yet. `memory backup create`")
    assert call("backup", "list", "--format", "json").json()["backups"] == []
    made = call("backup", "create").out.strip()
    call("backup", "create", str(tmp_path / "away.backup"))
    (Path(made).parent / "torn.backup").write_bytes(b"tacit backup 1\n123")
    shown = call("backup", "list")
    assert shown.code == 0
    for part in (Path(made).name, str(tmp_path / "away.backup"), "torn.backup", "manual", "unusable"):
        assert part in shown.out
    assert call("backup").out == shown.out
    whole = call("backup", "list", "--format", "json").json()
    lines = call("backup", "list", "--format", "jsonl").lines()
    assert whole["total"] == 3
    assert lines == whole["backups"]
    by_name = {row["name"]: row for row in lines}
    one = by_name[Path(made).name]
    assert (one["reason"], one["sessions"], one["problem"]) == ("manual", 5, None)
    assert one["path"] == made
    assert one["bytes"] == Path(made).stat().st_size
    assert by_name["torn.backup"]["sessions"] is None
    assert "cut off" in by_name["torn.backup"]["problem"]


def test_verify_says_a_line_of_each_and_ends_with_1_if_one_is_bad(call: Call, tmp_path: Path) -> None:
    assert "There are no backups yet" in call("backup", "verify").err
    made = call("backup", "create").out.strip()
    good = call("backup", "verify")
    assert (good.code, good.out.count("\n")) == (0, 1)
    assert good.out.startswith("✓ ")
    assert "sound (5 sessions" in good.out
    bad = tmp_path / "bad"
    bad.write_bytes(Path(made).read_bytes()[:-1])
    both = call("backup", "verify", "latest", str(bad))
    assert both.code == 1
    assert [line[0] for line in both.out.splitlines()] == ["✓", "✗"]
    assert f"The backup {bad} cannot be used: it is cut off" in both.out


def test_restore_brings_back_what_was_deleted_and_says_how_to_go_back(call: Call) -> None:
    before = ids(call)
    made = call("backup", "create").out.strip()
    call("delete", before[0])
    without = ids(call)
    assert before[0] not in without
    done = call("backup", "restore", Path(made).name, "--yes")
    assert done.code == 0
    assert done.out.startswith("Restored ")
    assert ids(call) == before
    kept = done.err.partition("`memory backup restore ")[2].partition("`")[0]
    assert kept.endswith("-before-restore.backup")
    assert call("backup", "restore", kept, "--yes").code == 0
    assert ids(call) == without
    assert call("doctor").code == 0
    assert call("undo").code == 0
    assert ids(call) == before


def test_restore_makes_a_store_that_is_missing(call: Call, home: Path, tmp_path: Path) -> None:
    before = ids(call)
    made = call("backup", "create").out.strip()
    fresh = tmp_path / "fresh"
    done = call("backup", "restore", made, "--yes", home=fresh)
    assert (done.code, ids(call, home=fresh)) == (0, before)
    shutil.rmtree(home / "store")
    assert call("backup", "restore", "latest", "--yes").code == 0
    assert ids(call) == before


def test_a_restore_of_a_damaged_store_moves_it_aside(call: Call, home: Path) -> None:
    before = ids(call)
    call("backup", "create")
    os.truncate(home / "store" / "data.mdb", 9000)
    broken = call("patterns")
    assert broken.code == 3
    assert "memory backup restore" in broken.err
    done = call("backup", "restore", "latest", "--yes")
    assert done.code == 0
    assert "The damaged store is now" in done.err
    assert ids(call) == before


def test_restore_asks_on_a_terminal_and_needs_yes_without_one(call: Call, home: Path) -> None:
    before = ids(call)
    call("backup", "create")
    call("delete", before[0])
    refused = call("backup", "restore", "latest")
    assert refused.code == 2
    assert "--yes" in refused.err
    code, shown = answered(home, b"\n", "backup", "restore", "latest")
    assert "5 sessions" in shown
    assert code == 130
    assert before[0] not in ids(call)
    code, shown = answered(home, b"y\n", "backup", "restore", "latest")
    assert (code, ids(call)) == (0, before), shown


def test_readonly_forbids_a_restore_and_not_a_backup(call: Call) -> None:
    made = call("--readonly", "backup", "create")
    assert made.code == 0
    done = call("--readonly", "backup", "restore", "latest", "--yes")
    assert done.code == 3
    assert "--readonly forbids it" in done.err


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("restore", "nothing", "--yes"), 1, "There are no backups yet"),
        (("restore", "./nothing", "--yes"), 1, "there is no such file"),
        (("restore", "/", "--yes"), 1, "it is a folder"),
        (("restore", "/dev/zero", "--yes"), 1, "it is no file"),
        (("restore", "latest", "--yes"), 1, "There are no backups yet"),
        (("restore", "bad\x1b[31m/x", "--yes"), 1, "there is no such file"),
        (("create", "/"), 2, "is a folder"),
        (("create", "/no/such/folder/x"), 3, "cannot be written"),
        (("verify", "nothing"), 1, "There are no backups yet"),
        (("creat",), 2, "No such command"),
    ],
)
def test_mistakes_are_told_plainly(call: Call, args: tuple[str, ...], code: int, says: str) -> None:
    before = ids(call)
    done = call("backup", *args)
    assert done.code == code, done.err
    assert says in done.err
    assert "Traceback" not in done.err
    assert "\x1b" not in done.err
    assert ids(call) == before


def test_without_a_store_there_is_nothing_to_back_up(call: Call, tmp_path: Path) -> None:
    done = call("backup", "create", home=tmp_path / "none")
    assert done.code == 3
    assert "There is no store" in done.err
    assert not (tmp_path / "none").exists()


def test_a_hostile_name_and_header_reach_no_terminal_raw(call: Call, home: Path) -> None:
    made = Path(call("backup", "create").out.strip())
    shutil.copy(made, made.with_name("a\x1b]52;c;aGk=\x07b.backup"))
    (made.parent / "b\x9b31m.backup").write_bytes(b"\x1b[31m")
    for args in (("list",), ("verify",)):
        done = call("backup", *args)
        assert "\x1b" not in done.out + done.err
        assert "\x9b" not in done.out + done.err


def test_a_backup_of_the_demo_store_stays_with_it(call: Call, tmp_path: Path) -> None:
    home = tmp_path / "fresh"
    done = call("--demo", "backup", "create", home=home)
    assert done.code == 0
    assert home / "cache" in Path(done.out.strip()).parents
    assert call("--demo", "backup", "restore", "latest", "--yes", home=home).code == 0
    assert "There are no backups yet" in call("backup", home=home).err


def test_a_disk_that_is_full_is_told_and_nothing_is_left(home: Path) -> None:
    limited = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (2000, resource.RLIM_INFINITY));"
        "from tacit.app.cli import main; main(sys.argv[1:])"
    )
    done = subprocess.run(
        [sys.executable, "-c", limited, "backup", "create"],
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3, done.stderr
    assert done.stderr.startswith("error: There is no room for the backup")
    assert list((home / "backups").iterdir()) == []


def test_no_heavy_import_for_the_list(home: Path) -> None:
    code = (
        "import sys; from tacit.app.cli import run; run(['backup', 'list', '--format', 'jsonl']);"
        "print(*sorted({name.partition('.')[0] for name in sys.modules} & "
        "{'numpy', 'tantivy', 'zstandard', 'textual', 'rich', 'tree_sitter'}), file=sys.stderr)"
    )
    made = subprocess.run(
        [sys.executable, "-m", "tacit", "backup", "create"],
        env=environment(home),
        capture_output=True,
        check=True,
    )
    assert made.returncode == 0
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(home), capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["sessions"] == 5
    assert done.stderr.split() == []


SLOW = """
import sys, time
from tacit.app.commands import backup
from tacit.app.cli import main

class Told:
    def __init__(self, verb): pass
    def __call__(self, done, total):
        print("told", flush=True)
        time.sleep(30)

backup._Told = Told
main(["backup", *sys.argv[1:]])
"""


@pytest.mark.parametrize("args", [("create",), ("restore", "latest", "--yes")])
def test_ctrl_c_leaves_nothing_behind(call: Call, home: Path, args: tuple[str, ...]) -> None:
    before = ids(call)
    made = Path(call("backup", "create").out.strip())
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, *args],
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "told\n"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert (process.returncode, errors) == (130, "Interrupted.\n")
    assert [path.name for path in made.parent.iterdir()] == [made.name]
    assert ids(call) == before
