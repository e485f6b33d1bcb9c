"""Folders of a test that other users can look into, however deep the test's own folder lies."""

from __future__ import annotations

from pathlib import Path

_LOOK_INTO = 0o005


def open_to_all(folder: Path) -> None:
    """Let everybody into a folder and those above it; what is open already stays as it is."""
    for one in (folder, *folder.parents):
        if one.stat().st_mode & _LOOK_INTO != _LOOK_INTO:
            one.chmod(0o755)
