"""A store learned from small transcripts, and ways to run the command line on it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from own_process import environment
from transcript import Transcript, habits

from tacit.app import cli

HOSTILE = "\x1b]52;c;aGk=\x07 [/] [@click=app.quit]x[/] \u202egnp.exe \x9b31m\u0000 日本語"


@dataclass
class Result:
    code: int
    out: str
    err: str

    def json(self) -> dict[str, Any]:
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Call = Callable[..., Result]


def odd(folder: Path) -> Path:
    """A session whose every text is hostile."""
    one = Transcript("odd", cwd="/home/dev/work/odd")
    one.prompt(f"Look at {HOSTILE}")
    one.bash(f"echo '{HOSTILE}'", HOSTILE)
    one.call("Read", {"file_path": f"/home/dev/work/odd/{HOSTILE}.py"}, HOSTILE)
    one.call("Edit", {"file_path": f"/home/dev/work/odd/{HOSTILE}.py"}, f"Error: {HOSTILE}", error=True)
    return one.save(folder)


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Transcripts of four sessions with one habit, and of one with hostile text."""
    folder = tmp_path_factory.mktemp("sources")
    habits(folder)
    odd(folder)
    return folder


@pytest.fixture(scope="session")
def learned(tmp_path_factory: pytest.TempPathFactory, sources: Path) -> Path:
    """A home with a store that learned from them; copied for each test."""
    home = tmp_path_factory.mktemp("learned")
    done = process("import", str(sources), home=home)
    assert done.code == 0, done.err
    return home


@pytest.fixture
def home(tmp_path: Path, learned: Path) -> Path:
    """The home of this test."""
    return Path(shutil.copytree(learned, tmp_path / "memory"))


def process(*args: str, home: Path, **more: str) -> Result:
    """Run ``memory`` as its own process, without a terminal."""
    done = subprocess.run(
        [sys.executable, "-m", "tacit", *args],
        env=environment(home, **more),
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path) -> Call:
    """Run ``memory`` inside this process, on the home of the test if no other is named."""

    def run(*args: str, home: Path = home, **more: str) -> Result:
        for name in [name for name in os.environ if name.startswith("TACIT_")]:
            monkeypatch.delenv(name)
        for name, value in environment(home, **more).items():
            monkeypatch.setenv(name, value)
        capsys.readouterr()
        code = cli.run(args)
        shown = capsys.readouterr()
        return Result(code, shown.out, shown.err)

    return run
