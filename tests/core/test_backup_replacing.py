"""A damaged store is replaced by a backup: whole, and whatever happens on the way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from transcript import START

from tacit import Memory
from tacit.core.backup_restore import Restored, restore_backup
from tacit.core.errors import StoreBusy, StoreDamaged

NOW = START + 30 * 86_400_000


def tree(memory: Memory, folder: Path) -> dict[str, bytes]:
    """What an export of the memory holds, byte for byte."""
    memory.export(folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.json")}


def taken_back(path: Path, store: Path) -> Restored:
    return restore_backup(str(path), str(store), clock=lambda: NOW, command="backup restore")


def damage(memory: Memory) -> list[str]:
    return [one.what for one in memory.doctor() if one.level == "damage"]


@pytest.fixture
def path(memory: Memory) -> Path:
    return memory.path


def torn(path: Path) -> None:
    size = (path / "data.mdb").stat().st_size
    os.truncate(path / "data.mdb", size // 2)


def test_a_damaged_store_is_moved_aside_whole(memory: Memory, path: Path, tmp_path: Path) -> None:
    before = tree(memory, tmp_path / "before")
    made = memory.create_backup()
    memory.close()
    torn(path)
    with pytest.raises(StoreDamaged):
        Memory.open(path)
    damaged = (path / "data.mdb").read_bytes()
    done = taken_back(made, path)
    assert done.aside == f"{path}.damaged-20260204T100000Z"
    assert (Path(done.aside) / "data.mdb").read_bytes() == damaged
    with Memory.open(path, create=False) as back:
        assert tree(back, tmp_path / "after") == before
        assert damage(back) == []
    assert not list(path.parent.glob("*.restored-*"))


def test_a_damaged_store_that_somebody_has_open_is_left_alone(memory: Memory, path: Path) -> None:
    made = memory.create_backup()
    memory.close()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    torn(path)
    with pytest.raises(StoreBusy, match="another program has it open"):
        taken_back(made, path)
    holder.communicate(b"\n", timeout=120)
    assert not list(path.parent.glob("store.*"))


HOLDING = """
import sys
from tacit.store import presence
handle = presence.enter(sys.argv[1], 5)
print("held", flush=True)
sys.stdin.readline()
"""

KILLED = """
import os, sys
from tacit.core import replacing
from tacit.core.backup_restore import restore_backup
real, left = os.rename, [int(sys.argv[3])]
def rename(old, new):
    if "restor" in f"{old}{new}" or "damaged" in new:
        left[0] -= 1
        if not left[0]:
            os._exit(9)
    real(old, new)
os.rename = rename
restore_backup(sys.argv[1], sys.argv[2])
"""


@pytest.mark.parametrize("rename", [1, 2, 3, 4])
def test_killed_while_it_replaces_a_damaged_store_one_of_the_two_is_there(
    memory: Memory, path: Path, tmp_path: Path, rename: int
) -> None:
    before = tree(memory, tmp_path / "before")
    made = memory.create_backup()
    memory.close()
    torn(path)
    done = subprocess.run([sys.executable, "-c", KILLED, str(made), str(path), str(rename)], check=False)
    assert done.returncode == 9
    if rename < 4:
        with pytest.raises(StoreDamaged):
            Memory.open(path)
        taken_back(made, path)
    with Memory.open(path, readonly=True) as back:
        assert tree(back, tmp_path / "after") == before
    with Memory.open(path, create=False) as back:
        receipt = back.forget(sessions=[back.sessions()[0].id])
        assert receipt.pending == ()
        assert [Path(one).name.split("-")[0] for one in receipt.unreached] == ["store.damaged"]
    assert not [one.name for one in path.parent.iterdir() if "restor" in one.name]
