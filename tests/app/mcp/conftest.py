"""A memory learned from hand-written transcripts, one of them hostile, and a server on it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from served import Agent, environment, served
from transcript import START, Transcript, habits

HOSTILE = "\x1b]52;c;aGk=\x07 \u202egnp.exe \x9b31m \u2066 日本語"
SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


def hostile(folder: Path) -> Path:
    """A session whose texts would drive a terminal, and name a secret."""
    one = Transcript("odd", cwd="/home/dev/work/odd", start=START)
    one.prompt(f"Look at {HOSTILE} with {SECRET}")
    one.bash(f"echo '{HOSTILE}' {SECRET}", f"{HOSTILE} {SECRET}")
    one.call("Edit", {"file_path": f"/home/dev/work/odd/{HOSTILE}.py"}, f"Error: {HOSTILE}", error=True)
    one.read("parser.py")
    return one.save(folder)


def learned_home(home: Path) -> Path:
    """A home with a memory that learned from four sessions of one habit and a hostile one."""
    folder = home.parent / f"{home.name}-transcripts"
    habits(folder)
    hostile(folder)
    subprocess.run(
        [sys.executable, "-m", "tacit", "import", str(folder)],
        env=environment(home),
        capture_output=True,
        check=True,
        timeout=120,
    )
    return home


@pytest.fixture(scope="session")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home for copies; do not write into it."""
    return learned_home(tmp_path_factory.mktemp("learned"))


@pytest.fixture
def home(tmp_path: Path, learned: Path) -> Path:
    """The home of this test."""
    return Path(shutil.copytree(learned, tmp_path / "memory"))


@pytest.fixture(scope="module")
def module_home(tmp_path_factory: pytest.TempPathFactory, learned: Path) -> Path:
    """The home of the server of this module."""
    return Path(shutil.copytree(learned, tmp_path_factory.mktemp("served") / "memory"))


@pytest.fixture(scope="module")
def agent(module_home: Path) -> Iterator[Agent]:
    """The official client of a server on that home."""
    with served(module_home) as connected:
        yield connected
