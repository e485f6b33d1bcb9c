"""Several processes embed one store, some are killed: nothing is lost and nothing doubled."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from embedded import Counting, more, right, rows_of, texts_of
from transcript import habits

from tacit import Memory
from tacit.core.embedding.catching_up import embed_waiting
from tacit.core.embedding.turn import FILE

SUPPORT = Path(__file__).parents[2] / "support"


@pytest.fixture
def provider() -> Counting:
    """One that counts what it is asked."""
    return Counting()


def test_one_embeds_at_a_time_and_the_other_goes_on_without(memory: Memory, provider: Counting) -> None:
    handle = os.open(memory.path / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        done = embed_waiting(memory._store, provider)
        assert (done.done, provider.asked) == (0, [])
        assert done.waiting > 0
    finally:
        os.close(handle)
    right(memory, provider)


def test_a_kill_anywhere_loses_and_doubles_nothing(memory: Memory, tmp_path: Path) -> None:
    for day in range(9, 15):
        memory.import_paths([more(tmp_path / "in", f"zebra {day}", day)])
    memory.close()
    every = len(texts_of(Memory.open(memory.path)._store))
    code = f"""
import os, signal, sys
sys.path.insert(0, {str(SUPPORT)!r})
from embedded import Counting
from tacit import Memory
from tacit.core.embedding import catching_up
catching_up.ROUND = 2
at = int(sys.argv[2])
provider = Counting()
provider.meanwhile = lambda: len(provider.asked) >= at and os.kill(os.getpid(), signal.SIGKILL)
memory = Memory.open(sys.argv[1])
progress = lambda done, total: (done >= at) and os.kill(os.getpid(), signal.SIGKILL)
catching_up.embed_waiting(memory._store, provider, None, progress)
"""
    random = Random(7)
    for at in sorted(random.sample(range(1, every), 4)):
        subprocess.run([sys.executable, "-c", code, str(memory.path), str(at)], check=False)
        with Memory.open(memory.path) as opened:
            rows = rows_of(opened._store, Counting())
            assert rows <= every
    argv = [sys.executable, "-c", code, str(memory.path), "3"]
    died = subprocess.run(argv, check=False, capture_output=True)
    assert died.returncode in {0, -signal.SIGKILL}, died.stderr
    with Memory.open(memory.path) as opened:
        right(opened, Counting())
        assert rows_of(opened._store, Counting()) == every


def test_two_processes_at_once_do_no_harm(memory: Memory, tmp_path: Path) -> None:
    habits(tmp_path / "more", 6)
    memory.close()
    code = f"""
import sys
sys.path.insert(0, {str(SUPPORT)!r})
from contextlib import suppress
from pathlib import Path
from embedded import Counting
from tacit import Memory
from tacit.core.embedding.catching_up import embed_waiting
from tacit.core.errors import NotFound
with Memory.open(sys.argv[1]) as memory:
    for _ in range(8):
        embed_waiting(memory._store, Counting(), 5)
        memory.import_paths([Path(sys.argv[2])])
        with suppress(NotFound):  # the other one was first
            memory.delete([memory.sessions()[0].id])
        embed_waiting(memory._store, Counting(), 5)
        with suppress(NotFound):
            memory.undo()
"""
    argv = [sys.executable, "-c", code, str(memory.path), str(tmp_path / "more")]
    both = [subprocess.Popen(argv, stderr=subprocess.PIPE) for _ in range(2)]
    for one in both:
        _, said = one.communicate(timeout=300)
        assert one.returncode == 0, said.decode()
    with Memory.open(memory.path) as opened:
        right(opened, Counting())
