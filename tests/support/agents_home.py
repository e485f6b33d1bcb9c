"""What tests of `memory setup` have at hand: the environment of a home, and what lies in it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

AGENTS = ("claude-code", "codex", "gemini", "cursor", "copilot", "opencode")
_VARIABLES = ("TACIT_", "CLAUDE_CONFIG_DIR", "CODEX_HOME", "COPILOT_HOME", "XDG_", "COLUMNS")


@dataclass
class Done:
    code: int
    out: str
    err: str


Run = Callable[..., Done]


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_VARIABLES)}
    return kept | {"HOME": str(home), "TZ": "UTC"} | more


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its place, without Tacit's own."""
    own = (".local", ".cache", "Library")
    files = (path for path in folder.rglob("*") if path.is_file())
    named = {str(path.relative_to(folder)): path for path in files}
    return {name: path.read_bytes() for name, path in named.items() if not name.startswith(own)}
