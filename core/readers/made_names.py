"""What agents make of the path of a directory: Gemini CLI its hash, Cursor the name of a folder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256

_NAMED = 12
_HASHED = re.compile(rf"gemini-[0-9a-f]{{{_NAMED}}}")
_SEPARATOR = re.compile(r"[\\/]")
_OTHER = re.compile(r"[^A-Za-z0-9]+")


def hash_of(path: str) -> str:
    """The SHA-256 of a path, as Gemini CLI tells it."""
    return sha256(path.encode("utf-8", "replace")).hexdigest()


def named(told: str) -> str:
    """What a directory is called of which only the hash is told; empty where that is not told either."""
    return f"gemini-{told[:_NAMED]}" if told else ""


def hashed_name(path: str) -> str:
    """What a directory is called where no path proves to be it."""
    return named(hash_of(path))


def is_hashed(name: str) -> bool:
    """Whether a name is made of a hash."""
    return _HASHED.fullmatch(name) is not None


def slug(path: str) -> str:
    """A path as Cursor names the project's folder: letters and digits, and ``-`` for what is between."""
    return _OTHER.sub("-", path).strip("-").lower()


def around(paths: Iterable[str]) -> Iterator[str]:
    """Each path and every folder it lies in, the nearest first."""
    for path in paths:
        yield path
        for separator in reversed(list(_SEPARATOR.finditer(path))):
            yield path[: separator.start()]
