"""A session in the form of any agent, imported while its agent writes it, ends as one imported at once."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from told import story, writer
from waiting import exported

from tacit import Memory
from tacit.core.watching_report import Taken

NOW = story().start + 30 * 86_400_000
LINES = ("claude_code", "codex", "gemini", "copilot", "cursor")
"""The agents that add lines to a file."""

WHOLE = ("mini_swe_agent", "swe_agent", "cline", "roo_code", "copilot_older")
"""Those that write all of it anew."""


@pytest.fixture
def taking(tmp_path: Path) -> Iterator[Memory]:
    with Memory.open(tmp_path / "taking", clock=lambda: NOW) as memory:
        yield memory


def take(memory: Memory, path: Path) -> Taken:
    return memory.take([str(path)])[0]


def at(path: Path, second: int) -> None:
    """A file whose form has no times was written to then."""
    os.utime(path, (story().start // 1000 + second, story().start // 1000 + second))


def plain(folder: Path, path: Path) -> dict[str, bytes]:
    with Memory.open(folder / "plain", clock=lambda: NOW) as memory:
        memory.import_paths([path])
        return exported(memory, folder / "plain-export")


@pytest.mark.parametrize("agent", LINES)
def test_a_line_that_is_half_written_waits(agent: str, taking: Memory, tmp_path: Path) -> None:
    path = writer(agent)(story(directory="/home/dev/work/Größe 日本"), tmp_path / "home")
    whole = path.read_bytes()
    ends = [place for place, byte in enumerate(whole) if byte == 10]
    cuts = [place + far for place in ends[:-1] for far in (1, 40)] + [ends[-1] - 1, len(whole)]
    for second, cut in enumerate(cuts):
        path.write_bytes(whole[:cut])
        at(path, second)
        report = take(taking, path).report
        assert set(report.skipped) <= {"no prompt or call in it", "without a typed prompt"}, (cut, report)
    assert exported(taking, tmp_path / "out") == plain(tmp_path, path)


@pytest.mark.parametrize("agent", WHOLE)
def test_a_file_that_is_being_written_anew_is_left_for_the_next_time(
    agent: str, taking: Memory, tmp_path: Path
) -> None:
    path = writer(agent)(story(), tmp_path / "home")
    path = next(
        one for one in [path, *sorted(path.rglob("*.json"))] if one.is_file() and one.stat().st_size > 400
    )
    whole = path.read_bytes()
    for second, cut in enumerate((0, len(whole) // 2, len(whole) - 2)):
        path.write_bytes(whole[:cut])
        at(path, second)
        assert take(taking, path).report.sessions == 0
    path.write_bytes(whole)
    at(path, 5)
    assert take(taking, path).report.sessions == 1
    assert exported(taking, tmp_path / "out") == plain(tmp_path, path)


def test_a_session_of_gemini_in_one_object_is_left_while_it_is_written(
    taking: Memory, tmp_path: Path
) -> None:
    told = story()
    head = {"sessionId": told.native, "projectHash": "a" * 64, "startTime": "2026-01-05T10:00:00.000Z"}
    messages = [
        {"id": f"{n:036d}", "timestamp": f"2026-01-05T10:0{n}:00.000Z", "type": kind, "content": text}
        for n, (kind, text) in enumerate(
            (("user", task.prompt), ("gemini", task.said))[n % 2] for task in told.tasks for n in (0, 1)
        )
    ]
    path = (
        tmp_path / ".gemini" / "tmp" / "shop" / "chats" / f"session-2026-01-05T10-00-{told.native[:8]}.json"
    )
    path.parent.mkdir(parents=True)
    for upto in (2, 4):
        whole = json.dumps(head | {"messages": messages[:upto]}, indent=2)
        for cut in (len(whole) // 2, len(whole) - 1):
            path.write_text(whole[:cut])
            assert take(taking, path).report.skipped == {"not JSON": 1}
        path.write_text(whole)
        assert take(taking, path).report.episodes == 1
    assert exported(taking, tmp_path / "out") == plain(tmp_path, path)
