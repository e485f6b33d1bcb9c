"""Clients that leave in the middle of a call, in the ways there are, and what must not come of it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from served import HELLO, SERVER, Raw, environment, eventually

CLIENT = """
import json, subprocess, sys, time
server = subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
for line in json.loads(sys.argv[1]):
    server.stdin.write(line.encode() + b"\\n")
server.stdin.flush()
server.stdout.readline()
print(server.pid, flush=True)
time.sleep(600)
"""


def message(number: int, method: str, **params: Any) -> str:
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params})


def step(number: int, episode: str) -> str:
    arguments = {"episode": episode, "tool": "bash", "observation": f"step {number}"}
    return message(number, "tools/call", name="add_step", arguments=arguments)


def sound(home: Path, episode: str, least: int) -> None:
    """Another server finds the episode, whole steps in it, and goes on with it."""
    with Raw(home).hello() as server:
        assert server.call("health_check")["result"]["structuredContent"]["status"] == "ok"
        done = server.call("complete_episode", episode=episode, outcome="success")["result"]
        told = server.call("get_episode", id=episode, steps=True, limit=100)["result"]["structuredContent"]
        assert done["structuredContent"]["steps"] == len(told["steps"]) >= least
        texts = [one["observation"] for one in told["steps"]]
        assert len(set(texts)) == len(texts)


def begun(home: Path) -> str:
    with Raw(home).hello() as server:
        episode: str = server.call("create_episode", task="Go on")["result"]["structuredContent"]["episode"]
        assert server.leave() == 0
    return episode


def test_a_client_that_is_killed_in_the_middle_of_calls_leaves_no_server(home: Path) -> None:
    episode = begun(home)
    hello = message(0, "initialize", **HELLO, clientInfo={"name": "x", "version": "1"})
    lines = [hello, json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"})]
    lines += [step(number, episode) for number in range(1, 30)]
    command = [sys.executable, "-c", CLIENT, json.dumps(lines), sys.executable, *SERVER, "mcp"]
    with subprocess.Popen(command, env=environment(home), stdout=subprocess.PIPE) as client:
        assert client.stdout is not None
        server = Path(f"/proc/{int(client.stdout.readline())}/cmdline")
        if not server.exists():
            pytest.skip("this system has no /proc")
        client.send_signal(signal.SIGKILL)
        client.wait(120)
        eventually(lambda: not server.exists() or not server.read_bytes())
    sound(home, episode, 0)


def test_a_client_that_reads_no_more_and_goes_on_writing_ends_the_server(home: Path) -> None:
    episode = begun(home)
    with Raw(home).hello() as server:
        assert server.process.stdout is not None
        assert "result" in json.loads(_asked(server, step(1, episode)))
        server.process.stdout.close()
        many = b"".join(step(number, episode).encode() + b"\n" for number in range(2, 50_000))
        with pytest.raises(BrokenPipeError):
            server.write(many)
        assert server.process.wait(120) == 0
        assert server.errors == b""
    sound(home, episode, 1)


def test_a_client_that_never_reads_does_not_keep_its_server_when_it_leaves(home: Path) -> None:
    with Raw(home).hello() as server:
        for number in range(40):
            server.write(message(number, "tools/list").encode() + b"\n")  # more than a pipe holds
        assert server.leave() == 0
    with Raw(home).hello() as server:
        assert server.ask("ping")["result"] == {}


def test_two_servers_go_on_with_the_same_episode_and_it_ends_once(home: Path) -> None:
    with Raw(home).hello() as one, Raw(home).hello("codex-mcp-client") as two:
        episode = one.call("create_episode", task="Together")["result"]["structuredContent"]["episode"]
        for number in range(10):
            for server in (one, two):
                server.send("tools/call", json.loads(step(number, episode))["params"])
        answers = [server.read() for _ in range(10) for server in (one, two)]
        assert {answer["result"]["isError"] for answer in answers} == {False}
        both = [server.send("tools/call", _ending(episode)) for server in (one, two)]
        ended = [server.read()["result"] for server in (one, two)]
        assert both
        assert sorted(result["isError"] for result in ended) == [False, True]
        assert "was completed at" in next(one for one in ended if one["isError"])["content"][0]["text"]
        late = two.call("add_step", episode=episode, tool="bash")["result"]
        assert late["isError"] is True
        told = one.call("get_episode", id=episode)["result"]["structuredContent"]
        assert (told["state"], told["total_steps"]) == ("completed", 20)


def _asked(server: Raw, line: str) -> bytes:
    assert server.process.stdout is not None
    server.write(line.encode() + b"\n")
    return server.process.stdout.readline()


def _ending(episode: str) -> dict[str, Any]:
    return {"name": "complete_episode", "arguments": {"episode": episode, "outcome": "success"}}


@pytest.mark.parametrize(
    "line",
    [
        b"null",
        b"7",
        b"[]",
        b'{"jsonrpc":"2.0","id":{},"method":"ping"}',
        b'{"jsonrpc":"2.0","id":1.5,"method":"ping"}',
        b'{"jsonrpc":"2.0","id":1,"method":7}',
        b'{"jsonrpc":"2.0","method":"ping","params":{"x":NaN}}\n{"jsonrpc":"2.0","id":[],"method":"ping"}',
        b'{"jsonrpc":"2.0","id":1,"method":"ping","params":[1,2]}',
        b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":"x"}',
        b'{"jsonrpc":"2.0","id":1,"method":"ping"}\x00\x00',
        b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"query_memory","arguments":[]}}',
    ],
)
def test_what_is_nearly_a_message_is_an_error_and_the_next_one_is_answered(home: Path, line: bytes) -> None:
    with Raw(home).hello() as server:
        server.write(line + b"\n")
        assert "error" in server.read()
        server._number = 100
        assert server.ask("ping")["result"] == {}
