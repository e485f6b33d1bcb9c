"""Nothing is written before a person saw the change and said yes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from agents_home import Run, tree
from terminal import Terminal

Ask = Iterator[Terminal]


@pytest.fixture
def asked(home: Path) -> Ask:
    (home / ".cursor/mcp.json").write_text('{\n  "mcpServers": {}\n}\n')
    terminal = Terminal("setup", "cursor", HOME=str(home), columns=120)
    terminal.until("[y/N]")
    yield terminal
    terminal.close()


def test_without_a_terminal_it_is_shown_and_not_done(home: Path, run: Run) -> None:
    (home / ".cursor/mcp.json").write_text('{\n  "mcpServers": {}\n}\n')
    before = tree(home)
    done = run("cursor")
    assert done.code == 2
    lines = done.out.splitlines()
    assert lines[:3] == ["--- ~/.cursor/mcp.json", "+++ ~/.cursor/mcp.json", "@@ -1,3 +1,8 @@"]
    assert '+    "tacit": {' in lines
    assert "--yes" in done.err
    assert tree(home) == before


def test_yes_connects(home: Path, asked: Terminal) -> None:
    assert "tacit" not in (home / ".cursor/mcp.json").read_text()
    assert '+    "tacit": {' in asked.text
    asked.press("y\r")
    assert asked.wait() == 0
    assert "is connected" in asked.text
    assert "tacit" in (home / ".cursor/mcp.json").read_text()


@pytest.mark.parametrize(("answer", "code"), [("n\r", 1), ("\r", 1), ("\x03", 130), ("\x04", 130)])
def test_anything_else_changes_nothing(home: Path, asked: Terminal, answer: str, code: int) -> None:
    before = tree(home)
    asked.press(answer)
    assert asked.wait() == code
    assert tree(home) == before


def test_what_changed_while_it_was_asked_is_not_overwritten(home: Path, asked: Terminal) -> None:
    path = home / ".cursor/mcp.json"
    path.write_text('{"mine": true}')
    asked.press("y\r")
    assert asked.wait() == 1
    assert "changed meanwhile" in asked.text
    assert path.read_text() == '{"mine": true}'


def test_hostile_settings_do_not_reach_the_terminal(home: Path) -> None:
    (home / ".cursor/mcp.json").write_text('{\n  "x": "\x9b31m\u202e\\u001b",\n  "mcpServers": {}\n}\n')
    terminal = Terminal("setup", "cursor", HOME=str(home), columns=120)
    try:
        terminal.until("[y/N]")
        assert b"\x9b31m" not in terminal.raw
        assert "\u202e".encode() not in terminal.raw
    finally:
        terminal.close()
