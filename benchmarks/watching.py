"""The watcher: from a line written to a pattern counted, and what it takes while nothing happens.

The watcher waits until a file was quiet for two seconds. What it takes of memory is held against the same
work done in one process, which keeps what it has loaded.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from benchmarks.measure import MEMORY, WORK, CannotRun, Line, child_environment, lines_table, quantile
from benchmarks.screen import own_memory, used
from tacit import Memory
from tacit.core.clock import system_clock
from tacit.core.demo.recorder import Recorder
from tacit.core.demo.transcripts import write_transcripts
from tacit.core.errors import StoreError

_PATIENCE = 60.0
_DELAY = 5.0
_SHARE = 0.003
_OWN = 30_000_000

_INSIDE = """
import sys
from tacit import Memory
with Memory.open(sys.argv[1]) as memory:
    memory.import_path(sys.argv[2])
    memory.patterns()
    print("done", flush=True)
    sys.stdin.read()
"""


def report(seconds: int, runs: int) -> list[str]:
    """Delay over ``runs`` tasks, processor time over so many seconds, and memory, on 120 sessions."""
    if not Path("/proc/self/task").exists():
        raise CannotRun("this system does not tell what a process takes: it has no /proc")
    with tempfile.TemporaryDirectory(dir=WORK) as base:
        folder, home = Path(base) / "in", Path(base) / "home"
        write_transcripts(folder, system_clock())
        with _watching(folder, home) as pid:
            store = home / "tacit" / "store"
            _until(lambda: _uses(store) > 0)
            first = own_memory(pid)
            delays = [_delay(folder / "live.jsonl", store, number) for number in range(runs)]
            time.sleep(5)
            before, began = used(pid), time.perf_counter()
            time.sleep(seconds)
            share = (used(pid) - before) / (time.perf_counter() - began)
            own = own_memory(pid)
        inside = _inside(folder, home)
    most = max(delays)
    return [
        lines_table(
            [
                Line("line written to pattern counted, median", f"{quantile(delays, 0.5):.2f} s"),
                Line("the same, slowest", f"{most:.2f} s", "", None, f"< {_DELAY:.0f} s", most < _DELAY),
                Line("processor while idle", f"{share:.2%}", "", None, f"< {_SHARE:.1%}", share < _SHARE),
                Line("memory after the first import", *_held(first, inside)),
                Line(f"memory after {runs} more", *_held(own, inside), "< 30 MB", own < _OWN),
            ],
            "all in one process",
        ),
        f"{runs} tasks of one session that grows; 2 s of quiet are waited for; memory is RssAnon",
    ]


def _held(own: int, inside: int) -> tuple[str, str, float]:
    return f"{own / 1e6:.1f} MB", f"{inside / 1e6:.1f} MB", own / inside


@contextmanager
def _watching(folder: Path, home: Path) -> Iterator[int]:
    with subprocess.Popen(
        [MEMORY, "watch", folder],
        env=child_environment(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield process.pid
        finally:
            process.terminate()


def _delay(path: Path, store: Path, number: int) -> float:
    """Seconds until a task counts whose last line is written now."""
    one = Recorder(
        Random(number),
        cwd="/home/mira/work/ledgerd",
        branch="main",
        version="2.1.0",
        model="m",
        at=system_clock(),
    )
    one.session = "00000000-0000-4000-8000-000000000001"
    one.prompt(f"make the tests pass, part {number}")
    for command, failed in (("bin/test", True), ("mypy .", False), ("bin/test", False)):
        one.turn()
        said = "Exit code 1\n1 failed in 0.10s" if failed else "3 passed in 0.10s"
        one.result(one.call("Bash", {"command": command}), said, error=failed)
    before = _uses(store)
    with path.open("ab") as file:
        file.write(one.encode())
    began = time.perf_counter()
    _until(lambda: _uses(store) > before)
    return time.perf_counter() - began


def _uses(store: Path) -> int:
    """How often all patterns were used; 0 without a store."""
    try:
        with Memory.open(store, readonly=True, create=False) as memory:
            return sum(pattern.uses for pattern in memory.patterns())
    except StoreError:
        return 0


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise CannotRun("the watcher learned nothing for a minute")
        time.sleep(0.02)


def _inside(folder: Path, home: Path) -> int:
    """The memory of a process that imports the same itself."""
    command = [sys.executable, "-c", _INSIDE, str(home / "inside"), str(folder)]
    with subprocess.Popen(
        command, env=child_environment(home), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        return own_memory(process.pid)
