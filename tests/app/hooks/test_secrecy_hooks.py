"""What an agent hands to a hook is kept without secrets or not at all; nothing of it is opened or called."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from everywhere import places_of
from hooked import CWD, environment, log_of, memory_of

START = """
import os, sys
told = os.open({path!r}, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
names = ("open", "os.listdir", "os.scandir", "os.exec", "os.fork", "os.posix_spawn", "os.system")

def note(event, told_of):
    if event in names or event.startswith(("socket.", "subprocess.", "pty.")):
        os.write(told, (event + " " + repr(told_of)[:1000] + chr(10)).encode("utf-8", "replace"))

sys.addaudithook(note)
from tacit.__main__ import main
main()
"""
FAILED = {"hook_event_name": "PostToolUseFailure", "tool_name": "Bash"}


def token(number: int) -> str:
    return f"ghp_{number}a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7"


def watched(home: Path, event: str, *words: str, **told: Any) -> tuple[str, list[str]]:
    """Run a hook; what it printed, and what it opened, called and started."""
    events = home.parent / "events"
    events.unlink(missing_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", START.format(path=str(events)), "hook", event, *words],
        input=json.dumps(told).encode(), env=environment(home), capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode(), events.read_text("utf-8", "replace").splitlines()


def every_event(home: Path, said: Any) -> list[str]:
    """All hooks, with something said in every field that any agent sends; all that was opened and called."""
    seen: list[str] = []
    more = {
        "transcript_path": said(11),
        "agent_transcript_path": said(12),
        "model": said(13),
        "source": said(14),
    }
    for event, told in (
        ("session-start", {}),
        ("prompt", {"prompt": f"lint the parser: error: {said(20)}", "outcome": said(21)}),
        ("tool-result", {"tool_input": {"command": f"cat {said(30)}", "file_path": said(31)},
                         "tool_response": {"stdout": said(32), "filePath": said(33)}, "tool_use_id": "x"}),
        ("tool-result", {"tool_input": {"command": f"ruff check {said(40)}"},
                         "error": f"Exit code 1\n{said(41)}", **FAILED}),
        ("stop", {"outcome": "success", "note": f"because {said(50)}", "last_assistant_message": said(51)}),
    ):  # fmt: skip
        seen += watched(home, event, session_id="one", cwd=CWD, **(more | told))[1]
        seen += watched(home, event, session_id=said(60), cwd=said(61), **(more | told))[1]
    seen += watched(home, "stop", "--outcome", "partial", "--note", said(70), session_id="two")[1]
    seen += watched(home, said(80))[1]
    seen += watched(home, "prompt", "--agent", said(81), "--store", str(home / "store"), prompt="x")[1]
    return seen


def test_no_secret_that_is_handed_over_lies_anywhere(home: Path) -> None:
    every_event(home, token)
    with memory_of(home) as memory:
        notes = [one.note for one in memory.export_outcomes()]
    assert "because [REDACTED:github-token" in " ".join(notes)
    assert places_of("a1B2c3D4e5F6g7H8i9J0", home) == []
    assert "failed" in log_of(home)


def test_no_file_is_opened_that_is_named_and_nobody_is_called(home: Path, tmp_path: Path) -> None:
    for number in range(10, 99):
        (tmp_path / f"canary{number}").write_text('{"type": "user"}')
    seen = every_event(home, lambda number: str(tmp_path / f"canary{number}"))
    assert [one for one in seen if "canary" in one and not one.startswith("open ('<")] == []
    assert len(seen) > 100, "the guard saw nothing"
    assert [one for one in seen if not one.startswith(("open ", "os.listdir ", "os.scandir "))] == []
    assert "canary" not in log_of(home)


@pytest.mark.parametrize(
    "session",
    [
        "x" * 1_000_000,
        "a\0b",
        "\ud800",
        "../../../etc/x",
        "\x1b]52;c;aGk=\x07",
        "\u202e",
        "`a` <b>",
        "[x](y)",
    ],
)
def test_an_odd_session_id_is_nowhere_and_in_no_block(home: Path, session: str) -> None:
    for event in ("session-start", "prompt", "stop"):
        out, _ = watched(home, event, session_id=session, cwd=CWD, prompt="lint it", outcome="success")
        assert len(out) < 4_000
        assert not any(one in out for one in ("\x1b", "\x07", "\u202e", "\0", "<b>", "[x]("))
    for hidden in ("\x1b]52", "x" * 1_000, "../../../etc"):
        assert places_of(hidden, home) == []
