"""Sessions of 100,000 steps, in one episode and in many: read within bounds, judged and counted whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from transcript import START, iso

from tacit import Memory

STEPS = int(os.environ.get("HUGE_STEPS", "100000"))
SPLIT = int(os.environ.get("HUGE_STEPS", "20000"))
TASK = 20
"""Steps of each of many episodes."""

ROOT = "/home/dev/work/app"
NATIVE = "00000000-0000-4000-8000-00000000000a"
FAILED = "Exit code 1\nsrc/a.py:1:1: F401 `os` imported but unused\nFound 1 error."

IMPORT = """
import sys, threading
from pathlib import Path
from tacit import Memory

def own():
    for line in open("/proc/self/status"):
        if line.startswith("RssAnon"):
            return int(line.split()[1])

def watch():
    while not done.wait(0.02):
        peak.append(max(peak.pop(), own()))

memory = Memory.open(sys.argv[1], clock=lambda: 1767607200000)
before, peak, done = own(), [own()], threading.Event()
watcher = threading.Thread(target=watch)
watcher.start()
report = memory.import_paths([Path(sys.argv[2])])
done.set()
watcher.join()
memory.close()
print(report.episodes, report.steps, report.errors, report.cut.get("steps", 0), peak[0] - before)
"""


def call(number: int, steps: int) -> tuple[str, dict[str, str], str]:
    """The tool, parameters and output of a step: one edit and one test in the middle, the rest chores."""
    if number == steps // 2:
        return "Edit", {"file_path": f"{ROOT}/src/a.py"}, "done"
    if number == steps // 2 + 1:
        return "Bash", {"command": "pytest -q"}, "3 passed in 0.10s"
    if number % 10 == 3:
        return "Bash", {"command": "ruff check ."}, FAILED
    return "Read", {"file_path": f"{ROOT}/src/{number % 7}.py"}, "     1\u2192text"


def written(folder: Path, steps: int, task: int) -> Path:
    """A session of so many steps with a prompt before every ``task`` of them."""
    folder.mkdir()
    path, parent, lines = folder / f"{NATIVE}.jsonl", None, 0
    with path.open("w", encoding="utf-8") as file:

        def line(kind: str, content: object) -> None:
            nonlocal parent, lines
            head = {"type": kind, "uuid": f"u{lines}", "parentUuid": parent, "sessionId": NATIVE, "cwd": ROOT}
            head |= {"timestamp": iso(START + lines), "isSidechain": False}
            file.write(json.dumps({**head, "message": {"role": kind, "content": content}}) + "\n")
            parent, lines = f"u{lines}", lines + 1

        for number in range(steps):
            if number % task == 0:
                line("user", f"do the part number {number}, please")
            tool, parameters, output = call(number, steps)
            line("assistant", [{"type": "tool_use", "id": f"c{number}", "name": tool, "input": parameters}])
            failed = {"is_error": True} if output == FAILED else {}
            line("user", [{"type": "tool_result", "tool_use_id": f"c{number}", "content": output, **failed}])
    return path


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize(("steps", "task"), [(STEPS, STEPS), (SPLIT, TASK)], ids=["one episode", "many"])
def test_a_huge_session_is_read_within_bounds(tmp_path: Path, steps: int, task: int):
    path = written(tmp_path / "in", steps, task)
    line = [sys.executable, "-c", IMPORT, str(tmp_path / "store"), str(path)]
    done = subprocess.run(line, capture_output=True, text=True, check=True, timeout=300)
    episodes, counted, errors, cut, grown = map(int, done.stdout.split())
    kept = min(task, 1_000)
    assert (episodes, counted, errors) == (steps // task, steps, steps // 10)
    assert cut == steps - kept * episodes
    assert grown < 60_000 + 3 * steps, "3 kB for a step, beside what a batch and the indexes need"
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        judged = [one for one in memory.episodes() if "src/a.py" in one.files]
        assert [(one.outcome.label, one.outcome.source) for one in judged] == [("success", "test")]
        assert sum(calls for one in memory.episodes() for _, calls, _ in one.tools) == steps
        numbers = [step.n for step in memory.steps(judged[0].id)]
        first = min(kept, 400) if kept < task else kept
        assert numbers == [*range(1, first + 1), *range(task - (kept - first) + 1, task + 1)]
        assert [finding for finding in memory.doctor() if finding.level != "ok"] == []
