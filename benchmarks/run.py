"""The figures of docs/benchmarks.md, each against a baseline measured in the same run.

    python -m benchmarks.run                      everything
    python -m benchmarks.run import --size 100    transcripts of 100 MB
    python -m benchmarks.run cold --size 1000000  a store of a million patterns
    python -m benchmarks.run commit writers

What is generated (transcripts, stores) is kept below .bench and used again.
"""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Callable

from benchmarks import (
    backing,
    cold,
    commit,
    compression,
    contributing,
    crossing,
    holding,
    hooks,
    importing,
    known,
    learning,
    live,
    memory,
    nearest,
    paint,
    pressing,
    reading,
    recall_quality,
    recalling,
    resting,
    reviewing,
    samples,
    searching,
    serving,
    sizes,
    top,
    watching,
    writers,
)
from benchmarks.measure import WORK, CannotRun, Figure, compile_bytecode, table

Part = Callable[[int | None, int | None], list[str]]
"""Given a size and a number of runs, or ``None`` for the usual ones: what to print, piece by piece."""

PARTS: dict[str, Part] = {
    "import": lambda size, runs: _tabled(importing.figures(size or 500, runs or 3)),
    "readers": lambda size, runs: _tabled(reading.figures(size or 300, runs or 5)),
    "cold": lambda size, runs: _tabled(cold.figures(size or 100_000, runs or 21)),
    "paint": lambda size, runs: _tabled(paint.figures((100, 100_000, size or 1_000_000), runs or 11)),
    "keys": lambda size, runs: pressing.report((100, 100_000, size or 1_000_000), runs or 31),
    "loop": lambda size, runs: holding.report(100_000, size or 1_000_000, runs or 300),
    "inspector-memory": lambda size, _: resting.memory((100, 100_000, size or 1_000_000)),
    "idle": lambda size, _: resting.idle((100, size or 100_000)),
    "top": lambda size, runs: top.report((100, 10_000, size or 100_000), runs or 3_000),
    "commit": lambda _, runs: commit.report(runs or 500),
    "live": lambda _, runs: live.report(runs or 400),
    "writers": lambda _, runs: writers.report(runs or 100),
    "bytes": lambda _, __: sizes.report(),
    "compression": lambda size, runs: compression.report(size or 20, runs or 5),
    "search": lambda size, runs: searching.report((1_000, size or 20_000), runs or 11),
    "backup": lambda size, runs: backing.report(size or 400, runs or 3),
    "contribution": lambda size, runs: contributing.report(size or 10_000, runs or 500),
    "review": lambda size, runs: reviewing.report((1_000, 10_000, size or 100_000), runs or 5),
    "null": lambda _, runs: learning.report(runs or 500),
    "calibration": lambda size, _: known.report(size or 3_000),
    "samples": lambda _, __: samples.report(),
    "memory": lambda size, runs: memory.report(size or 100_000, runs or 5),
    "hooks": lambda size, runs: _tabled(hooks.figures(size or 1_000, runs or 21)),
    "mcp": lambda size, runs: serving.report(size or 1_000, runs or 21),
    "recall": lambda size, runs: recalling.report(size or 1_000, runs or 11),
    "embedding": lambda size, runs: recalling.throughput(size or 512, runs or 5),
    "vectors": lambda size, runs: nearest.report((100, 10_000, size or 100_000), runs or 100),
    "crossing": lambda size, runs: crossing.report((10_000, 30_000, 50_000, size or 100_000), runs or 100),
    "watch": lambda size, runs: watching.report(size or 30, runs or 20),
    "quality": lambda _, __: recall_quality.report(),
}


def _tabled(measured: tuple[list[Figure], list[str]]) -> list[str]:
    figures, notes = measured
    return [table(figures), *notes]


def main() -> int:
    """Run the parts that are asked for; 1 when one could not run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", nargs="*", choices=[*PARTS, []], help="default: all")
    parser.add_argument(
        "--size",
        type=int,
        help="megabytes (import, compression), episodes (backup, contribution, calibration), "
        "sessions (readers), units (search), candidates (review), texts (embedding) or patterns",
    )
    parser.add_argument("--runs", type=int, help="alternating runs of each figure")
    given = parser.parse_args()
    if given.size and len(given.part) != 1:
        parser.error("--size means something else in each part: name one")
    WORK.mkdir(exist_ok=True)
    compile_bytecode()
    print(
        f"{platform.python_implementation()} {platform.python_version()} on "
        f"{platform.system()} {platform.machine()}"
    )
    failed = False
    for name in given.part or PARTS:
        print(f"\n## {name}\n", flush=True)
        try:
            pieces = PARTS[name](given.size, given.runs)
        except CannotRun as problem:
            print(f"cannot run: {problem}")
            failed = True
            continue
        print("\n\n".join(pieces), flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
