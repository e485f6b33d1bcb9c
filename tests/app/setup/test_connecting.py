"""Agents are connected and disconnected in their own files, and nothing else of theirs changes."""

from __future__ import annotations

import json
import os
import shlex
import stat
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from agents_home import AGENTS, Run, environment, tree

SETTINGS = """{
    "cleanupPeriodDays": 40,
    "hooks": {
        "Stop": [
            { "matcher": "", "hooks": [ { "type": "command", "command": "say done" } ] }
        ]
    }
}
"""
FOUND = {
    ".claude.json": '{\n  "numStartups": 12,\n  "mcpServers": {\n    "x": {"command": "npx"}\n  }\n}',
    ".claude/settings.json": SETTINGS,
    ".codex/config.toml": '# mine\nmodel = "gpt-5"\n\n[tui]\ntheme = "dark" # night\n',
    ".codex/hooks.json": SETTINGS,
    ".gemini/settings.json": '{\n  // theme\n  "theme": "dark",\n  "mcpServers": { },\n}\n',
    ".cursor/mcp.json": '{"mcpServers":{"x":{"command":"npx"}}}',
    ".copilot/mcp-config.json": "{}\n",
    ".config/opencode/opencode.json": '{\n  "mcp": {\n    "x": {"type": "remote", "url": "u"}\n  }\n}\n',
}


def found(home: Path) -> None:
    for name, text in FOUND.items():
        (home / name).write_text(text)
        (home / name).chmod(0o640)


def server(home: Path, agent: str) -> list[str]:
    """The words that start the server, as the agent reads them."""
    if agent == "codex":
        value = tomllib.loads((home / ".codex/config.toml").read_text())["mcp_servers"]["tacit"]
        return [value["command"], *value["args"]]
    if agent == "opencode":
        mcp = json.loads((home / ".config/opencode/opencode.json").read_text())["mcp"]
        return list(mcp["tacit"]["command"])
    file = {
        "claude-code": ".claude.json",
        "gemini": ".gemini/settings.json",
        "cursor": ".cursor/mcp.json",
        "copilot": ".copilot/mcp-config.json",
    }[agent]
    lines = (home / file).read_text().splitlines()
    text = "\n".join(line for line in lines if "//" not in line).replace("  },\n}", "  }\n}")
    value = json.loads(text)["mcpServers"]["tacit"]
    return [value["command"], *value["args"]]


@pytest.mark.parametrize("agent", AGENTS)
@pytest.mark.parametrize("known", [True, False])
def test_it_is_put_in_once_and_taken_out_without_a_trace(
    home: Path, run: Run, agent: str, known: bool
) -> None:
    if known:
        found(home)
    before = tree(home)
    done = run(agent, "--yes")
    assert (done.code, "is connected" in done.err) == (0, True), done.err
    assert {line[:3] for line in done.out.splitlines()} >= {"+++", "---"}
    assert done.out.count('memory", "mcp"') + done.out.count('"mcp"') >= 1
    program, *words = server(home, agent)
    assert words == ["mcp"]
    assert os.access(program, os.X_OK)
    connected = tree(home)
    for name, text in before.items():
        changed = connected[name] != text
        copies = [one for one in connected if one.startswith(f"{name}.tacit-backup-")]
        assert [connected[one] for one in copies] == ([text] if changed else [])
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o640
        assert {stat.S_IMODE((home / path).stat().st_mode) for path in copies} <= {0o600}
    again = run(agent, "--yes")
    assert (again.code, again.out) == (0, "")
    assert "already connected" in again.err
    assert tree(home) == connected
    undone = run(agent, "--undo", "--yes")
    assert undone.code == 0, undone.err
    assert tree(home) == before
    nothing = run(agent, "--undo", "--yes")
    assert (nothing.code, nothing.out) == (0, "")
    assert "nothing to take back" in nothing.err


def test_the_hooks_of_others_stay_and_ours_come_behind_them(home: Path, run: Run) -> None:
    found(home)
    assert run("claude-code", "--yes", "--no-mcp").code == 0
    assert (home / ".claude.json").read_text() == FOUND[".claude.json"]
    hooks = json.loads((home / ".claude/settings.json").read_text())["hooks"]
    assert set(hooks) == {"SessionStart", "UserPromptSubmit", "PostToolUse", "PostToolUseFailure", "Stop"}
    assert hooks["Stop"][0] == json.loads(SETTINGS)["hooks"]["Stop"][0]
    (command,) = hooks["Stop"][1]["hooks"]
    assert (command["type"], command["timeout"]) == ("command", 5)
    assert shlex.split(command["command"])[-4:] == ["hook", "stop", "--agent", "claude-code"]


def test_a_hook_that_was_written_runs_as_the_agent_runs_it(home: Path, run: Run) -> None:
    assert run("gemini", "--yes", "--no-mcp", TACIT_HOME=str(home / "my things")).code == 0
    settings = json.loads((home / ".gemini/settings.json").read_text())
    assert "mcpServers" not in settings
    assert set(settings["hooks"]) == {"SessionStart", "BeforeAgent", "AfterTool", "AfterAgent"}
    (command,) = settings["hooks"]["SessionStart"][0]["hooks"]
    assert command["timeout"] == 5000
    assert shlex.split(command["command"])[0] == f"TACIT_HOME={home}/my things"
    done = subprocess.run(
        ["sh", "-c", command["command"]],
        env=environment(home),
        input=json.dumps({"cwd": str(home), "session_id": "x", "hook_event_name": "SessionStart"}),
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_store_elsewhere_is_told_to_the_server(home: Path, run: Run) -> None:
    assert run("codex", "--yes", "--store", "else where").code == 0
    value = tomllib.loads((home / ".codex/config.toml").read_text())["mcp_servers"]["tacit"]
    assert value["env"] == {"TACIT_STORE": str(home / "else where")}
    assert run("cursor", "--yes").code == 0
    assert "env" not in json.loads((home / ".cursor/mcp.json").read_text())["mcpServers"]["tacit"]


def test_what_moved_is_brought_up_to_date_and_not_doubled(home: Path, run: Run) -> None:
    run("claude-code", "--yes", TACIT_HOME=str(home / "old"))
    done = run("claude-code", "--yes", TACIT_HOME=str(home / "new"))
    assert done.code == 0
    for name in (".claude.json", ".claude/settings.json"):
        text = (home / name).read_text()
        assert str(home / "old") not in text
        assert str(home / "new") in text
    hooks = json.loads((home / ".claude/settings.json").read_text())["hooks"]
    assert [len(groups) for groups in hooks.values()] == [1] * 5
    assert run("claude-code", "--undo", "--yes").code == 0
    assert [name for name in tree(home) if "claude" in name and "backup" not in name] == []


def edited(home: Path) -> dict[str, Any]:
    """Settings in which a person gave one hook of ours more time, and added a thing of their own."""
    path = home / ".claude/settings.json"
    settings = json.loads(path.read_text())
    settings["hooks"]["Stop"][-1]["hooks"][0]["timeout"] = 60
    settings["model"] = "opus"
    path.write_text(json.dumps(settings, indent=2))
    return dict(settings)


def test_what_a_person_changed_is_left_unless_they_say_so(home: Path, run: Run) -> None:
    run("claude-code", "--yes", "--no-mcp")
    settings = edited(home)
    again = run("claude-code", "--yes", "--no-mcp", TACIT_HOME=str(home / "new"))
    assert "hooks.Stop" in again.err
    hooks = json.loads((home / ".claude/settings.json").read_text())["hooks"]
    assert hooks["Stop"] == settings["hooks"]["Stop"]
    assert "TACIT_HOME" in hooks["SessionStart"][0]["hooks"][0]["command"]
    shown = run("claude-code", "--undo")
    assert shown.code == 2
    assert json.loads((home / ".claude/settings.json").read_text())["hooks"] == hooks
    assert run("claude-code", "--undo", "--yes").code == 0
    assert json.loads((home / ".claude/settings.json").read_text()) == {"model": "opus"}


def test_a_file_that_changed_since_loses_only_what_is_ours(home: Path, run: Run) -> None:
    found(home)
    run("claude-code", "--yes")
    path = home / ".claude.json"
    changed = json.loads(path.read_text())
    changed["numStartups"] = 13
    changed["mcpServers"]["later"] = {"command": "z"}
    path.write_text(json.dumps(changed, indent=4))
    assert run("claude-code", "--undo", "--yes").code == 0
    del changed["mcpServers"]["tacit"]
    assert path.read_text() == json.dumps(changed, indent=4)


def test_a_link_is_written_through(home: Path, run: Run, tmp_path: Path) -> None:
    target = tmp_path / "dotfiles" / "claude.json"
    target.parent.mkdir()
    target.write_text('{"a": 1}')
    (home / ".claude.json").symlink_to(target)
    done = run("claude-code", "--yes", "--no-hooks")
    assert done.code == 0
    assert "is a link to" in done.err
    assert (home / ".claude.json").is_symlink()
    assert list(json.loads(target.read_text())) == ["a", "mcpServers"]
    assert [path.name[:26] for path in target.parent.iterdir() if path != target] == [
        "claude.json.tacit-backup-2"
    ]
    run("claude-code", "--undo", "--yes")
    assert [path.read_text() for path in target.parent.iterdir()] == ['{"a": 1}']


@pytest.mark.parametrize(
    ("agent", "files"),
    [
        ("claude-code", [".mcp.json", ".claude/settings.json"]),
        ("codex", [".codex/config.toml", ".codex/hooks.json"]),
        ("gemini", [".gemini/settings.json"]),
        ("cursor", [".cursor/mcp.json"]),
        ("copilot", [".github/mcp.json"]),
        ("opencode", ["opencode.json"]),
    ],
)
def test_a_project_has_files_of_its_own(home: Path, run: Run, agent: str, files: list[str]) -> None:
    project = home / "work" / "shop"
    (project / ".git").mkdir(parents=True)
    (project / "deep").mkdir()
    done = run(agent, "--project", "--yes", cwd=project / "deep")
    assert done.code == 0, done.err
    assert sorted(tree(project)) == sorted(files)
    assert sorted(tree(home)) == sorted(f"work/shop/{name}" for name in files)
    assert run(agent, "--project", "--undo", "--yes", cwd=project).code == 0
    assert tree(project) == {}


def test_folders_named_by_the_environment_are_the_ones_that_count(home: Path, run: Run) -> None:
    moved = home / "moved"
    moved.mkdir()
    assert run("claude-code", "--yes", CLAUDE_CONFIG_DIR=str(moved)).code == 0
    assert {path.name for path in moved.iterdir()} == {".claude.json", "settings.json"}
    assert run("codex", "--yes", CODEX_HOME=str(moved)).code == 0
    assert run("copilot", "--yes", COPILOT_HOME=str(moved)).code == 0
    assert {path.name for path in moved.iterdir()} >= {"config.toml", "hooks.json", "mcp-config.json"}
    assert set(tree(home)) == {f"moved/{path.name}" for path in moved.iterdir()}


def test_the_form_of_a_newer_opencode_is_kept(home: Path, run: Run) -> None:
    path = home / ".config/opencode/opencode.jsonc"
    path.write_text('{\n  // mine\n  "mcp": {\n    "servers": {}\n  }\n}\n')
    before = path.read_text()
    assert run("opencode", "--yes").code == 0
    text = path.read_text().replace("// mine", "")
    assert list(json.loads(text)["mcp"]["servers"]["tacit"]) == ["type", "command"]
    assert not (home / ".config/opencode/opencode.json").exists()
    run("opencode", "--undo", "--yes")
    assert path.read_text() == before
