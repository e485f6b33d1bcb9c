# ruff: noqa: PTH104, PTH120
"""Putting a whole new store in the place of a damaged one, and what a kill on that way leaves.

The new store is made under a name of its own, gets another when it is whole, and only then do the two
change places. A kill between those two renames leaves no store in the place: whoever opens it next
puts the whole one there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from glob import escape, glob
from shutil import rmtree

from tacit.core.errors import StoreError
from tacit.store import guard
from tacit.store.disk import sync_folder

_MADE = ".restoring-"
_WHOLE = ".restored-"
_ASIDE = ".damaged-"


def making_place(place: str) -> str:
    """Where the new store is made. Whoever asks has the damaged one to himself."""
    remove_unfinished(place)
    return f"{place}{_MADE}{os.getpid()}"


def put_in_place(made: str, place: str, stamp: str) -> str:
    """Let the new store and the damaged one change places; where the damaged one is now.

    Raises:
        StoreError: a folder cannot be renamed.
    """
    whole, aside = f"{place}{_WHOLE}{os.getpid()}", f"{place}{_ASIDE}{stamp}"
    try:
        for old, new in ((made, whole), (place, aside)):
            os.rename(old, new)
            sync_folder(os.path.dirname(place))
        _settle(whole, place)
    except OSError as error:
        raise StoreError(
            f"The damaged store {place} cannot be replaced: {error.strerror or error}.",
            "Check the permissions of the folder it lies in.",
        ) from error
    return aside


def finish_replacing(path: str) -> None:
    """Put a whole store where there is none because its making was cut short at the last step."""
    place = os.path.realpath(path)
    for whole in sorted(_beside(place, _WHOLE)):
        if not os.path.lexists(place) and guard.is_store(whole):
            with suppress(OSError):
                _settle(whole, place)


def _settle(whole: str, place: str) -> None:
    with suppress(FileNotFoundError):  # whoever opens it at this moment does it too
        os.rename(whole, place)
    sync_folder(os.path.dirname(place))


def remove_unfinished(path: str) -> None:
    """Remove new stores that never came into their place. Whoever calls this has the store open."""
    place = os.path.realpath(path)
    begun = f"{os.path.dirname(place)}/.{os.path.basename(place)}"  # noqa: PTH119 - see store/creation.py
    for left in (*_beside(place, _MADE), *_beside(place, _WHOLE), *_beside(begun, _MADE)):
        rmtree(left, ignore_errors=True)


def moved_aside(path: str) -> list[str]:
    """Where damaged stores lie that were replaced."""
    return sorted(_beside(os.path.realpath(path), _ASIDE))


def _beside(place: str, mark: str) -> Iterator[str]:
    return (found for found in glob(f"{escape(place)}{mark}*") if os.path.isdir(found))  # noqa: PTH112, PTH207
