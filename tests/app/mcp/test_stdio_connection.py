"""Lines that are no messages, clients that leave, signals, and what libraries print."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from served import Raw, environment, eventually

from tacit import Memory
from tacit.app.mcp.limits import LINE_BYTES

SLOW = """
import threading
from tacit.core.view import View
def search(self, text, *rest, **options):
    print("asked", file=sys.stderr, flush=True)
    threading.Event().wait(600)
View.search = search
"""
PRINTING = """
import os, warnings, logging, subprocess
from tacit.core.view import View
real = View.search
def search(self, *rest, **options):
    print("stray print")
    os.write(1, b"stray write\\n")
    sys.__stdout__.write("stray text\\n"); sys.__stdout__.flush()
    warnings.warn("stray warning")
    logging.getLogger("any").warning("stray log of a secret")
    subprocess.run(["echo", "stray child"])
    assert sys.stdin.read() == ""
    return real(self, *rest, **options)
View.search = search
"""


def log(home: Path) -> str:
    return (home / "tacit.log").read_text()


def rss(process: subprocess.Popen[bytes]) -> int:
    """Bytes of its own that a process has now."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon"))


def test_what_anybody_prints_is_not_in_the_protocol(home: Path) -> None:
    with Raw(home, PRINTING) as server:
        server.hello()
        answer = server.call("search_patterns", text="ruff check")
        assert answer["result"]["structuredContent"]["total"] > 0
        assert server.ask("ping")["result"] == {}
        assert server.leave() == 0
        server._listener.join(120)
        for stray in ("print", "write", "text", "warning", "child"):
            assert f"stray {stray}".encode() in server.errors
    assert b"stray log" not in server.errors
    assert "mcp warning at=any:" in log(home)
    assert "secret" not in log(home)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"hello", -32700),
        (b'{"jsonrpc":"2.0","id":7,', -32700),
        (b"\xff\xfe", -32700),
        (b"[" * 100_000, -32700),
        (b'{"id":7}', -32600),
        (b'[{"jsonrpc":"2.0","id":7,"method":"ping"}]', -32600),
        (b'{"jsonrpc":"1.0","id":7,"method":"ping"}', -32600),
    ],
)
def test_a_line_that_is_no_message_is_answered_and_the_next_one_too(
    home: Path, line: bytes, code: int
) -> None:
    with Raw(home) as server:
        server.write(line + b"\n")
        assert server.read()["error"]["code"] == code
        server.write(b"\n\n")
        server.hello()


def test_unknown_methods_and_tools_are_refused_and_logged(home: Path) -> None:
    with Raw(home) as server:
        server.hello()
        assert server.ask("no/such")["error"]["code"] == -32601
        assert server.call("no_such_tool_of_ours")["error"]["code"] == -32602
        assert server.ask("tools/call", {"name": 3})["error"]["code"] == -32602
        assert server.call("search_patterns", text=3)["result"]["isError"] is True
        assert server.leave() == 0
    told = [line.split(" mcp ")[1] for line in log(home).splitlines() if " mcp " in line]
    assert told == [
        "refused UnknownMethod tool=-",
        "refused UnknownTool tool=-",
        "refused Usage tool=search_patterns",
    ]


def test_what_is_wrong_names_the_field_and_what_it_may_be(home: Path) -> None:
    wrong: list[tuple[str, dict[str, Any], str]] = [
        ("search_patterns", {"text": "x" * 1_000_000}, "`text` has to be a text of at least 1"),
        ("search_patterns", {"text": "x" * 1_000_000}, "maxLength"),
        ("search_patterns", {}, "`text` is missing"),
        ("search_patterns", {"text": "x", "limit": 101}, "up to 100 (maximum)"),
        ("search_patterns", {"text": "x", "limit": "9"}, "`limit` has to be a whole number"),
        ("search_patterns", {"text": "x", "mode": "vector"}, "one of hybrid, lexical"),
        ("search_patterns", {"text": "x", "pfad": "y"}, "`pfad` is no field"),
        ("explain_pattern", {"id": "../../etc/passwd"}, "`id` has to be"),
        ("explain_pattern", {"id": "e-000000000000"}, "^p-"),
        ("explain_pattern", {"id": "p-000000000000"}, "There is no p-000000000000."),
        ("get_episode", {"id": "e-000000000000"}, "There is no e-000000000000."),
        ("add_step", {"episode": "e-000000000000", "tool": "bash"}, "e-000000000000"),
        ("add_step", {"episode": "e-000000000000", "tool": "bash", "parameters": []}, "an object"),
        ("complete_episode", {"note": "x"}, "no episode to complete"),
        ("query_memory", {"query": "knd:x"}, "knd"),
    ]
    with Raw(home) as server:
        server.hello()
        for tool, arguments, said in wrong:
            result = server.call(tool, **arguments)["result"]
            assert result["isError"] is True, (tool, arguments)
            assert said in result["content"][0]["text"]
            assert len(result["content"][0]["text"]) < 2_000


def test_a_line_of_fifty_megabytes_is_refused_and_never_held(home: Path) -> None:
    with Raw(home) as server:
        server.hello()
        before = rss(server.process)
        server.write(
            b'{"jsonrpc":"2.0","id":41,"method":"tools/call","params":{"name":"x","arguments":{"a":"'
        )
        for _ in range(50):
            server.write(b"x" * 1_000_000)
        server.write(b'"}}}\n')
        answer = server.read()
        assert answer["id"] == 41
        assert f"{LINE_BYTES:,}" in answer["error"]["message"]
        assert rss(server.process) - before < 20_000_000
        server.write(
            b'{"params":{"a":"' + b"x" * 5_000_000 + b'"},"method":"ping","jsonrpc":"2.0","id":"q"}\n'
        )
        assert server.read()["id"] == "q"
        assert server.ask("ping")["result"] == {}


def test_ten_calls_at_once_are_all_answered(home: Path) -> None:
    with Raw(home) as server:
        server.hello()
        sent = {server.send("tools/call", {"name": "query_memory", "arguments": {}}) for _ in range(10)}
        answers = [server.read() for _ in sent]
        assert {one["id"] for one in answers} == sent
        assert all(one["result"]["isError"] is False for one in answers)


def test_a_slow_call_keeps_no_other_waiting_and_can_be_cancelled(home: Path) -> None:
    with Raw(home, SLOW) as server:
        server.hello()
        slow = [
            server.send("tools/call", {"name": "search_patterns", "arguments": {"text": "x"}})
            for _ in range(7)
        ]
        assert server.call("query_memory")["result"]["isError"] is False
        for number in slow:
            cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": number}}
            server.write(json.dumps(cancel).encode() + b"\n")
        assert server.call("query_memory")["result"]["isError"] is False


def test_more_calls_than_may_wait_are_refused(home: Path) -> None:
    with Raw(home, SLOW) as server:
        server.hello()
        for _ in range(64):
            server.send("tools/call", {"name": "search_patterns", "arguments": {"text": "x"}})
        answer = server.call("search_patterns", text="x")
        assert "CALLS_WAITING" in answer["result"]["content"][0]["text"]


@pytest.mark.parametrize("end", ["eof", "gone", *map(int, (signal.SIGTERM, signal.SIGINT, signal.SIGHUP))])
def test_it_ends_soon_whatever_a_thread_does(home: Path, end: str | int) -> None:
    with Raw(home, SLOW) as server:
        server.hello()
        server.send("tools/call", {"name": "search_patterns", "arguments": {"text": "x"}})
        eventually(lambda: b"asked" in server.errors)
        assert server.process.stdin is not None
        assert server.process.stdout is not None
        if isinstance(end, int):
            server.process.send_signal(end)
        else:
            server.process.stdin.close()
        if end == "gone":
            server.process.stdout.close()
        code = server.process.wait(120)
        assert code == (128 + end if isinstance(end, int) else 0)
    with Memory.open(home / "store", create=False) as memory:  # nobody holds a lock
        memory.contact("api", "library")


def test_it_leaves_at_once_where_nothing_is_asked(home: Path) -> None:
    """Whatever time there is for calls that are being worked on."""
    with Raw(home, "from tacit.app.mcp import limits\nlimits.LEAVE_SECONDS = 600.0") as server:
        server.hello()
        assert server.leave() == 0


def test_what_is_piped_in_whole_is_answered_before_it_leaves(home: Path) -> None:
    hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
    lines = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {
            "jsonrpc": "2.0",
            "id": 2,
            "method": "tools/call",
            "params": {"name": "health_check", "arguments": {}},
        },
    ]
    patient = "from tacit.app.mcp import limits\nlimits.LEAVE_SECONDS = 600.0\n"
    patient += "from tacit.__main__ import main\nmain()"
    done = subprocess.run(
        [sys.executable, "-c", patient, "mcp"],
        input="\n".join(map(json.dumps, lines)).encode(),
        env=environment(home),
        capture_output=True,
        timeout=120,
        check=True,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["id"] for one in answers] == [1, 2]
    assert answers[1]["result"]["structuredContent"]["status"] == "ok"
    assert done.stderr == b""


def test_steps_survive_a_server_that_is_killed(home: Path) -> None:
    with Raw(home) as server:
        server.hello()
        begun = server.call("create_episode", task="Repair it")["result"]["structuredContent"]["episode"]
        server.call("add_step", episode=begun, tool="read")
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait(120)
    with Raw(home) as server:
        server.hello()
        done = server.call("complete_episode", episode=begun, outcome="success")["result"]
        assert done["structuredContent"]["steps"] == 1
