"""What an agent says is kept without secrets or not at all, and makes the server open and call nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from everywhere import places_of
from served import HELLO, Raw, environment

WATCHED = """
import os
told = os.open({path!r}, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
names = ("open", "os.listdir", "os.scandir", "os.exec", "os.fork", "os.posix_spawn", "os.system")

def note(event, told_of):
    if event in names or event.startswith(("socket.", "subprocess.", "pty.", "ftplib", "urllib", "http")):
        os.write(told, (event + " " + repr(told_of)[:1000] + chr(10)).encode("utf-8", "replace"))

sys.addaudithook(note)
"""
"""Notes what a process opens, connects to and starts, whoever in it does."""


class Words:
    """Texts that all differ, of one form, with where each was said."""

    def __init__(self, form: str) -> None:
        self._form = form
        self.said: dict[str, str] = {}

    def __call__(self, where: str) -> str:
        text = self._form.format(len(self.said) + 10)
        self.said[text] = where
        return text

    def found_in(self, folder: Path) -> list[tuple[str, str]]:
        """(where it was said, where it lies) of each that is below a folder, also packed."""
        return [(where, place) for text, where in self.said.items() for place in places_of(text, folder)]


def say_everywhere(server: Raw, word: Words) -> list[Any]:
    """Every tool, resource and prompt, with a word in every field that takes any; the answers."""
    who = {"name": word("client"), "version": word("version")}
    server.ask("initialize", HELLO | {"clientInfo": who})
    server.write(b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n')
    call = server.call
    (pattern, *_) = call("search_patterns", text="test", session=word("session"))["result"][
        "structuredContent"
    ]["patterns"]
    begun = call(
        "create_episode", task=f"do {word('task')}", context=word("context"), project=word("project begun"),
        session=word("session begun"),
    )["result"]["structuredContent"]["episode"]  # fmt: skip
    answers = [
        call("search_patterns", text=f"test {word('search')}", project=word("project searched")),
        call("query_memory", query=word("query"), project=word("project queried")),
        call("query_memory", query=f"project:{word('value')} used:{word('time')}"),
        call("recall_error", error=f"E: {word('error')}", tool=word("tool"), command=f"x {word('command')}"),
        call("project_facts", project=word("project of facts")),
        call("recommend_patterns", task=f"fix {word('task to come')}", project=word("project to come")),
        call("predict_success", task=word("task to predict"), project=word("project to predict")),
        call(
            "add_step", episode=begun, tool=word("tool of a step"), observation=f"out {word('observation')}",
            parameters={word("name"): {"command": f"x {word('parameter')}"}, "password": "hunter2hunter2"},
        ),
        call("add_step", episode=begun, tool="Bash", status="error", observation=f"E: {word('failed')}",
             parameters={"command": f"pytest --token {word('option')}"}),
        call("get_episode", id=begun),
        call("record_feedback", id=pattern["id"], said="helped", session=word("session of feedback")),
        call("complete_episode", episode=begun, outcome="success", note=f"as {word('note')}"),
        call("complete_episode", session="native", outcome="partial", note=f"as {word('note beside')}"),
        call("complete_episode", session=word("session that ended"), outcome="partial"),
        call("complete_episode", session=f"\x1b]0;{word('odd session')}\x07", outcome="partial"),
        call("create_episode", task="x", session=f"\0{word('session with NUL')}"),
        call("get_episode", id=begun, steps=True),
        call("health_check"),
        call("get_metrics"),
    ]  # fmt: skip
    call(word("name of a tool"))
    call("search_patterns", **{word("name of a field"): 1})
    call("search_patterns", text="x", mode=word("mode"))
    call("explain_pattern", id=word("id"))
    for uri in (word("uri"), f"tacit://pattern/{word('uri of a pattern')}", f"file:///etc/{word('file')}"):
        server.ask("resources/read", {"uri": uri})
    server.ask("prompts/get", {"name": "recall", "arguments": {"task": word("task of a prompt")}})
    server.ask(
        "prompts/get", {"name": "retrospective", "arguments": {"episode": word("episode of a prompt")}}
    )
    server.ask("prompts/get", {"name": word("prompt"), "arguments": {word("argument"): word("given")}})
    server.ask(f"x/{word('method')}", {word("parameters"): word("of none")})
    server.write(f'{{"broken {word("no message")}\n'.encode())
    server.read()
    return answers


class Told:
    """What came of saying things everywhere: answers, stderr, and what the process did."""

    def __init__(self, home: Path, form: str) -> None:
        self.home, self.words = home, Words(form)
        events = home.parent / "events"
        with Raw(home, WATCHED.format(path=str(events))) as server:
            self.answers = say_everywhere(server, self.words)
            assert server.leave() == 0
        self.errors = server.errors.decode()
        self.events = events.read_text("utf-8", "replace").splitlines()

    def memory(self, *words: str) -> str:
        """What a command prints, on both streams."""
        done = subprocess.run(
            [sys.executable, "-m", "tacit", *words],
            env=environment(self.home), capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        return done.stdout + done.stderr


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory, learned: Path) -> Told:
    """A token of its own in every field."""
    return told_on(tmp_path_factory, learned, "ghp_{}a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7")


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory, learned: Path) -> Told:
    """A path in every field, of files that are all there."""
    folder = tmp_path_factory.mktemp("canaries")
    for number in range(10, 99):
        (folder / f"canary{number}").write_text("what a stranger may not read")
    return told_on(tmp_path_factory, learned, f"{folder}/canary{{}}")


def told_on(tmp_path_factory: pytest.TempPathFactory, learned: Path, form: str) -> Told:
    import shutil

    return Told(Path(shutil.copytree(learned, tmp_path_factory.mktemp("told") / "memory")), form)


def test_no_secret_that_an_agent_says_lies_anywhere(secrets: Told) -> None:
    assert len(secrets.words.said) > 40
    assert secrets.words.found_in(secrets.home) == []
    assert "hunter2hunter2" not in json.dumps(secrets.answers)
    recorded = json.dumps(secrets.answers[-3])
    assert "[REDACTED:github-token]" in recorded
    assert not any(text in recorded for text in secrets.words.said)


def test_nothing_said_in_a_call_is_logged_or_exported(secrets: Told, tmp_path: Path) -> None:
    log = (secrets.home / "tacit.log").read_text("utf-8")
    assert log.count("mcp refused") >= 8
    printed = [secrets.errors, log]
    printed += [secrets.memory(*words) for words in (("audit",), ("logs",), ("setup", "--check"))]
    secrets.memory("export", str(tmp_path / "tree"))
    assert (tmp_path / "tree" / "manifest.json").exists()
    assert secrets.words.found_in(tmp_path) == []
    for text, where in secrets.words.said.items():
        assert not any(text.lower() in one.lower() for one in printed), where


def test_no_path_that_an_agent_says_is_opened_or_told(paths: Told) -> None:
    assert [one for one in paths.events if "canary" in one] == []
    assert len(paths.events) > 100, "the guard saw nothing"
    assert "what a stranger may not read" not in json.dumps(paths.answers)
    log = (paths.home / "tacit.log").read_text("utf-8")
    assert "canary" not in log + paths.errors + paths.memory("audit")


def test_a_server_calls_nobody_and_starts_nothing(secrets: Told, paths: Told) -> None:
    for told in (secrets, paths):
        calls = [one for one in told.events if not one.startswith(("open ", "os.listdir ", "os.scandir "))]
        assert [one for one in calls if not one.startswith("socket.__new__ ")] == []
        assert len(calls) <= 2, "the event loop wakes itself up through a pair of sockets"


@pytest.mark.parametrize(
    "uri",
    [
        "tacit://pattern/..%2f..%2fetc%2fpasswd",
        "tacit://pattern/%2e%2e/%2e%2e/etc/passwd",
        "tacit://pattern/p-0000/../../etc/passwd",
        "tacit://pattern/p-0000\n",
        "tacit://pattern/p-0000%00",
        "TACIT://pattern/p-00000000",
        "file:///etc/passwd",
        "FILE://localhost/etc/passwd",
        "\\\\server\\share",
        "http://127.0.0.1/",
        "",
    ],
)
def test_no_other_address_is_a_resource(agent: Any, uri: str) -> None:
    from mcp import MCPError

    with pytest.raises(MCPError) as refused:
        agent.run("read_resource", uri)
    assert refused.value.error.message == "There is no such resource."


@pytest.mark.parametrize(
    "session", ["x" * 1_000_000, "../../etc", "a\0b", "\x1b[31m", "\u202e", "日本語", " "]
)
def test_an_odd_session_is_refused_or_only_hashed(home: Path, session: str) -> None:
    with Raw(home) as server:
        server.hello()
        for tool, more in (
            ("search_patterns", {"text": "test"}),
            ("complete_episode", {"outcome": "partial"}),
            ("create_episode", {"task": "x"}),
        ):
            answer = server.call(tool, session=session, **more)
            assert len(json.dumps(answer)) < 40_000
            assert "\x1b" not in json.dumps(answer, ensure_ascii=False)
        assert server.leave() == 0
    assert server.errors == b""
    kept = (home / "store" / "data.mdb").read_bytes() + (home / "tacit.log").read_bytes()
    assert b"x" * 1_000 not in kept
    assert b"\x1b[31m" not in kept


def test_half_a_character_is_answered_and_the_server_goes_on(home: Path) -> None:
    with Raw(home) as server:
        server.hello()
        for field in ("text", "project", "session"):
            asked = {"text": "test", field: "PLACE"}
            message = {"jsonrpc": "2.0", "id": 99, "method": "tools/call",
                       "params": {"name": "search_patterns", "arguments": asked}}  # fmt: skip
            server.write(json.dumps(message).replace("PLACE", "\\ud800").encode() + b"\n")
            answer = server.read()
            assert "error" in answer or answer["result"]["isError"] in {True, False}
        assert not server.call("search_patterns", text="test")["result"]["isError"]
        assert server.leave() == 0
    assert "Traceback" not in server.errors.decode()
