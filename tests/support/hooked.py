"""Hooks run in processes of their own, as agents run them, and what they left behind."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from awaited import PATIENCE
from own_process import environment as _environment

from tacit import Memory

CWD = "/home/dev/work/app"
UNREAD = "File has not been read yet. Read it first before writing to it."

_UNHURRIED = str(Path(__file__).with_name("unhurried"))


@dataclass
class Said:
    """How a hook ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def context(self) -> str:
        """What an object of JSON hands to the model."""
        told = json.loads(self.out)["hookSpecificOutput"]["additionalContext"]
        assert isinstance(told, str)
        return told


Hook = Callable[..., Said]


def environment(home: Path, **more: str) -> dict[str, str]:
    """As of any command, and the limits of a hook's time are far but for those that ``HURRIED`` names."""
    return _environment(home, **({"PYTHONPATH": _UNHURRIED} | more))


def run_hook(home: Path, words: Sequence[str], event: bytes, **more: str) -> Said:
    """Run ``memory hook WORDS…`` on a home."""
    done = subprocess.run(
        [sys.executable, "-m", "tacit", "hook", *words],
        input=event,
        env=environment(home, **more),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    return Said(done.returncode, done.stdout.decode(), done.stderr.decode())


def memory_of(home: Path) -> Memory:
    """The memory of a home, to see what was noted."""
    return Memory.open(home / "store")


def log_of(home: Path) -> str:
    """What the hooks wrote into the log."""
    path = home / "tacit.log"
    return path.read_text("utf-8") if path.exists() else ""
