"""The files by which a system starts the watcher: shown, written with consent, taken away."""

from __future__ import annotations

import os
import plistlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from watcher import Watching

from tacit.app.watching.unit import LABEL, UNIT, service
from tacit.core.errors import Usage

ODD = 'a "b" %h $HOME \\ \t ü'


@pytest.fixture
def unit(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the unit is written to."""
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return own_home / ".config" / "systemd" / "user" / UNIT


linux = pytest.mark.skipif(sys.platform == "darwin", reason="macOS has launchd")


def listening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int = 0) -> Path:
    """A systemctl that only notes what it is asked; the notes."""
    told, program = tmp_path / "told", tmp_path / "bin" / "systemctl"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$@" >> "{told}"\nexit {code}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return told


@linux
def test_it_is_shown_written_found_and_taken_away(watching: Watching, unit: Path) -> None:
    shown = watching.call("--print", "/some/place")[1]
    code, out, said = watching.call("--install", "--yes", "/some/place")
    assert (code, unit.read_text(), f"Wrote ~/.config/systemd/user/{UNIT}" in said) == (0, shown, True)
    assert out.splitlines() == ["systemctl --user daemon-reload", f"systemctl --user enable --now {UNIT}"]
    assert "+ExecStart=" in said
    assert "is there already" in watching.call("--install", "--yes", "/some/place")[2]
    assert list(unit.parent.iterdir()) == [unit]
    assert watching.call("--uninstall", "--yes")[0] == 0
    assert list(unit.parent.iterdir()) == []
    assert "nothing to take away" in watching.call("--uninstall", "--yes")[2]


@linux
def test_nothing_is_written_without_consent(watching: Watching, unit: Path) -> None:
    assert watching.call("--install")[0] == 2
    assert not unit.exists()
    unit.parent.mkdir(parents=True)
    unit.write_text("mine")
    assert watching.call("--uninstall")[0] == 2
    assert unit.read_text() == "mine"
    assert watching.call("--install", "--yes")[0] == 0
    assert sorted(path.read_text() == "mine" for path in unit.parent.iterdir()) == [False, True]


@linux
def test_it_is_started_only_when_that_is_asked(
    watching: Watching, unit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = listening(tmp_path, monkeypatch)
    assert watching.call("--install", "--yes")[0] == 0
    assert not told.exists()
    assert watching.call("--install", "--yes", "--start")[0] == 0
    assert told.read_text().splitlines() == ["--user daemon-reload", f"--user enable --now {UNIT}"]
    assert watching.call("--uninstall", "--yes")[0] == 0
    assert told.read_text().splitlines()[2:] == [f"--user disable --now {UNIT}"]
    assert not unit.exists()


@linux
def test_a_systemd_that_refuses_is_told_of(
    watching: Watching, unit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listening(tmp_path, monkeypatch, code=1)
    code, _, said = watching.call("--install", "--yes", "--start")
    assert (code, "`systemctl --user daemon-reload` failed" in said) == (1, True)
    assert watching.call("--uninstall", "--yes")[0] == 0
    assert not unit.exists()


def systemd_accepts(unit: str, folder: Path) -> None:
    """Let systemd itself look at a unit."""
    (folder / UNIT).write_text(unit)
    (folder / "run").mkdir()
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", str(folder / UNIT)],
        env=os.environ | {"XDG_RUNTIME_DIR": str(folder / "run")},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, UNIT in done.stderr.decode()) == (0, False), done.stderr


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path, own_home: Path) -> None:
    made = service(None, (f"/place/{ODD}",), "30s", os.environ | {"CLAUDE_CONFIG_DIR": ODD}, apple=False)
    systemd_accepts(made.text, tmp_path)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
@pytest.mark.parametrize(
    "folder", ["a b", "50%h", "do$l $HOME ${X}", "semi; colon", "{x}", "ü", "@at", "-dash"]
)
def test_a_program_in_an_odd_folder_is_started(
    tmp_path: Path, own_home: Path, monkeypatch, folder: str
) -> None:
    program = tmp_path / folder / "memory"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "argv", [str(program)])
    made = service(
        None, (f"/place/{ODD}\nExecStart=/bin/false",), "", {"TACIT_HOME": f"{ODD}\n[x]"}, apple=False
    )
    assert made.text.count("\nExecStart=") == 1
    systemd_accepts(made.text, tmp_path)


@pytest.mark.parametrize("folder", ["it's", 'a"b', "back\\slash", "new\nline", "bell\x07"])
def test_a_program_that_systemd_would_not_start_is_refused(tmp_path: Path, monkeypatch, folder: str) -> None:
    program = tmp_path / folder / "memory"
    program.parent.mkdir()
    program.touch()
    monkeypatch.setattr(sys, "argv", [str(program)])
    with pytest.raises(Usage, match="systemd starts no program"):
        _ = service(None, (), "", apple=False).text
    made = service(None, (), "", apple=True)
    if "\x07" in folder:
        with pytest.raises(Usage, match="no text"):
            _ = made.text
    else:
        assert plistlib.loads(made.text.encode())["ProgramArguments"][0] == str(program)


def test_launchd_is_told_the_same(own_home: Path) -> None:
    made = service("/store", (f"/place/{ODD}",), "", os.environ | {"CLAUDE_CONFIG_DIR": ODD}, apple=True)
    told = plistlib.loads(made.text.encode())
    assert made.path == str(own_home / "Library" / "LaunchAgents" / f"{LABEL}.plist")
    assert told["ProgramArguments"][-4:] == ["watch", "--quiet", "--", f"/place/{ODD}"]
    assert told["EnvironmentVariables"]["CLAUDE_CONFIG_DIR"] == ODD
    assert told["EnvironmentVariables"]["TACIT_STORE"] == "/store"
    assert (told["Label"], told["RunAtLoad"], told["KeepAlive"]) == (LABEL, True, {"SuccessfulExit": False})


@pytest.mark.parametrize("apple", [False, True])
def test_settings_go_along_and_secrets_do_not(apple: bool) -> None:
    secret = {"TACIT_EMBEDDING_KEY": "s3cret", "OPENAI_API_KEY": "s3cret", "TACIT_STORE_QUOTA": "2GB"}
    text = service(None, (), "", os.environ | secret, apple=apple).text
    assert ("s3cret" in text, "TACIT_STORE_QUOTA" in text) == (False, True)


def test_a_path_that_is_no_text_is_refused() -> None:
    with pytest.raises(Usage, match="no text"):
        _ = service(None, ("/caf\udce9",), "", apple=False).text
