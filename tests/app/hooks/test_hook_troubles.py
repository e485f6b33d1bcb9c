"""Whatever goes wrong, a hook prints nothing that is no answer, ends with 0 and leaves a line in the log."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from golden_store import placed
from hooked import CWD, UNREAD, Hook, environment, log_of, memory_of

from tacit.store.guard import DATA

EVENT = json.dumps({"session_id": "one", "cwd": CWD, "prompt": "lint it", "hook_event_name": "SessionStart"})
START = f"{sys.executable} -m tacit hook session-start"


def shell(line: str, home: Path, **more: str) -> tuple[int, str, str]:
    """Run a line of a shell that hands the event over by itself, if it does."""
    done = subprocess.run(
        ["sh", "-c", line],
        stdin=subprocess.DEVNULL,
        env=environment(home, EVENT=EVENT, **more),
        text=True,
        capture_output=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def silent(said: object, home: Path, why: str) -> None:
    """See that nothing was said but to the log."""
    assert (getattr(said, "code"), getattr(said, "out"), getattr(said, "err")) == (0, "", "")  # noqa: B009
    lines = log_of(home).splitlines()
    assert len(lines) == 1
    assert f"hook failed why={why}" in lines[0]


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "ValueError"),
        (b"  \n", "ValueError"),
        (b"{", "DecodeError"),
        (b'{"session_id": "one", "cw', "DecodeError"),
        (b"[]", "ValueError"),
        (b'"text"', "ValueError"),
        (b"\xff\xfe\x00", "DecodeError"),
        (b'{"prompt": "\xff"}', "UnicodeDecodeError"),
        (b'{"a":' * 200_000, "RecursionError"),
        (b'{"prompt": "' + b"x" * (9 << 20) + b'"}', "ValueError"),
    ],
    ids=["empty", "blank", "half", "torn", "list", "text", "bytes", "no-utf8", "deep", "huge"],
)
@pytest.mark.parametrize("event", ["session-start", "tool-result"])
def test_an_event_that_is_none(hook: Hook, home: Path, event: str, raw: bytes, why: str) -> None:
    silent(hook(event, raw=raw), home, why)


@pytest.mark.parametrize(
    "words",
    [
        ("promt",),
        ("--agent", "codex"),
        ("session-start", "stop"),
        ("session-start", "--tokens", "many"),
        ("session-start", "--format", "xml"),
        ("session-start", "--unheard-of"),
    ],
)
def test_a_mistake_in_the_settings_of_the_agent(hook: Hook, home: Path, words: tuple[str, ...]) -> None:
    silent(hook(*words), home, "ValueError")


def test_values_of_other_shapes_count_as_not_said(hook: Hook, home: Path) -> None:
    for event in ("session-start", "prompt", "tool-result", "stop"):
        said = hook(event, session_id=[1], cwd={"a": 1}, prompt=7, hook_event_name=None, tool_response=1.5)
        assert (said.code, said.err) == (0, "")
    said = hook("session-start", session_id="x" * 100_000, cwd=f"{CWD}\0", transcript_path=3)
    assert (said.code, said.err) == (0, "")
    assert log_of(home) == ""


def test_no_store_and_none_is_made(hook: Hook, home: Path) -> None:
    (home / "store").rename(home / "elsewhere")
    silent(hook("session-start"), home, "StoreMissing")
    assert not (home / "store").exists()


def test_a_store_of_an_older_version_is_left_as_it_is(hook: Hook, home: Path) -> None:
    old = placed(1, home / "old")
    before = (old / DATA).read_bytes()
    silent(hook("session-start", "--store", str(old)), home, "StoreOlder")
    assert (old / DATA).read_bytes() == before


def test_a_store_of_a_newer_version(hook: Hook, home: Path) -> None:
    (home / "store" / "tacit-store").write_bytes(b"tacit store 9\n")
    silent(hook("session-start"), home, "StoreNewer")


@pytest.mark.parametrize("left", [0, 100, 5_000])
def test_a_store_that_is_damaged(hook: Hook, home: Path, left: int) -> None:
    os.truncate(home / "store" / DATA, left)
    silent(hook("session-start"), home, "StoreDamaged")


def test_settings_that_are_wrong(hook: Hook, home: Path) -> None:
    (home / "config.toml").write_text("[store\n")
    silent(hook("session-start"), home, "Usage")


def test_another_process_is_writing(hook: Hook, home: Path) -> None:
    with memory_of(home) as memory:
        said: list[object] = []
        memory._store.write(lambda _: said.append(hook("session-start", env={"HURRIED": "lock"})))
        answer = said[0]
        assert "`work/app`" in answer.out  # type: ignore[attr-defined]
        assert (answer.code, answer.err) == (0, "")  # type: ignore[attr-defined]
        assert "why=StoreBusy" in log_of(home)
        assert memory.contacts() == {}


def test_a_file_that_never_opens_does_not_keep_the_agent_waiting(hook: Hook, home: Path) -> None:
    os.mkfifo(home / "config.toml")
    silent(hook("session-start", env={"HURRIED": "end"}), home, "timeout")


def test_an_agent_that_never_closes_its_end(home: Path) -> None:
    for written in (b"", EVENT.encode()):
        reading, writing = os.pipe()
        os.write(writing, written)  # there when it starts, as agents have it
        try:
            done = subprocess.run(
                [sys.executable, "-m", "tacit", "hook", "session-start"],
                stdin=reading,
                capture_output=True,
                env=environment(home, HURRIED="event"),
                timeout=120,
                check=False,
            )
        finally:
            os.close(reading)
            os.close(writing)
        assert (done.returncode, bool(done.stdout), done.stderr) == (0, bool(written), b"")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "<&- >&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed_touch_no_store(home: Path, closed: str) -> None:
    code, out, err = shell(f'printf %s "$EVENT" | {{ {START} {closed}; }}', home)
    assert (code, err) == (0, "")
    assert ("`work/app`" in out) == (closed == "2>&-")
    assert ("why=closed" in log_of(home)) == (closed != "2>&-")
    with memory_of(home) as memory:
        assert {one.level for one in memory.doctor()} == {"ok"}


def test_nobody_reads_what_it_prints(home: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tacit", "hook", "session-start"],
            input=EVENT.encode(),
            stdout=writing,
            stderr=subprocess.PIPE,
            env=environment(home),
            timeout=120,
            check=False,
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "why=BrokenPipeError" in log_of(home)
    with memory_of(home) as memory:
        assert memory.contacts() == {}


def test_a_full_disk_leaves_the_answer(home: Path) -> None:
    code, out, err = shell(f'ulimit -f 0; printf %s "$EVENT" | {START}', home)
    assert (code, err) == (0, "")
    assert "`work/app`" in out
    with memory_of(home) as memory:
        assert memory.contacts() == {}


def test_a_store_that_may_not_be_written_to_is_told_of(home: Path) -> None:
    from reachable import open_to_all

    open_to_all(home)
    store = home / "store"
    for path in store.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o444)
    store.chmod(0o555)
    change = "setpriv --reuid=65534 --regid=65534 --clear-groups " if os.getuid() == 0 else ""
    if change and shell(f"{change}{sys.executable} -c 'import tacit'", home)[0]:
        pytest.skip("nobody but root can read this project")
    try:
        code, out, err = shell(f'printf %s "$EVENT" | {change}{START}', home, PYTHONDONTWRITEBYTECODE="1")
    finally:
        store.chmod(0o700)
    assert (code, err) == (0, "")
    assert "`work/app`" in out


def test_a_log_that_cannot_be_written_stops_nobody(hook: Hook, home: Path) -> None:
    (home / "tacit.log").mkdir()
    for raw in (b"{", EVENT.encode()):
        said = hook("session-start", raw=raw)
        assert (said.code, said.err) == (0, "")


def test_nothing_of_an_event_stands_in_the_log(hook: Hook, home: Path) -> None:
    hook("prompt", raw=b'{"prompt": "zebrafish')
    hook("zebrafish")
    hook("session-start", "--store", str(home / "zebrafish"))
    assert len(log_of(home).splitlines()) == 3
    assert "zebrafish" not in log_of(home)


HEAVY = {
    "click", "rich", "textual", "numpy", "tantivy", "usearch", "onnxruntime", "tokenizers", "urllib3", "mcp",
    "tree_sitter", "tree_sitter_bash", "platformdirs", "asyncio", "logging", "email", "json", "traceback",
    "importlib.metadata", "urllib.request", "inspect", "tacit.core.learn.contribution",
    "tacit.memory", "tacit.core.facade", "tacit.exports",
}  # fmt: skip


def loaded(home: Path, event: str, **told: object) -> set[str]:
    """The modules that a hook loaded, as the interpreter itself tells."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "tacit", "hook", event],
        input=json.dumps({"session_id": "one", "cwd": CWD} | told),
        env=environment(home),
        text=True,
        capture_output=True,
        timeout=120,
        check=True,
    )
    assert log_of(home) == ""
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ("session-start", {}),
        ("prompt", {"prompt": f"lint it: {UNREAD}"}),
        ("tool-result", {"hook_event_name": "PostToolUseFailure", "tool_name": "Edit", "error": UNREAD}),
        ("stop", {}),
    ],
)
def test_a_hook_loads_next_to_nothing(home: Path, event: str, told: dict[str, object]) -> None:
    modules = loaded(home, event, **told)
    assert "tacit.core.hook_memory" in modules
    assert modules & HEAVY == set()


def test_only_a_shell_command_that_failed_is_parsed(home: Path) -> None:
    call = {"tool_name": "Bash", "tool_input": {"command": "ruff check ."}, "error": "Exit code 1\nno"}
    assert "tree_sitter" in loaded(home, "tool-result", hook_event_name="PostToolUseFailure", **call)
    assert "tacit.core.learn.errors" not in loaded(home, "prompt", prompt="write a poem on the sea")
