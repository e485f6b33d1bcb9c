"""A cold ``memory patterns`` on a large store, against a Python that does nothing."""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.generate import generated
from benchmarks.measure import MEMORY, WORK, Figure, Peak, alternate, child_environment, megabytes, peak, wall


def figures(size: int, runs: int) -> tuple[list[Figure], list[str]]:
    """``memory patterns --limit 10 --format json`` at 100 and at ``size`` patterns."""
    found = []
    with tempfile.TemporaryDirectory(dir=WORK) as home:
        environment = child_environment(Path(home))

        nothing = partial(wall, (sys.executable, "-c", "pass"), environment)
        for patterns in (100, size):
            command = _command(generated(patterns))
            name = f"cold `memory patterns` of {patterns:,}"
            found.append(
                alternate(
                    name,
                    partial(wall, command, environment),
                    nothing,
                    runs,
                    against="python -c pass",
                    aim="< 5.5",
                    note="bytecode compiled",
                )
            )
        most = [peak(_command(generated(size)), environment) for _ in range(5)]
    return found, [_memory(most, size)]


def _command(store: Path) -> tuple[str | Path, ...]:
    return (MEMORY, "--store", store, "patterns", "--limit", "10", "--format", "json")


def _memory(peaks: list[Peak], size: int) -> str:
    own = max((each.anonymous for each in peaks if each.anonymous is not None), default=None)
    resident = max(each.resident for each in peaks)
    return (
        f"`memory patterns` of {size:,}: {megabytes(own)} RssAnon at most, "
        f"{megabytes(resident)} with mapped files (aim: under 30 MB)"
    )
