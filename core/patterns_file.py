"""``patterns.toml``: patterns that a person declares, read, checked and added to.

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

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn, get_args

from msgspec import Struct, convert, json

from tacit.core.errors import Usage
from tacit.core.model import Label, Tool

GAP = "..."
FAMILIES = (
    *("edit refused", "file missing", "test failed", "lint failed", "build failed"),
    *("usage", "permission", "timeout", "other"),
)
CHOICES: dict[str, tuple[str, ...]] = {"outcome": get_args(Label), "tool": get_args(Tool), "error": FAMILIES}
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
    return _patterns(path, _read(path))


def declaration(fields: Mapping[str, Any], others: Sequence[Declared] = ()) -> Declared:
    """A pattern of fields that come from elsewhere, checked as those of the file are.

    Raises:
        Usage: a field is wrong, or one of ``others`` has the name.
    """
    try:
        one = _checked(fields)
        if any(other.name == one.name for other in others):
            raise _twice(one.name)
    except _Wrong as wrong:
        raise Usage(f"{wrong.what[:1].upper()}{wrong.what[1:]}.", wrong.hint) from None
    return one


def declare(path: str, fields: Mapping[str, Any]) -> Declared:
    """Add a pattern to a file, which is made where there is none. What stands in it stays as it is.

    Raises:
        Usage: a field or the file is wrong, or it cannot be written; then it is as it was.
    """
    with _alone(path):
        text = _read(path)
        before = _patterns(path, text)
        one = declaration(fields, before)
        more = _with(text, one)
        if len(more.encode()) > _BYTES:
            raise Usage(f"{path} would be larger than 1,000,000 bytes.", "Declare fewer patterns.")
        if not _extends(path, more, (*before, one)):
            raise Usage(f"{path} holds its patterns in one list.", "Write each as a table: [[pattern]].")
        _swap(path, text, more)
    return one


def _patterns(path: str, text: str) -> tuple[Declared, ...]:
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


def _with(text: str, one: Declared) -> str:
    """A file with one more table at its end."""
    end = "\r\n" if "\r\n" in text else "\n"
    lines = ["[[pattern]]"]
    for key in _KEYS:
        value = getattr(one, key)
        if value:
            lines.append(f"{key} = {json.encode(value).decode()}")  # TOML reads JSON's texts and lists
    gap = "" if not text else end if text.endswith("\n") else end * 2
    return f"{text}{gap}{end.join(lines)}{end}"


def _extends(path: str, text: str, wanted: tuple[Declared, ...]) -> bool:
    try:
        return _patterns(path, text) == wanted
    except Usage:
        return False


@contextmanager
def _alone(path: str) -> Iterator[None]:
    """Whoever else adds to the file waits; the lock is on its folder and leaves nothing behind."""
    import fcntl

    try:
        folder = Path(os.path.realpath(path)).parent
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise _unwritten(path, error) from None
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _swap(path: str, before: str, after: str) -> None:
    """Put another file in its place at once, unless an editor changed it a moment ago."""
    place = Path(os.path.realpath(path))
    new = place.with_name(f".{place.name}.new")
    try:
        with new.open("wb") as file:
            file.write(after.encode())
            file.flush()
            os.fsync(file.fileno())
        if place.exists():
            new.chmod(place.stat().st_mode & 0o7777)
        if _read(path) != before:
            raise Usage(f"{path} is being changed by somebody else.", "Try again.")
        new.replace(place)
    except OSError as error:
        raise _unwritten(path, error) from None
    finally:
        with suppress(OSError):
            new.unlink()


def _unwritten(path: str, error: OSError) -> Usage:
    return Usage(f"{path} cannot be written: {error.strerror}.", "Check its permissions.")


class _Wrong(Exception):
    """What is wrong with a pattern, and at which key; without one it is the whole."""

    def __init__(self, key: str, what: str, hint: str) -> None:
        super().__init__(what)
        self.key, self.what, self.hint = key, what, hint


def _checked(table: Mapping[str, Any]) -> Declared:
    for key, value in table.items():
        _check(key, value)
    if "name" not in table:
        raise _Wrong("", "this pattern has no name", 'Write name = "…".')
    if not any(key in table for key in _WHERE):
        raise _Wrong("", "this pattern names no step", f"Give it one of {', '.join(_WHERE)}.")
    return convert(dict(table), Declared)


def _check(key: str, value: Any) -> None:
    if key not in _KEYS:
        near = get_close_matches(key, _KEYS, n=1, cutoff=0.4)
        hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(_KEYS)}."
        raise _Wrong(key, f"there is no {key!r}", hint)
    if key == "actions":
        _check_actions(value)
    elif not isinstance(value, str) or not value.strip():
        raise _Wrong(key, f"{key} is a text", f'Write {key} = "…".')
    elif key in CHOICES and value not in CHOICES[key]:
        raise _Wrong(key, f"{key} cannot be “{value}”", f"It is one of {', '.join(CHOICES[key])}.")
    elif not value.isprintable() or len(value) > _NAME_LENGTH:
        raise _Wrong(key, f"{key} is no plain line of at most 200 characters", "Make it one.")


def _check_actions(value: Any) -> None:
    wanted = 'Write actions = ["edit *", "...", "git commit"].'
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        raise _Wrong("actions", "actions is a list of texts", wanted)
    if not all(one.isprintable() for one in value):
        raise _Wrong("actions", "an action is no plain line", "Make it one.")
    if not 0 < len(value) <= _ACTIONS:
        raise _Wrong("actions", f"actions holds {len(value)}", f"Name 1 to {_ACTIONS} of them.")
    if GAP in (value[0], value[-1]) or (GAP, GAP) in pairwise(value):
        raise _Wrong("actions", f"“{GAP}” stands between two actions", wanted)


def _twice(name: str) -> _Wrong:
    return _Wrong("name", f"{name!r} stands twice", "Choose another name.")


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
            try:
                one = _checked(table)
                if one.name in found:
                    raise _twice(one.name)
            except _Wrong as wrong:
                line = self._line(wrong.key, start) if wrong.key else start + 1
                self._fail(line, wrong.what, wrong.hint)
            found[one.name] = one
        return tuple(found.values())

    def _line(self, key: str, start: int) -> int:
        """The line of a key, counted from 1, at or behind the line a table starts on."""
        sought = re.compile(rf"\s*(?:\[+\s*)?[\"']?{re.escape(key)}[\"']?\s*(?:[=.\]]|$)")
        return next((at for at in range(start, len(self._lines)) if sought.match(self._lines[at])), start) + 1

    def _fail(self, line: int, what: str, hint: str) -> NoReturn:
        raise Usage(f"{self._path}, line {line}: {what}.", hint)
