"""Settings that are not as they should be are left alone, and it is said why and what to do."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest
from agents_home import Run, tree


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"a": 1', "no plain JSON"),
        ('{\n  // note\n  "a": 1\n}', "line 2"),
        ('{"a": 1,}', "no plain JSON"),
        ("[]", "no object"),
        ('{"hooks": []}', "“hooks” in"),
        ('{"hooks": null}', "is no object"),
        ('{"hooks": {"Stop": {}}}', "“hooks.Stop” in"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "too deeply"),
        ("\udcff", "no UTF-8"),
    ],
)
def test_settings_that_cannot_be_changed_are_left(home: Path, run: Run, text: str, why: str) -> None:
    path = home / ".claude/settings.json"
    path.write_bytes(os.fsencode(text))
    before = tree(home)
    done = run("claude-code", "--yes")
    assert (done.code, done.out) == (1, "")
    assert why in done.err
    assert "~/.claude/settings.json" in done.err
    assert "hint:" in done.err
    assert "Traceback" not in done.err
    assert tree(home) == before


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a = ", "no TOML"),
        ("mcp_servers = 1", "“mcp_servers” in"),
        ('mcp_servers = { x = { command = "y" } }', "cannot be changed safely"),
        ('[mcp_servers.tacit]\ncommand = "another"\n', "not this program's"),
    ],
)
def test_a_codex_configuration_that_cannot_take_it_is_left(home: Path, run: Run, text: str, why: str) -> None:
    (home / ".codex/config.toml").write_text(text)
    before = tree(home)
    done = run("codex", "--yes")
    assert (done.code, done.out) == (1, "")
    assert why in done.err
    assert tree(home) == before


def test_another_server_of_the_name_is_nobody_to_overwrite(home: Path, run: Run) -> None:
    (home / ".cursor/mcp.json").write_text('{"mcpServers": {"tacit": {"command": "npx", "args": ["mcp"]}}}')
    before = tree(home)
    assert "not this program's" in run("cursor", "--yes").err
    assert "not connected" in run("cursor", "--undo", "--yes").err
    assert tree(home) == before


@pytest.mark.parametrize("kind", ["folder", "pipe", "large", "loop"])
def test_what_is_no_file_to_read_is_not_read(home: Path, run: Run, kind: str) -> None:
    path = home / ".claude.json"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "loop":
        path.symlink_to(path)
    else:
        with path.open("wb") as file:
            file.truncate(65 << 20)
    done = run("claude-code", "--yes")
    assert done.code == 1
    assert "~/.claude.json" in done.err
    assert not (home / ".claude/settings.json").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_what_may_not_be_written_to_stays(home: Path, run: Run) -> None:
    path = home / ".claude.json"
    path.write_text("{}")
    path.chmod(0o400)
    done = run("claude-code", "--yes", "--no-hooks")
    assert (done.code, path.read_text()) == (1, "{}")
    assert "may not be written to" in done.err


def test_an_agent_that_is_not_there_is_not_made_up(home: Path, run: Run) -> None:
    (home / ".cursor").rmdir()
    done = run("cursor", "--yes")
    assert done.code == 1
    assert "there is no ~/.cursor" in done.err
    assert "--force" in done.err
    assert tree(home) == {}
    assert run("cursor", "--yes", "--force").code == 0
    assert json.loads((home / ".cursor/mcp.json").read_text())["mcpServers"]["tacit"]


@pytest.mark.parametrize(
    ("args", "why"),
    [
        ((), "Which agent?"),
        (("vim",), "'vim'"),
        (("cursor", "--no-mcp"), "No hooks are known"),
        (("codex", "--no-mcp", "--no-hooks"), "leave nothing"),
        (("--check", "codex"), "every agent"),
        (("--check", "--undo"), "every agent"),
        (("codex", "--format", "json"), "Only --check"),
        (("codex", "--demo", "--yes"), "demo"),
    ],
)
def test_words_that_do_not_fit_are_told(home: Path, run: Run, args: tuple[str, ...], why: str) -> None:
    done = run(*args)
    assert (done.code, done.out) == (2, "")
    assert why in done.err
    assert tree(home) == {}


KILLED = (
    "import os, signal\nfrom tacit.app.editing import files\n"
    "files.swap = lambda *_: os.kill(os.getpid(), signal.SIGKILL)"
)


def test_killed_between_copy_and_write_the_old_file_is_whole(home: Path, run: Run) -> None:
    path = home / ".claude.json"
    path.write_text('{"a": 1}')
    assert run("claude-code", "--yes", "--no-hooks", before=KILLED).code == -signal.SIGKILL
    assert path.read_text() == '{"a": 1}'
    (backup,) = home.glob(".claude.json.tacit-backup-*")
    assert backup.read_text() == '{"a": 1}'
    assert run("claude-code", "--yes", "--no-hooks").code == 0
    assert list(json.loads(path.read_text())) == ["a", "mcpServers"]
    assert {one.name.rpartition(".")[2][:13] for one in home.glob(".claude.json?*")} == {"tacit-backup-"}


FULL = (
    "import errno, os\nfrom tacit.app.editing import swapping\n"
    "def full(*_): raise OSError(errno.ENOSPC, 'No space left on device')\nswapping._exchange = full"
)


def test_a_full_disk_leaves_the_file_and_no_rubbish(home: Path, run: Run) -> None:
    path = home / ".claude.json"
    path.write_text('{"a": 1}')
    done = run("claude-code", "--yes", "--no-hooks", before=FULL)
    assert done.code == 1
    assert "No space left on device" in done.err
    assert path.read_text() == '{"a": 1}'
    assert [one.name for one in home.iterdir() if ".tacit-" in one.name and "backup" not in one.name] == []
