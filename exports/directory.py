"""The directory that an export goes to: whether it may, and that nobody else writes there meanwhile."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tacit.core.errors import TacitError, Usage
from tacit.exports.csv_columns import COLUMNS
from tacit.exports.files import remove_leftovers
from tacit.exports.layout import LINES, MESSAGEPACK, csv_name

_ANYWHERE = frozenset((LINES, MESSAGEPACK, *map(csv_name, COLUMNS)))
"""Files of ours that lie beside anything, and do not make a directory ours or another's."""


@contextmanager
def writing_to(directory: Path, check: Callable[[], None] | None = None) -> Iterator[None]:
    """Make a directory, and keep other exports out of it.

    Args:
        directory: where to.
        check: raises where the directory, which is there by then, must not be written to.

    Raises:
        Usage: it is no directory.
        TacitError: it cannot be made or written to, or another export is writing there.
    """
    try:
        if directory.exists() and not directory.is_dir():
            raise Usage(f"{directory} is not a directory.", "Choose a new or empty directory.")
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if check is not None:
            check()
        with locked(directory):
            remove_leftovers(directory)
            yield
    except OSError as error:
        raise TacitError(
            f"Cannot write the export to {directory}: {error.strerror or error}.",
            "What was there is still whole; make room or choose another directory and export again.",
        ) from error


def check_foreign(directory: Path, *, ours: bool) -> None:
    """Refuse a directory that holds other things, unless an export wrote there before.

    Raises:
        Usage: it does.
    """
    if not ours and any(path.name not in _ANYWHERE for path in directory.iterdir()):
        raise Usage(f"{directory} is not empty and no export of Tacit.", "Choose a new or empty directory.")


def check_part(directory: Path, *, whole: bool, part: bool) -> None:
    """Refuse to empty an export of everything by one of a part.

    Raises:
        Usage: a part was asked for, and the directory holds everything.
    """
    if whole and part:
        raise Usage(f"{directory} holds an export of everything.", "Choose another directory for a part.")


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Keep other exports out of a directory for the time being.

    Raises:
        TacitError: another one is writing there now.
    """
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise TacitError(
                f"Another export is writing to {directory}.", "Try again when it is done."
            ) from None
        except OSError:
            pass  # a file system without locks: renames still keep every file whole
        yield
    finally:
        os.close(handle)
