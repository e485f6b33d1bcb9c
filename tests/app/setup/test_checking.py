"""What is connected is told as it is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from agents_home import AGENTS, Run, environment, tree
from jsonschema import Draft202012Validator

from tacit import Memory

SCHEMA = Path(__file__).parents[3] / "exports" / "schema" / "setup.json"


def checked(run: Run, **more: str) -> dict[str, Any]:
    done = run("--check", "--format", "json", **more)
    assert (done.code, done.err) == (0, "")
    value = json.loads(done.out)
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(value)
    assert value["watcher"] == {"running": False}
    return {row["agent"]: row for row in value["agents"]}


def states(rows: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {
        name: tuple(row[part] and row[part]["connected"] for part in ("mcp", "hooks"))
        for name, row in rows.items()
    }


def test_an_empty_home_has_nothing_connected_and_no_store(own_home: Path, run: Run) -> None:
    for folder in own_home.iterdir():
        folder.rename(own_home / f"not{folder.name}")
    rows = checked(run)
    assert list(rows) == list(AGENTS)
    assert [row["installed"] for row in rows.values()] == [False] * 6
    assert states(rows)["claude-code"] == ("no", "no")
    assert states(rows)["cursor"] == ("no", None)
    table = run("--check")
    assert table.code == 0
    assert [line.split()[:3] for line in table.out.splitlines()[1:3]] == [
        ["claude-code", "no", "no"],
        ["codex", "no", "no"],
    ]
    assert "No watcher runs" in table.out


def test_each_state_has_its_word(home: Path, run: Run) -> None:
    run("claude-code", "--yes")
    run("codex", "--yes", "--no-hooks")
    run("gemini", "--yes")
    (home / ".cursor/mcp.json").write_text('{"mcpServers": {"tacit": {"command": "x"}}}')
    (home / ".copilot/mcp-config.json").write_text("{")
    settings = json.loads((home / ".gemini/settings.json").read_text())
    del settings["hooks"]["AfterTool"]
    settings["mcpServers"]["tacit"]["trust"] = True
    (home / ".gemini/settings.json").write_text(json.dumps(settings))
    rows = checked(run)
    assert states(rows) == {
        "claude-code": ("yes", "yes"),
        "codex": ("yes", "no"),
        "gemini": ("edited", "partly"),
        "cursor": ("other", None),
        "copilot": ("unreadable", None),
        "opencode": ("no", None),
    }
    assert rows["claude-code"]["command_exists"] is True
    assert Path(rows["claude-code"]["command"]).is_absolute()
    assert rows["opencode"]["command_exists"] is None


def test_a_store_that_cannot_be_read_hides_only_who_spoke(home: Path, run: Run) -> None:
    store = home / "store"
    Memory.open(store).close()
    (store / "data.mdb").write_bytes(b"x" * 8192)
    done = run("--check", TACIT_STORE=str(store))
    assert done.code == 0
    assert "cannot be told" in done.err
    assert "claude-code" in done.out


def test_what_the_agent_itself_wrote_is_the_same(home: Path, run: Run) -> None:
    run("claude-code", "--yes", "--no-hooks")
    path = home / ".claude.json"
    value = json.loads(path.read_text())
    value["mcpServers"]["tacit"]["env"] = {}
    path.write_text(json.dumps(value))
    assert states(checked(run))["claude-code"] == ("yes", "no")
    assert "already connected" in run("claude-code", "--no-hooks").err


def test_a_program_that_is_gone_is_named(home: Path, run: Run) -> None:
    run("opencode", "--yes")
    path = home / ".config/opencode/opencode.json"
    value = json.loads(path.read_text())
    value["mcp"]["tacit"]["command"][:-1] = [str(home / "gone" / "memory")]
    path.write_text(json.dumps(value))
    assert checked(run)["opencode"]["command_exists"] is False
    assert "(missing)" in run("--check").out


def test_a_project_that_is_connected_is_told(home: Path, run: Run) -> None:
    (home / "shop").mkdir()
    run("cursor", "--yes", "--project", cwd=home / "shop")
    done = run("--check", cwd=home / "shop")
    assert "yes (project)" in done.out
    assert "yes (project)" not in run("--check").out


def test_who_spoke_last_and_how_is_told(home: Path, run: Run) -> None:
    store = home / "store"
    with Memory.open(store, clock=lambda: 1_700_000_000_000) as memory:
        memory.contact("claude-code", "mcp", "claude-code 2.1")
        memory.contact("some-editor", "http", "Some \x1b[31mEditor")
    with Memory.open(store, clock=lambda: 1_700_000_100_000) as memory:
        memory.contact("claude-code", "hook", "prompt")
    rows = checked(run, TACIT_STORE=str(store))
    told = rows["claude-code"]
    assert (told["spoke"], told["door"], told["as"]) == ("2023-11-14T22:15:00Z", "hook", "prompt")
    assert list(rows)[-1] == "some-editor"
    assert rows["some-editor"]["installed"] is None
    shown = run("--check", TACIT_STORE=str(store))
    assert "Nov 2023, hook" in shown.out
    assert "\x1b" not in shown.out


def test_what_belongs_where_is_printed_for_hands_to_put_there(home: Path, run: Run) -> None:
    done = run("claude-code", "--print", "--no-hooks")
    assert done.code == 0
    assert "~/.claude.json" in done.err
    assert json.loads(done.out)["mcpServers"]["tacit"]["args"] == ["mcp"]
    other = run("--print")
    assert other.code == 0
    assert "hook session-start --agent NAME" in other.out
    assert tree(home) == {}


def test_names_of_agents_are_completed(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tacit"],
        env=environment(home, COMP_WORDS="memory setup c", COMP_CWORD="2", _MEMORY_COMPLETE="bash_complete"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert [line.partition(",")[2] for line in done.stdout.splitlines()] == [
        "claude-code",
        "codex",
        "cursor",
        "copilot",
    ]


def test_looking_loads_nothing_heavy(home: Path, run: Run) -> None:
    told = "import atexit\natexit.register(lambda: print(*sys.modules, file=sys.stderr))"
    loaded = set(run("--check", before=told).err.split())
    assert "tacit.app.setup.checking" in loaded
    assert not loaded & {"numpy", "mcp", "textual", "rich", "usearch", "tantivy", "urllib3", "watchfiles"}
