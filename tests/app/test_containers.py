"""Agents in containers that share a memory, where every container counts its processes from 1."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from contained import own_ids, read_only
from hooked import environment
from served import Raw, eventually
from transcript import habits

from tacit import Memory


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a memory of a few sessions."""
    folder = tmp_path / "transcripts"
    habits(folder)
    made = tmp_path / "home"
    made.mkdir()
    assert run(made, "import", str(folder)).returncode == 0
    return made


def run(
    home: Path, *words: str, around: Sequence[str] = (), told: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*around, sys.executable, "-m", "tacit", *words],
        input=told,
        env=environment(home),
        capture_output=True,
        timeout=120,
        check=False,
    )


def at_work(server: Raw, number: int) -> str:
    """An episode that a server was told from beginning to end."""
    begun: str = server.call("create_episode", task=f"Task {number}")["result"]["structuredContent"][
        "episode"
    ]
    for _ in range(3):
        added = server.call("add_step", episode=begun, tool="bash", parameters={"command": "make"})
        assert added["result"]["isError"] is False, added
    done = server.call("complete_episode", episode=begun, outcome="success")["result"]
    assert done["structuredContent"]["steps"] == 3
    return begun


def test_servers_with_the_same_process_id_work_at_once_and_nothing_is_lost(home: Path) -> None:
    around = own_ids()
    with (
        Raw(home, around=around).hello() as one,
        Raw(home, around=around).hello() as two,
        Raw(home, around=around).hello() as three,
        Raw(home).hello() as outside,
    ):
        servers = (one, two, three, outside)
        told = [at_work(server, number) for number, server in enumerate(servers * 3)]
        assert [server.leave() for server in servers] == [0, 0, 0, 0]
    with Memory.open(home / "store", create=False) as memory:
        assert {memory.get(one).outcome.label for one in told} == {"success"}
        assert [one for one in memory.doctor() if one.level != "ok"] == []


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_a_server_that_went_on_as_a_child_ends_with_its_parent(home: Path, end: signal.Signals) -> None:
    around = own_ids()
    with Raw(home, around=around).hello() as one, Raw(home, around=around).hello() as two:
        at_work(one, 1)
        at_work(two, 2)
        (first,) = children(two.process.pid)
        (child,) = children(first)
        os.kill(first, end)
        eventually(lambda: not Path(f"/proc/{child}/cmdline").exists())
        two.process.wait(120)
        at_work(one, 3)


def children(process: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def test_commands_and_hooks_find_the_memory_in_use_under_their_process_id(home: Path) -> None:
    around = own_ids()
    event = {"session_id": "s", "cwd": "/home/dev/work/app", "hook_event_name": "SessionStart"}
    with Raw(home, around=around).hello() as server:
        at_work(server, 1)
        for words in (("stats",), ("search", "ruff"), ("doctor",)):
            inside, outside = run(home, *words, around=around), run(home, *words)
            assert (inside.returncode, inside.stderr) == (outside.returncode, outside.stderr)
        told = json.dumps(event).encode()
        hooked, like = (run(home, "hook", "session-start", around=one, told=told) for one in (around, ()))
        assert (hooked.returncode, hooked.stderr, hooked.stdout) == (0, b"", like.stdout)
        assert hooked.stdout
        assert run(home, "show", "p-000000000000", around=around).returncode == 1


def test_in_a_sandbox_that_may_not_write_agents_are_answered_and_told_what_they_cannot_do(home: Path) -> None:
    around = read_only(home)
    with Raw(home, around=around).hello() as inside, Raw(home).hello() as outside:
        health = inside.call("health_check")["result"]["structuredContent"]
        assert (health["status"], health["readonly"]) == ("readonly", True)
        before = inside.call("query_memory", what="episodes")["result"]["structuredContent"]
        at_work(outside, 1)
        after = inside.call("query_memory", what="episodes")["result"]["structuredContent"]
        assert after["total"] == before["total"] + 1, "what others write meanwhile is seen"
        pattern = inside.call("search_patterns", text="ruff")["result"]["structuredContent"]["patterns"][0]
        for tool, arguments in (
            ("create_episode", {"task": "x"}),
            ("record_feedback", {"id": pattern["id"], "said": "helped"}),
            ("delete_pattern", {"id": pattern["id"]}),
            ("complete_episode", {"session": "s", "outcome": "success"}),
        ):
            refused = inside.call(tool, **arguments)["result"]
            assert refused["isError"] is True
            assert "for reading only" in refused["content"][0]["text"], (tool, refused)
        assert outside.call("explain_pattern", id=pattern["id"])["result"]["isError"] is False
        assert inside.leave() == 0
        assert inside.errors == b""


def test_in_a_sandbox_that_may_not_write_hooks_tell_and_commands_say_why(home: Path) -> None:
    around = read_only(home)
    event = json.dumps({"session_id": "s", "cwd": "/home/dev/work/app"}).encode()
    inside, outside = (run(home, "hook", "session-start", around=one, told=event) for one in (around, ()))
    assert (inside.returncode, inside.stdout, inside.stderr) == (0, outside.stdout, b"")
    assert inside.stdout
    told = json.dumps({"session_id": "s", "outcome": "success"}).encode()
    stopped = run(home, "hook", "stop", around=around, told=told)
    assert (stopped.returncode, stopped.stdout, stopped.stderr) == (0, b"", b"")
    assert run(home, "stats", around=around).returncode == 0
    (folder := home.parent / "more").mkdir()
    habits(folder)
    (folder / "new.jsonl").write_text(next(folder.glob("*.jsonl")).read_text().replace("-", "_"))
    for words, code in ((("import", str(folder)), 3), (("watch", "--once", str(folder)), 1)):
        refused = run(home, *words, around=around)
        assert refused.returncode == code, refused
        assert b"hint: " in refused.stderr
        assert b"Traceback" not in refused.stderr
