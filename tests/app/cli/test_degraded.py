"""Stores that may not be written to: read as far as that goes, and it is said how."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from struct import unpack_from

import pytest
from reachable import open_to_all

NOBODY = 65534
NOTE = "opened without its lock"


@pytest.fixture
def kept(home: Path) -> Path:
    """A home that others can look into."""
    open_to_all(home)
    return home


def run(command: list[str], home: Path) -> tuple[int, str, str]:
    names = {name: value for name, value in os.environ.items() if not name.startswith("TACIT_")}
    done = subprocess.run(
        command,
        env=names | {"TACIT_HOME": str(home), "HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def as_nobody(home: Path, *args: str) -> tuple[int, str, str]:
    """Run a command as somebody who may only read."""
    store = home / "store"
    for path in store.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o444)
    store.chmod(0o555)
    change = []
    if os.getuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root may write everywhere, and setpriv is not here to be somebody else")
        change = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        probe = subprocess.run(
            [*change, sys.executable, "-c", "import tacit"], check=False, capture_output=True
        )
        if probe.returncode:
            pytest.skip("nobody but root can read this project")
    try:
        return run([*change, sys.executable, "-m", "tacit", *args], home)
    finally:
        store.chmod(0o700)


@pytest.mark.parametrize("args", [["patterns"], ["stats"], ["search", "parser"], ["doctor"]])
def test_without_write_permission_everything_can_be_read_and_a_note_says_how(
    kept: Path, args: list[str]
) -> None:
    code, out, errors = as_nobody(kept, *args)
    assert code == 0, errors
    assert out
    assert errors.count(NOTE) == 1


def test_without_write_permission_nothing_can_be_written_and_the_reason_is_told(kept: Path) -> None:
    code, _, errors = as_nobody(kept, "undo")
    assert code == 3, errors
    assert "error: The store" in errors
    assert "Check the permissions of its folder." in errors


def test_a_damaged_page_is_found_where_no_note_can_be_kept(kept: Path) -> None:
    data = kept / "store" / "data.mdb"
    whole = bytearray(data.read_bytes())
    newest = max((0, 4096), key=lambda at: unpack_from("=Q", whole, at + 144)[0])
    root = unpack_from("=Q", whole, newest + 92 + 4 + 32)[0]  # of the tree that holds all tables
    whole[root * 4096 : (root + 1) * 4096] = os.urandom(4096)
    data.write_bytes(whole)
    assert as_nobody(kept, "doctor")[0] == 1
    assert as_nobody(kept, "patterns")[0] == 3


def test_a_read_only_mount_can_be_read(home: Path, tmp_path: Path) -> None:
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-m", "true"], check=False).returncode:
        pytest.skip("no mount of our own can be made here")
    script = (
        f'mount --bind "{home}/store" "{home}/store" && mount -o remount,bind,ro "{home}/store" && '
        f'for args in patterns doctor undo; do "{sys.executable}" -m tacit $args; echo "code $?"; done'
    )
    (home / "store" / "sound").unlink()
    code, out, errors = run(["unshare", "-m", "sh", "-c", script], home)
    if "code" not in out:
        pytest.skip("no file system can be mounted here")
    assert code == 0, errors
    assert [line for line in out.splitlines() if line.startswith("code ")] == ["code 0", "code 0", "code 3"]
    assert "Traceback" not in errors
