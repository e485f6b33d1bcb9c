"""What the inspector remembers of how a person likes it: theme, screen, order, layout. No record is in it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

_MOST = 20_000  # bytes; a longer file is none of ours


class Remembered:
    """Small named texts that outlive the process, as ``order.patterns`` = ``uses``.

    Without a path nothing is kept. A file that cannot be read or written stops nobody: what it said is
    then the default again.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._values: dict[str, str] = {} if path is None else _read(path)

    def get(self, name: str, default: str = "", choices: Mapping[str, object] | None = None) -> str:
        """What was kept under a name; the default where that is nothing, or none of the ``choices``."""
        found = self._values.get(name, default)
        return found if choices is None or found in choices else default

    def put(self, name: str, value: str) -> None:
        """Keep a text, at once and whole; an empty one is forgotten."""
        if self._values.get(name, "") == value:
            return
        self._values[name] = value
        if self._path is not None:
            _write(self._path, {key: one for key, one in sorted(self._values.items()) if one})


def _read(path: Path) -> dict[str, str]:
    try:
        raw = path.read_bytes()[:_MOST]
        found = json.loads(raw)
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {key: value for key, value in found.items() if isinstance(key, str) and isinstance(value, str)}


def _write(path: Path, values: Mapping[str, str]) -> None:
    """Replace the file; two inspectors that write at once leave one of the two."""
    part = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(values, file, indent=1)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
