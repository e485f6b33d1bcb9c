"""What a connection changes in which file, worked out before anything is written."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct

from tacit.app.editing.files import EditError, Held, backups, hold, replace
from tacit.app.setup.entry import Entry, Text, foreign, found, opened, put
from tacit.app.setup.launch import Launch
from tacit.core.places import short


class Change(Struct, frozen=True):
    """A file and what it says then; ``None``: it goes.

    ``exact``: it is then as it was before Tacit came, byte for byte; ``spent`` is the copy that says so,
    if there is one, which nobody needs any more.
    """

    held: Held
    after: str | None
    exact: bool = False
    spent: str | None = None

    def make(self) -> str | None:
        """Write it; the path of the copy of what was there, if one was made."""
        backup = replace(self.held, self.after, keep=not self.exact)
        if self.spent is not None:
            with contextlib.suppress(OSError):
                os.unlink(self.spent)  # noqa: PTH108 - text
        return backup


class Plan(Struct, frozen=True):
    """All changes of a command.

    ``edited`` are the places of entries that a person changed by hand and that are therefore left alone.
    """

    changes: tuple[Change, ...]
    edited: tuple[str, ...] = ()


def connecting(entries: Sequence[Entry], launch: Launch) -> Plan:
    """The plan that puts every entry where it belongs, and leaves those that are there.

    Raises:
        EditError: a file cannot take its entry.
    """
    changes, edited = [], list[str]()
    for file in dict.fromkeys(entry.file for entry in entries):
        own = [entry for entry in entries if entry.file == file]
        held = hold(file, own[0].mode)
        text = _connected(held.text, own, launch, edited)
        if text != held.text:
            _check(held.text, text, own)
            changes.append(Change(held, text))
    return Plan(tuple(changes), tuple(edited))


def disconnecting(entries: Sequence[Entry], *, also_edited: bool) -> Plan:
    """The plan that takes the entries back out; a file that had nothing else goes.

    Args:
        entries: those that are meant.
        also_edited: even those that a person changed.

    Raises:
        EditError: a file cannot be understood.
    """
    changes, edited = [], list[str]()
    for file in dict.fromkeys(entry.file for entry in entries):
        own = [entry for entry in entries if entry.file == file]
        held = hold(file, own[0].mode)
        if held.data is None:
            continue
        left = len(edited)
        text, launch = _disconnected(held.text, own, edited, also_edited=also_edited)
        if launch is None:
            continue
        _check(held.text, text, own)
        whole = len(edited) == left
        change = _as_before(held, own, launch) if whole else None
        changes.append(change or Change(held, text))
    return Plan(tuple(changes), tuple(edited))


def _connected(text: str, entries: Iterable[Entry], launch: Launch, edited: list[str]) -> str:
    for entry in entries:
        document = opened(text, entry)
        if foreign(document, entry):
            raise EditError(
                f"{short(entry.file)} has a “{'.'.join(entry.path)}” that is not this program's.",
                "Take it out or rename it there first.",
            )
        there = found(document, entry)
        if there and there[0].edited:
            edited.append(_name(entry))
        elif not there or there[0].launch != launch:
            try:
                text = put(document, entry, launch).text
            except ValueError as error:
                raise _unsure(entry) from error
    return text


def _disconnected(
    text: str, entries: Iterable[Entry], edited: list[str], *, also_edited: bool
) -> tuple[str, Launch | None]:
    """The text without the entries, and what one of them started, if any was there."""
    launch = None
    for entry in entries:
        document = opened(text, entry)
        for one in reversed(found(document, entry)):
            if one.edited and not also_edited:
                edited.append(_name(entry))
                continue
            try:
                document = document.take(one.where)
            except ValueError as error:
                raise _unsure(entry) from error
            launch = launch or one.launch
        text = document.text
    return text, launch


def _as_before(held: Held, entries: Sequence[Entry], launch: Launch) -> Change | None:
    """The change to the very bytes that were there before, where it can be told what they were."""
    for old in backups(held):
        if _makes(old.text, entries, launch, held.text):
            return Change(held, old.text, exact=True, spent=old.path)
    return Change(held, None, exact=True) if _makes("", entries, launch, held.text) else None


def _makes(old: str, entries: Sequence[Entry], launch: Launch, text: str) -> bool:
    """Whether a text without the entries becomes another by a connection."""
    try:
        bare = not any(found(opened(old, entry), entry) for entry in entries)
        return bare and _connected(old, entries, launch, []) == text
    except EditError:  # it was something else then
        return False


def _check(before: str, after: str, entries: Sequence[Entry]) -> None:
    """See that nothing but the entries differs.

    Raises:
        EditError: something does. The text was of a form that nobody thought of.
    """
    if _rest(before, entries) != _rest(after, entries):
        raise _unsure(entries[0])


def _rest(text: str, entries: Sequence[Entry]) -> Any:
    """What a document says beside the entries and beside what would be empty without them."""
    document: Text = opened(text, entries[0])
    for entry in entries:
        for one in reversed(found(document, entry)):
            _drop(document.value, one.where)
    for entry in entries:
        for length in range(len(entry.path), 0, -1):
            if document.find(entry.path[:length]) in ({}, []):
                _drop(document.value, entry.path[:length])
    return document.value


def _drop(value: Any, where: Sequence[str | int]) -> None:
    for name in where[:-1]:
        value = value[name]
    del value[where[-1]]


def _name(entry: Entry) -> str:
    return f"{'.'.join(entry.path)} in {short(entry.file)}"


def _unsure(entry: Entry) -> EditError:
    return EditError(
        f"{short(entry.file)} is written in a way that cannot be changed safely.",
        "It was left as it is. Put in or take out by hand what --print shows.",
    )
