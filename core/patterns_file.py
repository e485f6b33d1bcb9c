"""``patterns.toml``: patterns that a person declares, read and checked.

It lies beside ``config.toml`` and need not exist. Each pattern is a table::

    [[pattern]]
    name = "format before the commit"
    actions = ["edit *", "...", "* fmt", "git commit"]   # in this order; ``...`` are any others, or none
    project = "devenv/cli"                               # all below are conditions and may be left out
    language = "go"
    outcome = "success"
    tool = "shell"
    error = "lint failed"
    files = "*.go"

An action is a whole one as it stands in patterns (``mise run lint failed``); ``*`` and ``?`` stand for
anything. ``project`` and ``files`` are understood as in queries. A mistake is told with its line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn, get_args

from msgspec import Struct, convert

from tacit.core.errors import Usage
from tacit.core.model import Label, Tool

GAP = "..."
FAMILIES = (
    *("edit refused", "file missing", "test failed", "lint failed", "build failed"),
    *("usage", "permission", "timeout", "other"),
)
_CHOICES: dict[str, tuple[str, ...]] = {"outcome": get_args(Label), "tool": get_args(Tool), "error": FAMILIES}
_TEXTS = ("name", "project", "language", "outcome", "tool", "error", "files")
_KEYS = ("name", "actions", *_TEXTS[1:])
_WHERE = ("actions", "tool", "error", "files")
"""What a pattern needs at least one of: without it there is no step to point at."""

_NAME_LENGTH = 200
_ACTIONS = 20
_BYTES = 1_000_000


class Declared(Struct, frozen=True):
    """A pattern that a person declared; an empty field is no condition."""

    name: str
    actions: tuple[str, ...] = ()
    project: str = ""
    language: str = ""
    outcome: str = ""
    tool: str = ""
    error: str = ""
    files: str = ""


def load_patterns(path: str) -> tuple[Declared, ...]:
    """The patterns that a file declares, in its order; none where there is no file.

    Raises:
        Usage: the file cannot be read or is wrong; the message names the line.
    """
    text = _read(path)
    if not text.strip():
        return ()
    import tomllib

    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Usage(f"{path} is not valid TOML: {error}.", "Correct it, or move it away.") from None
    return _Reading(path, text).patterns(content)


def _read(path: str) -> str:
    try:
        raw = Path(path).read_bytes()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise Usage(f"{path} cannot be read: {error.strerror}.", "Check its permissions.") from None
    if len(raw) > _BYTES:
        raise Usage(f"{path} is larger than 1,000,000 bytes.", "Declare fewer patterns.")
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise Usage(f"{path}, line {line}: this is no UTF-8.", "Save the file as UTF-8.") from None


class _Reading:
    """One file being checked; knows on which line what stands."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._lines = text.splitlines()

    def patterns(self, content: Mapping[str, Any]) -> tuple[Declared, ...]:
        for key in content:
            if key != "pattern":
                self._fail(self._line(key, 0), f"there is no {key!r} here", "Each pattern is a [[pattern]].")
        tables = content.get("pattern", [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            self._fail(self._line("pattern", 0), "pattern is a list of tables", "Write [[pattern]].")
        starts = [at for at, line in enumerate(self._lines) if re.match(r"\s*\[\[\s*pattern\s*\]\]", line)]
        starts += [0] * (len(tables) - len(starts))
        found: dict[str, Declared] = {}
        for table, start in zip(tables, starts, strict=False):
            one = self._pattern(table, start)
            if one.name in found:
                self._fail(self._line("name", start), f"{one.name!r} stands twice", "Choose another name.")
            found[one.name] = one
        return tuple(found.values())

    def _pattern(self, table: Mapping[str, Any], start: int) -> Declared:
        for key, value in table.items():
            self._check(key, value, self._line(key, start))
        if "name" not in table:
            self._fail(start + 1, "this pattern has no name", 'Write name = "…".')
        if not any(key in table for key in _WHERE):
            self._fail(start + 1, "this pattern names no step", f"Give it one of {', '.join(_WHERE)}.")
        return convert(dict(table), Declared)

    def _check(self, key: str, value: Any, line: int) -> None:
        if key not in _KEYS:
            near = get_close_matches(key, _KEYS, n=1, cutoff=0.4)
            hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(_KEYS)}."
            self._fail(line, f"there is no {key!r}", hint)
        if key == "actions":
            self._check_actions(value, line)
        elif not isinstance(value, str) or not value.strip():
            self._fail(line, f"{key} is a text", f'Write {key} = "…".')
        elif key in _CHOICES and value not in _CHOICES[key]:
            self._fail(line, f"{key} cannot be “{value}”", f"It is one of {', '.join(_CHOICES[key])}.")
        elif not value.isprintable() or len(value) > _NAME_LENGTH:
            self._fail(line, f"{key} is no plain line of at most 200 characters", "Make it one.")

    def _check_actions(self, value: Any, line: int) -> None:
        wanted = 'Write actions = ["edit *", "...", "git commit"].'
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            self._fail(line, "actions is a list of texts", wanted)
        if not 0 < len(value) <= _ACTIONS:
            self._fail(line, f"actions holds {len(value)}", f"Name 1 to {_ACTIONS} of them.")
        if GAP in (value[0], value[-1]) or (GAP, GAP) in pairwise(value):
            self._fail(line, f"“{GAP}” stands between two actions", wanted)

    def _line(self, key: str, start: int) -> int:
        """The line of a key, counted from 1, at or behind the line a table starts on."""
        sought = re.compile(rf"\s*(?:\[+\s*)?[\"']?{re.escape(key)}[\"']?\s*(?:[=.\]]|$)")
        return next((at for at in range(start, len(self._lines)) if sought.match(self._lines[at])), start) + 1

    def _fail(self, line: int, what: str, hint: str) -> NoReturn:
        raise Usage(f"{self._path}, line {line}: {what}.", hint)
