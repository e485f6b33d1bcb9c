"""Importing the transcripts of every agent, against the same sessions as Claude Code writes them."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.measure import ROOT, WORK, Figure, alternate, child_environment, inner
from tests.support.told import AGENTS, START, Done, Task, Told, losses, writer

sys.path.insert(0, str(ROOT / "tests" / "support"))  # where the writers of each form lie

_DAY = 86_400_000
_TASKS = 4
_OUTPUT = "".join(
    f"src/module_{n}.py:{n * 7}: a line of some output that nobody reads to its end\n" for n in range(24)
)
_IMPORT = """
import pathlib, sys, time
from tacit import Memory
warm, folder, store = map(pathlib.Path, sys.argv[1:])
with Memory.open(store.with_name("warm")) as memory:
    memory.import_paths([warm])
with Memory.open(store) as memory:
    start = time.perf_counter()
    report = memory.import_paths([folder])
    print(report.steps, time.perf_counter() - start)
    assert report.sessions, report
"""


def figures(size: int, runs: int) -> tuple[list[Figure], list[str]]:
    """The same ``size`` sessions in the form of every agent."""
    plain, one = _written("claude_code", size), _written("claude_code", 1)

    def imported(folder: Path, warm: Path) -> float:
        with tempfile.TemporaryDirectory(dir=WORK) as scratch:
            home = Path(scratch)
            return inner(_IMPORT, (warm, folder, home / "store"), child_environment(home))

    found = []
    for agent in AGENTS:
        folder, warm = _written(agent, size), _written(agent, 1)
        figure = alternate(
            f"import of {size} sessions of {agent.replace('_', '-')}",
            partial(imported, folder, warm),
            partial(imported, plain, one),
            runs,
            against="the same sessions of claude-code",
        )
        found.append(figure._replace(note=_note(agent, folder, median(figure.ours))))
    return found, []


def _note(agent: str, folder: Path, seconds: float) -> str:
    weight = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    lost = f", without {', '.join(sorted(losses(agent)))}" if losses(agent) else ""
    return f"{weight:.1f} MB, {weight / seconds:.0f} MB/s{lost}"


def _written(agent: str, size: int) -> Path:
    """So many sessions in the form of an agent, written once."""
    folder = WORK / f"told-{size}" / agent
    if not folder.exists():
        write = writer(agent)
        for told in _sessions(size):
            write(told, folder if agent not in _ONE_EACH else folder / told.native)
    return folder


_ONE_EACH = frozenset({"aider", "mini_swe_agent"})
"""Agents that write every session to one place, or keep one file in the folder of a project."""


def _sessions(size: int) -> Iterator[Told]:
    for number in range(size):
        directory = f"/home/dev/work/project{number % 5}"
        tasks = tuple(
            Task(f"Change module {number}.{place} as was said", _calls(directory, place))
            for place in range(_TASKS)
        )
        native = f"5b0c1d2e-0000-4000-8000-{number:012x}"
        yield Told(native=native, start=START + number * _DAY, directory=directory, tasks=tasks)


def _calls(directory: str, place: int) -> tuple[Done, ...]:
    """Ten calls: a search, files read and edited, tests that fail and pass, a commit."""
    file = f"{directory}/src/module_{place}.py"
    read = Done("read", path=file, output=_OUTPUT)
    edit = Done("edit", f"x = {place} + 1\n", file, "ok", old=f"x = {place}\n")
    failed = Done("shell", "pytest -q", output=f"{_OUTPUT}1 failed in 0.10s", exit=1)
    passed = Done("shell", "pytest -q", output=f"{_OUTPUT}12 passed in 0.31s")
    search = Done("search", f"x = {place}", directory, _OUTPUT)
    commit = Done("shell", f"git commit -am 'Change {place}'", output=f"[main 1a2b3c4] Change {place}")
    return (search, read, edit, failed, read, edit, failed, edit, passed, commit)
