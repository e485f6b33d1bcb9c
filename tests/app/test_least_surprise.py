"""Nothing here calls anybody, whatever it does, unless a person set a remote provider."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from guard import Guard
from transcript import habits

FAILED = {
    "hook_event_name": "PostToolUseFailure",
    "tool_name": "Edit",
    "error": "File has not been read yet.",
}


@pytest.fixture(scope="module")
def guard(tmp_path_factory: pytest.TempPathFactory) -> Guard:
    return Guard(tmp_path_factory.mktemp("guard") / "site")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, guard: Guard) -> Path:
    """A home with a memory of a few sessions."""
    home = tmp_path_factory.mktemp("least") / "home"
    habits(home.parent / "in")
    run(home, guard, "import", str(home.parent / "in"))
    return home


def run(home: Path, guard: Guard, *words: str, said: bytes = b"") -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TACIT_")}
    done = subprocess.run(
        [sys.executable, "-m", "tacit", *words], input=said, capture_output=True, timeout=120, check=False,
        env=kept | {"TACIT_HOME": str(home), "HOME": str(home)} | guard.environ,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()


def message(method: str, number: int | None, **params: object) -> bytes:
    head = {"jsonrpc": "2.0", "method": method, "params": params}
    return json.dumps(head | ({} if number is None else {"id": number})).encode() + b"\n"


def test_the_guard_sees_a_call_and_a_program(tmp_path: Path) -> None:
    own = Guard(tmp_path / "site")
    code = "import socket, subprocess; subprocess.run(['true']); socket.create_connection(('127.0.0.1', 9))"
    subprocess.run(
        [sys.executable, "-c", code], env=os.environ | own.environ, capture_output=True, check=False
    )
    assert own.processes == 1
    assert own.started
    assert any(one.startswith("socket.connect ") for one in own.calls)


def test_a_server_that_works_calls_nobody(home: Path, guard: Guard) -> None:
    info = {"name": "codex", "version": "1"}
    said = message("initialize", 1, protocolVersion="2025-06-18", capabilities={}, clientInfo=info)
    said += message("notifications/initialized", None)
    for number, (tool, arguments) in enumerate(
        (
            ("search_patterns", {"text": "edit"}),
            ("recommend_patterns", {"task": "fix the parser"}),
            ("create_episode", {"task": "look at http://example.com/x and https://user:pass@example.org"}),
            ("health_check", {}),
        ),
        2,
    ):
        said += message("tools/call", number, name=tool, arguments=arguments)
    before = len(guard.started)
    assert len(run(home, guard, "mcp", said=said).splitlines()) == 5
    assert guard.calls == []
    assert len(guard.started) == before


def test_hooks_call_nobody_and_start_nothing(home: Path, guard: Guard) -> None:
    before = len(guard.started)
    for event in ("session-start", "prompt", "tool-result", "stop"):
        told = {
            "session_id": "one",
            "cwd": "/home/dev/work/app",
            "prompt": "see http://example.com",
            **FAILED,
        }
        run(home, guard, "hook", event, said=json.dumps(told).encode())
    assert guard.calls == []
    assert len(guard.started) == before


def test_a_watcher_calls_nobody_and_starts_only_itself(home: Path, guard: Guard) -> None:
    habits(home.parent / "more", 5)
    before, began = len(guard.started), guard.processes
    run(home, guard, "watch", "--once", str(home.parent / "more"))
    assert guard.calls == []
    assert guard.processes > began + 1, "what works for it was seen"
    assert all("tacit.app.apart" in one for one in guard.started[before:])


@pytest.mark.parametrize(
    "words",
    [("setup", "--check"), ("audit",), ("logs",), ("shared",), ("export", "--shareable"), ("sessions",)],
)
def test_other_commands_call_nobody(home: Path, guard: Guard, words: tuple[str, ...]) -> None:
    before = len(guard.started)
    run(home, guard, *words)
    assert guard.calls == []
    assert len(guard.started) == before
