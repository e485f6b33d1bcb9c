"""A home with agents in it, and ``memory setup`` as its own process there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from agents_home import Done, Run, environment


@pytest.fixture
def home(own_home: Path) -> Path:
    """Every agent has been started here once."""
    for folder in (".claude", ".codex", ".gemini", ".cursor", ".copilot", ".config/opencode"):
        (own_home / folder).mkdir(parents=True)
    return own_home


@pytest.fixture
def run(home: Path) -> Run:
    """Run ``memory setup`` without a terminal."""

    def setup(*args: str, cwd: Path = home, before: str = "", **more: str) -> Done:
        code = f"import sys\nfrom tacit.app import cli\n{before}\ncli.main(sys.argv[1:])"
        start = ["-c", code] if before else ["-m", "tacit"]
        done = subprocess.run(
            [sys.executable, *start, "setup", *args],
            env=environment(home, **more),
            cwd=cwd,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=120,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return setup
