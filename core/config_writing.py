# ruff: noqa: PTH103, PTH105, PTH108, PTH110, PTH116, PTH120
"""Changing one setting in ``config.toml``: checked before it is written, with all else as it was."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from msgspec import Struct

from tacit.core.config import SETTINGS, Setting, Value, check, from_file, from_text, parsed, unknown
from tacit.core.config_values import NUMBERS
from tacit.core.errors import TacitError, Usage
from tacit.core.places import absolute
from tacit.core.toml_editing import literal, put, take

Approve = Callable[[Setting, Value], None]
Key = tuple[str, ...]


class Changed(Struct, frozen=True):
    """What was changed: a key and its values as the file has them, ``None`` where it has none."""

    key: str
    setting: Setting | None
    before: Any
    after: Any


def set_value(path: str, key: str, text: str, approve: Approve) -> Changed:
    """Write a setting into the file at ``path``, which is made where there is none.

    Args:
        path: the configuration file.
        key: ``section.name``; of a table ``section.name.entry``.
        text: what a person wrote; a list is separated by commas, or a TOML array.
        approve: told the setting and its value before it is written; raises where that is wrong.

    Raises:
        Usage: there is no such key, the value is none for it, or the file is no TOML. Nothing was changed.
        TacitError: the file cannot be written.
    """
    setting, place = _meant(key)
    with _locked(path):
        before, content = _read(path)
        after = _edited(path, before, content, place, _stored(setting, place, text))
        told = _at(parsed_text(after), place[:2])
        value = from_file(setting, told, path)
        check(setting, value, key)
        approve(setting, value)
        _write(path, before, after)
    return Changed(key, setting, _at(content, place), _at(parsed_text(after), place))


def unset_value(path: str, key: str) -> Changed:
    """Take a setting out of the file at ``path``; also a key that Tacit does not know.

    Raises:
        Usage: there is no such key, neither in the file nor at all, or the file is no TOML.
        TacitError: the file cannot be written.
    """
    with _locked(path):
        before, content = _read(path)
        place = tuple(key.split("."))
        known: Setting | None = None
        if _at(content, place) is None or key in {setting.section for setting in SETTINGS}:
            known, place = _meant(key)
        gone = _at(content, place)
        if gone is not None:
            _write(path, before, _verified(path, take(before, place), _without(content, place)))
    return Changed(key, known, gone, None)


def parsed_text(text: str) -> dict[str, Any]:
    """What a text says as TOML."""
    import tomllib

    return tomllib.loads(text)


def _meant(key: str) -> tuple[Setting, Key]:
    """The setting of a key, and its place in the file; what follows the name of a table is one word."""
    names = {setting.key: setting for setting in SETTINGS}
    section, _, rest = key.partition(".")
    name, _, entry = rest.partition(".")
    setting = names.get(f"{section}.{name}")
    if setting is None or (entry and setting.shape != "table"):
        raise unknown(f"setting {key}", key, set(names), "The configuration")
    return setting, ((section, name, entry) if entry else (section, name))


def _stored(setting: Setting, place: Key, text: str) -> str:
    """The literal of a value as the file is to have it: numbers with units as they were written."""
    value: str | int | tuple[str, ...] = text
    if setting.shape == "table":
        if len(place) == 2:
            raise Usage(f"{setting.key} is a table.", f"Name the entry: {setting.key}.NAME")
    elif setting.shape == "path":
        value = text if text.startswith("~") or not text else absolute(text)
    elif setting.shape == "list":
        value = _list(setting, text)
    elif setting.shape == "count":
        value = NUMBERS["count"](text, setting.key)
    try:
        return literal(value)
    except UnicodeEncodeError:
        raise Usage(f"The value of {setting.key} is no text.", "Write it in UTF-8.") from None


def _list(setting: Setting, text: str) -> tuple[str, ...]:
    """The texts of a list: a TOML array, or what stands between commas."""
    if not text.lstrip().startswith("["):
        found = from_text(setting, text)
        return found if isinstance(found, tuple) else ()
    try:
        items = parsed_text(f"x = {text}")["x"]
    except ValueError as error:
        raise Usage(f"{setting.key} is no list: {error}.", 'Write ["one", "two"] or one,two.') from None
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise Usage(f"{setting.key} has a value of the wrong kind.", 'It is a list of texts: ["…"].')
    return tuple(items)


def _edited(path: str, before: str, content: dict[str, Any], place: Key, value: str) -> str:
    wanted = parsed_text(f"x = {value}")["x"]
    return _verified(path, put(before, place, value), _with(content, place, wanted))


def _verified(path: str, after: str, wanted: dict[str, Any]) -> str:
    """The edited text, if it says what it is to say and nothing else."""
    try:
        done = _filled(parsed_text(after)) == _filled(wanted)
    except ValueError:
        done = False
    if not done:
        raise Usage(f"{path} is written in a way that cannot be edited here.", "Edit the file by hand.")
    return after


def _with(content: dict[str, Any], place: Key, value: Any) -> dict[str, Any]:
    inner = content.get(place[0])
    if len(place) > 1:
        value = _with(inner if isinstance(inner, dict) else {}, place[1:], value)
    return {**content, place[0]: value}


def _without(content: dict[str, Any], place: Key) -> dict[str, Any]:
    rest = {name: value for name, value in content.items() if name != place[0]}
    if len(place) == 1:
        return rest
    return {**content, place[0]: _without(content[place[0]], place[1:])}


def _filled(content: dict[str, Any]) -> dict[str, Any]:
    """The content without tables that hold nothing."""
    tables = {name: _filled(value) if isinstance(value, dict) else value for name, value in content.items()}
    return {name: value for name, value in tables.items() if value != {}}


def _at(content: dict[str, Any], place: Key) -> Any:
    value: Any = content
    for part in place:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _read(path: str) -> tuple[str, dict[str, Any]]:
    return parsed(path) if os.path.lexists(path) else ("", {})


@contextmanager
def _locked(path: str) -> Iterator[None]:
    """Keep other writers of the file away; who only reads finds it whole at any time."""
    import fcntl

    folder = os.path.dirname(os.path.realpath(path))
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write(path: str, before: str, after: str) -> None:
    """Replace the file in one step, at the end of a link if it is one; its mode stays, a new one is 0600."""
    import tempfile

    if after == before:
        return
    real = os.path.realpath(path)
    try:
        mode = os.stat(real).st_mode & 0o777 if os.path.exists(real) else 0o600
        handle, beside = tempfile.mkstemp(dir=os.path.dirname(real), prefix=".config-")
        try:
            with os.fdopen(handle, "wb") as file:
                os.fchmod(handle, mode)
                file.write(after.encode())
                file.flush()
                os.fsync(handle)
            os.replace(beside, real)
        except BaseException:
            os.unlink(beside)
            raise
    except OSError as error:
        raise _unwritable(path, error) from None


def _unwritable(path: str, error: OSError) -> TacitError:
    return TacitError(f"{path} cannot be written: {error.strerror}.", "Check the disk and its permissions.")
