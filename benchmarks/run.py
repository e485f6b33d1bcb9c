"""The figures of docs/benchmarks.md, each against a baseline measured in the same run.

    python -m benchmarks.run                      everything
    python -m benchmarks.run import --size 100    transcripts of 100 MB
    python -m benchmarks.run cold --size 1000000  a store of a million patterns
    python -m benchmarks.run paint --runs 21

What is generated (transcripts, stores) is kept below .bench and used again.
"""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Callable

from benchmarks import cold, importing, paint
from benchmarks.measure import WORK, CannotRun, Figure, compile_bytecode, table

Part = Callable[[int | None, int | None], tuple[list[Figure], list[str]]]

PARTS: dict[str, Part] = {
    "import": lambda size, runs: importing.figures(size or 500, runs or 3),
    "cold": lambda size, runs: cold.figures(size or 100_000, runs or 21),
    "paint": lambda size, runs: paint.figures((100, size or 10_000), runs or 11),
}


def main() -> int:
    """Run the parts that are asked for; 1 when one could not run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", nargs="*", choices=[*PARTS, []], help="default: all")
    parser.add_argument("--size", type=int, help="megabytes (import) or patterns (cold, paint)")
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
            figures, notes = PARTS[name](given.size, given.runs)
        except CannotRun as problem:
            print(f"cannot run: {problem}")
            failed = True
            continue
        print(table(figures))
        for note in notes:
            print(f"\n{note}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
