"""Importing transcripts, against reading every line of them with ``json.loads``."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import WORK, Figure, alternate, child_environment, inner, megabytes, peak, wall
from benchmarks.scale import giant_line, scaled, source_transcripts

_PARSE = """
import json, pathlib, sys, time
def parse():
    for path in pathlib.Path(sys.argv[1]).rglob("*.jsonl"):
        with path.open("rb") as file:
            for line in file:
                json.loads(line)
start = time.perf_counter()
parse()
print(time.perf_counter() - start)
"""

_IMPORT = """
import pathlib, sys, time
from tacit import Memory
folder, store, warm = map(pathlib.Path, sys.argv[1:])
with Memory.open(warm) as memory:
    memory.import_paths([sorted(folder.rglob("*.jsonl"))[0]])
with Memory.open(store) as memory:
    start = time.perf_counter()
    memory.import_paths([folder])
    print(time.perf_counter() - start)
"""


def figures(size: int, runs: int) -> tuple[list[Figure], list[str]]:
    """The samples and the scaled set of ``size`` megabytes, and the peak with an 84 MB line."""
    source, name = source_transcripts()
    found = [
        _in_process(f"import of the {name}", source, max(runs, 5)),
        _whole_command(f"`memory import` of the {name}", source, max(runs, 5)),
        _unchanged(f"`memory import` of the {name} once more, nothing new", source, max(runs, 5)),
        _in_process(f"import of {size} MB", scaled(size), runs),
    ]
    return found, [_peak(source)]


def _in_process(name: str, folder: Path, runs: int) -> Figure:
    def ours() -> float:
        with tempfile.TemporaryDirectory(dir=WORK) as scratch:
            home = Path(scratch)
            places = (folder, home / "store", home / "warm")
            return inner(_IMPORT, places, child_environment(home))

    def baseline() -> float:
        return inner(_PARSE, (folder,), child_environment(WORK))

    against = "json.loads on every line"
    note = "modules loaded, store new and durable"
    return alternate(name, ours, baseline, runs, against=against, aim="< 3", note=note)


def _whole_command(name: str, folder: Path, runs: int) -> Figure:
    def ours() -> float:
        with tempfile.TemporaryDirectory(dir=WORK) as home:
            return wall(_command(folder), child_environment(Path(home)))

    return _whole(name, ours, folder, runs)


def _unchanged(name: str, folder: Path, runs: int) -> Figure:
    with tempfile.TemporaryDirectory(dir=WORK) as home:
        environment = child_environment(Path(home))
        wall(_command(folder), environment)
        return _whole(name, lambda: wall(_command(folder), environment), folder, runs)


def _whole(name: str, ours: Callable[[], float], folder: Path, runs: int) -> Figure:
    def baseline() -> float:
        return wall((sys.executable, "-c", _PARSE, folder), child_environment(WORK))

    return alternate(name, ours, baseline, runs, against="a process that parses them", note="whole processes")


def _peak(source: Path) -> str:
    giant = giant_line()
    with tempfile.TemporaryDirectory(dir=WORK) as home:
        folder = Path(home) / "transcripts"
        shutil.copytree(source, folder)
        (folder / "giant.jsonl").symlink_to(giant)
        most = peak(_command(folder, giant), child_environment(Path(home)))
    own, resident = megabytes(most.anonymous), megabytes(most.resident)
    return (
        f"import with an 84 MB line: {own} RssAnon at most (aim: under 60 MB), {resident} with mapped files"
    )


def _command(*paths: Path) -> tuple[str | Path, ...]:
    return (sys.executable, "-m", "tacit", "import", *paths, "--format", "json")
