"""A told session as OpenCode 2 writes it."""

from __future__ import annotations

from pathlib import Path

from opencode_two import save_two
from told import Told
from written_opencode import LOSES as LOSES
from written_opencode import talk_of


def write(told: Told, folder: Path) -> Path:
    """Write it below a home directory, into the database; what has to be imported."""
    return save_two(folder / ".local" / "share" / "opencode" / "opencode.db", talk_of(told))
