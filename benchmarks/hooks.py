"""Hooks as agents run them, each a process of its own, against a Python that does nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from statistics import median

from msgspec.structs import replace

from benchmarks.generate import made_up
from benchmarks.measure import MEMORY, WORK, CannotRun, Figure, alternate, child_environment, wall
from tacit import Memory
from tacit.core.clock import system_clock
from tacit.core.config import Config, load
from tacit.core.demo.store import build_demo
from tacit.core.hook_memory import Hooked
from tacit.core.tables import PATTERNS, SCHEMA, key_of
from tacit.store.store import Store
from tacit.store.transaction import Write

_EVENTS: dict[str, dict[str, object]] = {
    "session-start": {"hook_event_name": "SessionStart"},
    "prompt": {"hook_event_name": "UserPromptSubmit", "prompt": "Add a flag to the parser and test it"},
    "prompt with an error": {"hook_event_name": "UserPromptSubmit", "prompt": "edit refused: file not found"},
    "tool-result, an edit": {
        "hook_event_name": "PostToolUseFailure",
        "tool_name": "Edit",
        "error": "File has not been read yet. Read it first before writing to it.",
    },
    "tool-result, a command": {
        "hook_event_name": "PostToolUseFailure",
        "tool_name": "Bash",
        "tool_input": {"command": "go test ./... | tail -20"},
        "error": "Exit code 1\n--- FAIL: TestParser (0.00s)\nFAIL",
    },
    "tool-result, no failure": {"hook_event_name": "PostToolUse", "tool_name": "Edit", "tool_response": {}},
    "stop": {"hook_event_name": "Stop"},
}


def figures(size: int, runs: int) -> tuple[list[Figure], list[str]]:
    """Each event in a project of the demo store with ``size`` patterns more, every time of a new session."""
    found = []
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        home = Path(folder)
        environment = child_environment(home)
        where = _filled(home / "tacit" / "store", size)
        nothing = partial(wall, (sys.executable, "-c", "pass"), environment)
        for name, told in _EVENTS.items():
            ours = _hook(name.partition(",")[0].partition(" ")[0], told | {"cwd": where}, environment)
            figure = alternate(
                f"`memory hook` {name}", ours, nothing, runs, against="python -c pass", aim="< 8"
            )
            found.append(figure)
        usual = environment | {"TACIT_STORE": environment["TACIT_HOME"] + "/store"}
        del usual["TACIT_HOME"]
        start = _hook("session-start", _EVENTS["session-start"] | {"cwd": where}, usual)
        name = "`memory hook` session-start, usual places"
        found.append(alternate(name, start, nothing, runs, against="python -c pass", aim="< 8"))
        log = home / "tacit" / "tacit.log"
        if log.exists():
            raise CannotRun(f"a hook failed: {log.read_text('utf-8').splitlines()[0]}")
        warm = _warm(home / "tacit" / "store", where, runs)
    return found, [
        f"each a new process and session in a project with {size:,} patterns more than the demo's",
        f"warm, in a process that has answered before, without what is noted: {warm}",
    ]


def _warm(store: Path, where: str, runs: int) -> str:
    """Milliseconds of each answer from opening the store to its text."""
    error = str(_EVENTS["tool-result, an edit"]["error"])
    asked: dict[str, Callable[[Hooked], object]] = {
        "session-start": lambda memory: memory.at_start([where], 500),
        "prompt": lambda memory: memory.for_request([where], "Add a flag to the parser and test it", 200),
        "tool-result": lambda memory: memory.after_call([where], error, "Edit", "", 150, failed=True),
    }
    config = load()
    return ", ".join(f"{name} {_answer(store, config, ask, runs):.1f} ms" for name, ask in asked.items())


def _answer(store: Path, config: Config, ask: Callable[[Hooked], object], runs: int) -> float:
    times = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        with Hooked.open(str(store), config, "claude-code", "warm", readonly=True) as memory:
            ask(memory)
        times.append(1000 * (time.perf_counter() - start))
    return median(times[1:])


def _filled(path: Path, size: int) -> str:
    """Make the store, every pattern in one project; where that project lies."""
    build_demo(path, path.with_name("transcripts"), system_clock)
    rng = Random(7)
    with Memory.open(path) as memory:
        session = memory.sessions()[0]
        project = session.project

    def write(write: Write) -> None:
        for number in range(size):
            one = replace(made_up(rng, number), project_names=(project,), projects=1)
            write.put(PATTERNS, key_of(one.id), one)

    with Store.open(path, SCHEMA, create=False, command="generate", clock=system_clock) as store:
        store.write(write)
    return session.directory


def _hook(event: str, told: dict[str, object], environment: dict[str, str]) -> Callable[[], float]:
    numbers = count()

    def run() -> float:
        handed = json.dumps(told | {"session_id": f"{event}-{next(numbers)}"}).encode()
        start = time.perf_counter()
        subprocess.run(
            [MEMORY, "hook", event],
            input=handed,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        return time.perf_counter() - start

    return run
