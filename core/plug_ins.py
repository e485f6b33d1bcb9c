"""The entry points other packages offer, found without loading what in most homes would find none.

``importlib.metadata`` takes longer to load than all that an import has to do where nothing is new. So the
files it would read are looked through first, in the folders of ``sys.path`` as it does; it is asked where
one of them offers something, or where packages may lie elsewhere than in folders.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

_OWN = "tacit."
_ABOUT = (".dist-info", ".egg-info", "egg-info")
"""How the names of folders end, in small letters, that tell about an installed package."""

_FOLDERS = "PathFinder"
"""The finder of Python itself, which finds packages in folders and in archives."""


def plug_ins(group: str) -> list[EntryPoint]:
    """The entry points of a group that are not Tacit's own, sorted by name and place."""
    if not _is_elsewhere() and not any(_offers(text, group) for text in _texts()):
        return []
    from importlib.metadata import entry_points

    found = (one for one in entry_points(group=group) if not one.value.startswith(_OWN))
    return sorted(found, key=lambda one: (one.name, one.value))


def _is_elsewhere() -> bool:
    """Whether packages may lie in an archive, or where only a finder of somebody else's knows."""
    finders = (one for one in sys.meta_path if getattr(one, "__name__", "") != _FOLDERS)
    return any(map(os.path.isfile, sys.path)) or any(hasattr(one, "find_distributions") for one in finders)


def _texts() -> Iterator[str]:
    """What every installed package offers, as it stands in its file."""
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")  # noqa: PTH208 - as whoever is spared does
        except OSError:
            continue
        for name in names:
            if name.lower().endswith(_ABOUT):
                try:
                    with open(f"{folder or '.'}/{name}/entry_points.txt", "rb") as file:  # noqa: PTH123
                        yield file.read().decode("utf-8", "replace")
                except OSError:
                    continue


def _offers(text: str, group: str) -> bool:
    """Whether the group has an entry that is not Tacit's own."""
    inside = False
    for line in map(str.strip, text.splitlines() if group in text else ()):
        if line.startswith("["):
            inside = line.strip("[]") == group
        elif inside and line and not line.startswith("#") and not _is_own(line):
            return True
    return False


def _is_own(line: str) -> bool:
    return line.partition("=")[2].strip().startswith(_OWN)
