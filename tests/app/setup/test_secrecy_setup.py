"""What is written into the settings of agents starts Tacit and nothing else, and shows others no secret."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import tomllib
from pathlib import Path

import pytest

from tacit.app.editing.files import hold, replace
from tacit.app.setup.entry import put
from tacit.app.setup.jsontext import JsonText
from tacit.app.setup.launch import Launch, hook_launch
from tacit.app.setup.shapes import server
from tacit.app.setup.tomltext import TomlText

ODD = [
    "a b", "it's", 'a"b', "$HOME", "$(touch pwned)", "`touch pwned`", "; touch pwned #", "&& touch pwned",
    "new\nline; touch pwned", "back\\slash", "50%h", "*", "~",
    "!x", "\x7f", "ü", "-rf", "'; touch pwned; '", "\t",
]  # fmt: skip


@pytest.mark.parametrize("folder", ODD)
def test_a_hook_runs_one_program_whatever_the_paths_are(tmp_path: Path, folder: str) -> None:
    program = tmp_path / folder / "memory"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nprintf "%s|" "$TACIT_HOME" "$@" > "${0%/*}/told"\n')
    program.chmod(0o755)
    home = f"/home of {folder}"
    launch = Launch((str(program),), (("TACIT_HOME", home),))
    command = launch.hook("prompt", "codex")
    here = tmp_path / "here"
    here.mkdir()
    for shell in ("sh", "bash"):
        done = subprocess.run([shell, "-c", command], cwd=here, capture_output=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
        assert (program.parent / "told").read_text() == f"{home}|hook|prompt|--agent|codex|"
        assert list(here.iterdir()) == []
    assert hook_launch(command, "prompt", "codex") == launch


@pytest.mark.parametrize(
    "folder", [*ODD, '"\n[mcp_servers.evil]\ncommand = "sh', '"}, "evil": {"command": "sh']
)
def test_a_path_stays_one_text_in_json_and_in_toml(folder: str) -> None:
    launch = Launch((f"/{folder}/memory",), (("TACIT_HOME", f"/{folder}"),))
    entry = server("x")
    for before in ("", '{"mcpServers": {"other": {"command": "x"}}}'):
        made = put(JsonText(before), entry, launch).text
        servers = json.loads(made)["mcpServers"]
        assert set(servers) == {"tacit"} | ({"other"} if before else set())
        assert servers["tacit"]["command"] == f"/{folder}/memory"
        assert servers["tacit"]["env"] == {"TACIT_HOME": f"/{folder}"}
    made = TomlText("# mine\n").put(("mcp_servers", "tacit"), entry.made(launch)).text
    assert tomllib.loads(made)["mcp_servers"] == {"tacit": entry.made(launch)}


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o400 | 0o200])
def test_a_file_keeps_its_mode_and_its_copy_is_for_its_owner_alone(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"env": {"TOKEN": "s3cret"}}')
    path.chmod(mode)
    before = os.umask(0)
    try:
        backup = replace(hold(str(path)), "{}")
    finally:
        os.umask(before)
    assert backup is not None
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert stat.S_IMODE(Path(backup).stat().st_mode) == 0o600
    assert "s3cret" in Path(backup).read_text()


def test_nothing_that_lies_in_the_way_is_followed(tmp_path: Path) -> None:
    path, aim = tmp_path / "settings.json", tmp_path / "aim"
    path.write_text("{}")
    aim.write_text("precious")
    (tmp_path / "settings.json.tacit-new").symlink_to(aim)
    replace(hold(str(path)), '{"a": 1}')
    assert (aim.read_text(), path.read_text(), path.is_symlink()) == ("precious", '{"a": 1}', False)
