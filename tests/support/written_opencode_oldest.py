"""A told session as OpenCode wrote it before 0.6: files below a place of each project."""

from __future__ import annotations

from pathlib import Path

from told import Told
from written_opencode import LOSES as LOSES
from written_opencode import talk_of


def write(told: Told, folder: Path) -> Path:
    """Write it below a home directory; what has to be imported."""
    place = (
        folder / ".local" / "share" / "opencode" / "project" / "home-dev-work-shop" / "storage" / "session"
    )
    return talk_of(told).save_oldest(place)
