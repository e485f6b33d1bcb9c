"""Transcripts that grow, resume each other and stand beside a program's own, for tests of order."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ledger import Tellers
from transcript import START, Transcript, habit

from tacit.core.ids import episode_id, session_id

DAY = 86_400_000


def program(number: int) -> list[str]:
    """Two sessions told in turns in one file by a program, which gives them labels."""
    lines: list[dict[str, Any]] = [
        {"type": "session", "tacit": 1, "id": f"{name}{number}", "project": "/home/dev/work/app"}
        for name in ("x", "y")
    ]
    for at, name in enumerate(("x", "y", "x")):
        task = {"session": f"{name}{number}", "at": START + (5 + at) * DAY}
        lines.append({"type": "episode_start", "id": str(at), "task": "fix the parser", **task})
        for file in ("src/parser.py", "src/reader.py"):
            edit = {"tool": "Edit", "parameters": {"file_path": f"/home/dev/work/app/{file}"}}
            lines.append({"type": "step", **edit, **task})
        test = {"tool": "Bash", "parameters": {"command": "pytest -q"}, "observation": "3 passed in 0.1s"}
        lines.append({"type": "step", **test, **task})
        lines.append({"type": "episode_end", "outcome": "success" if at else "failure", **task})
    return [json.dumps(_later(line, number)) + "\n" for number, line in enumerate(lines)]


def _later(line: dict[str, Any], number: int) -> dict[str, Any]:
    """A line a second after the one before it: of two copies the longer ends later."""
    return {**line, "at": line["at"] + 1_000 * number} if "at" in line else line


def stories() -> dict[str, list[str]]:
    """Files by name: sessions of two tasks, half of which are resumed by others, and a program's."""
    told: dict[str, list[str]] = {}
    for number in range(6):
        origin = number - 3 if number > 3 else number
        place = "/home/dev/work/other" if origin > 1 else "/home/dev/work/app"
        one = habit(f"h{origin}", start=START + origin * DAY, good=origin % 3 != 2, cwd=place)
        one.prompt("now the reader, please")
        one.edit("src/reader.py")
        one.edit("src/parser.py")
        one.tests_fail() if origin == 2 else one.tests_pass()
        if number > 3:
            one.native = Transcript(f"resumed {number}").native
            for line in one.lines:
                line["sessionId"] = one.native
            one.prompt("and one thing more")
            one.bash("ruff check .", "All checks passed!")
            one.tests_pass()
        told[f"{one.native}.jsonl"] = one.text().splitlines(keepends=True)
    told["program.jsonl"] = program(1)
    return told


STORIES = stories()
"""The lines of each file, by its name."""


def tellers(told: Mapping[str, int]) -> Tellers:
    """Which sessions tell which episode in so many lines of each file, by a few plain rules."""
    found: dict[str, set[str]] = {}
    for name, lines in told.items():
        for line in map(json.loads, STORIES[name][:lines]):
            if name == "program.jsonl":
                if line["type"] == "episode_start":
                    native = f"tacit:{line['session']}"
                    episode = episode_id("tacit-jsonl", f"{native}#{line['id']}")
                    found.setdefault(episode, set()).add(session_id("tacit-jsonl", native))
            elif isinstance(line["message"]["content"], str):
                session = session_id("claude-code", line["sessionId"])
                found.setdefault(episode_id("claude-code", line["uuid"]), set()).add(session)
    return {episode: frozenset(sessions) for episode, sessions in found.items()}
