"""Hand-written Claude Code transcripts for tests, one call at a time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

START = 1_767_607_200_000  # 2026-01-05T10:00:00Z, a Monday
DENIED = "The user doesn't want to proceed with this tool use. The tool use was rejected."


def iso(at: int) -> str:
    """RFC 3339 of milliseconds."""
    from datetime import UTC, datetime

    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Transcript:
    """One session's file, line by line. Every line is ten seconds after the one before."""

    def __init__(self, name: str = "one", *, cwd: str = "/home/dev/work/app", start: int = START) -> None:
        self.native = str(uuid5(NAMESPACE_URL, name))
        self.name = name
        self.cwd = cwd
        self.at = start
        self.lines: list[dict[str, Any]] = []
        self.parent: str | None = None
        self.calls = 0

    def prompt(self, text: str) -> str:
        """A typed prompt; returns its uuid."""
        return self._line("user", {"role": "user", "content": text})

    def call(
        self, tool: str, parameters: dict[str, Any], result: str = "", *, error: bool = False, key: str = ""
    ) -> None:
        """A tool call and its result."""
        self.calls += 1
        call = key or f"toolu_{self.name}_{self.calls}"
        use = {"type": "tool_use", "id": call, "name": tool, "input": parameters}
        message = {"id": f"msg_{call}", "role": "assistant", "model": "claude-opus-4-5", "content": [use]}
        self._line("assistant", message | {"usage": {"input_tokens": 10, "output_tokens": 5}})
        block = {"type": "tool_result", "tool_use_id": call, "content": result}
        self._line("user", {"role": "user", "content": [block | ({"is_error": True} if error else {})]})

    def bash(self, command: str, result: str = "", *, error: bool = False) -> None:
        """A shell call; a failing one gets the usual first line."""
        text = f"Exit code 1\n{result}" if error else result
        self.call("Bash", {"command": command}, text, error=error)

    def read(self, path: str) -> None:
        """A file that is read."""
        self.call("Read", {"file_path": f"{self.cwd}/{path}"}, "     1→text")

    def edit(self, path: str, *, refused: str = "") -> None:
        """An edit, or one the tool refuses with a message."""
        parameters = {"file_path": f"{self.cwd}/{path}", "old_string": f"a{self.calls}", "new_string": "b"}
        if refused:
            self.call("Edit", parameters, f"<tool_use_error>{refused}</tool_use_error>", error=True)
        else:
            self.call("Edit", parameters, f"The file {self.cwd}/{path} has been updated.")

    def tests_pass(self) -> None:
        """A test run that goes well."""
        self.bash("pytest -q", "3 passed in 0.10s")

    def tests_fail(self) -> None:
        """A test run that does not."""
        self.bash(
            "pytest -q", "FAILED tests/test_a.py::test_b - AssertionError\n1 failed in 0.10s", error=True
        )

    def text(self) -> str:
        """The file's content."""
        return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in self.lines)

    def save(self, directory: Path) -> Path:
        """Write the file as the agent would."""
        directory.mkdir(parents=True, exist_ok=True)
        path = directory / f"{self.native}.jsonl"
        path.write_text(self.text(), encoding="utf-8")
        return path

    def _line(self, kind: str, message: dict[str, Any]) -> str:
        uuid = str(uuid5(NAMESPACE_URL, f"{self.name}/{len(self.lines)}"))
        self.lines.append(
            {
                "type": kind,
                "uuid": uuid,
                "parentUuid": self.parent,
                "sessionId": self.native,
                "timestamp": iso(self.at),
                "cwd": self.cwd,
                "gitBranch": "main",
                "version": "2.1.0",
                "isSidechain": False,
                "userType": "external",
                "message": message,
            }
        )
        self.parent = uuid
        self.at += 10_000
        return uuid


def habit(name: str, *, start: int = START, good: bool = True, cwd: str = "/home/dev/work/app") -> Transcript:
    """A session of one episode: a refused edit that reading gets past, a lint failure, a test run."""
    one = Transcript(name, cwd=cwd, start=start)
    one.prompt(f"fix the parser, case {name}")
    one.edit("src/parser.py", refused="File has not been read yet. Read it first before writing to it.")
    one.read("src/parser.py")
    one.edit("src/parser.py")
    one.bash("ruff check .", "src/parser.py:1:1: F401 `os` imported but unused\nFound 1 error.", error=True)
    one.edit("src/parser.py")
    one.bash("ruff check .", "All checks passed!")
    one.bash("git add -A")
    if good:
        one.tests_pass()
    else:
        one.tests_fail()
    return one


def habits(directory: Path, count: int = 4) -> list[Path]:
    """Several sessions of the same habit, a day apart, every third of which ends badly."""
    day = 86_400_000
    return [
        habit(f"h{number}", start=START + number * day, good=number % 3 != 2).save(directory)
        for number in range(count)
    ]
