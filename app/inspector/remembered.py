"""What the inspector remembers of how a person likes it: theme, screen, order, layout. No record is in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import MsgspecError, json

_MOST = 20_000  # bytes; a longer file is none of ours


class Remembered:
    """Small named texts that outlive the process, as ``order.patterns`` = ``uses``.

    Without a path nothing is kept. A file that cannot be read or written stops nobody: what it said is
    then the default again.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._values: dict[str, str] = {} if path is None else _read(path)
        self._changed: set[str] = set()

    def get(self, name: str, default: str = "", choices: Mapping[str, object] | None = None) -> str:
        """What was kept under a name; the default where that is nothing, or none of the ``choices``."""
        found = self._values.get(name, default)
        return found if choices is None or found in choices else default

    def put(self, name: str, value: str) -> None:
        """Remember a text from now on, and for the next time with :meth:`keep`; an empty one is forgotten."""
        if self._values.get(name, "") != value:
            self._values[name] = value
            self._changed.add(name)

    def keep(self) -> None:
        """Write what was put, and nothing else: another inspector may have kept things meanwhile."""
        if self._path is None or not self._changed:
            return
        values = _read(self._path) | {name: self._values[name] for name in self._changed}
        self._changed.clear()
        _write(self._path, {name: one for name, one in sorted(values.items()) if one})


def _read(path: Path) -> dict[str, str]:
    try:
        if not path.is_file() or path.stat().st_size > _MOST:
            return {}
        found = json.decode(path.read_bytes())
    except (OSError, MsgspecError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {key: value for key, value in found.items() if isinstance(value, str)}


def _write(path: Path, values: Mapping[str, str]) -> None:
    """Replace the file; two inspectors that write at once leave one of the two."""
    part = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(json.format(json.encode(values)) + b"\n")
        part.replace(path)
    except OSError:
        _drop(part)


def _drop(part: Path) -> None:
    try:
        part.unlink(missing_ok=True)
    except OSError:
        return
