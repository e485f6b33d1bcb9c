"""The files of others: read whole, copied beside themselves, replaced at once or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import time
from pathlib import Path

from msgspec import Struct

from tacit.app.editing.swapping import alone, swap, take_away
from tacit.core.errors import TacitError
from tacit.core.places import short

LARGEST = 64 << 20
BACKUP = ".tacit-backup-"


class EditError(TacitError):
    """A file of others cannot be changed. Nothing of it was."""


class ChangedMeanwhile(EditError):
    """Somebody else wrote the file since it was read. It is as they left it."""


class Held(Struct, frozen=True):
    """A file as it was found.

    ``place`` is where it really lies, at the end of any link; ``data`` is ``None`` where there is none,
    ``mode`` what a new one gets then.
    """

    path: str
    place: str
    data: bytes | None
    mode: int

    @property
    def text(self) -> str:
        """Its text, empty where there is no file."""
        return (self.data or b"").decode("utf-8")


def hold(path: str, mode: int = 0o600) -> Held:
    """Read a file whole.

    Raises:
        EditError: it is no file, too large, no text, or cannot be read.
    """
    place = os.path.realpath(path)
    try:
        status = os.stat(place)  # noqa: PTH116 - text
        if not stat.S_ISREG(status.st_mode):
            raise EditError(f"{short(path)} is no file.", "Nothing was changed.")
        if status.st_size > LARGEST:
            raise EditError(f"{short(path)} is larger than {LARGEST >> 20} MB.", "Nothing was changed.")
        data = Path(place).read_bytes()
        data.decode("utf-8")
    except FileNotFoundError:
        return Held(path, place, None, mode)
    except UnicodeDecodeError as error:
        raise EditError(f"{short(path)} is no UTF-8 text.", "Nothing was changed.") from error
    except OSError as error:
        raise EditError(f"{short(path)} cannot be read: {error.strerror}.", "Nothing was changed.") from error
    return Held(path, place, data, stat.S_IMODE(status.st_mode))


def replace(held: Held, text: str | None, *, keep: bool = True) -> str | None:
    """Write a file that was held, or remove it (``None``); the path of its copy, if one was made.

    The copy is its owner's alone, whole and on the disk before the file is touched; the new one takes its
    place in one step.

    Args:
        held: the file.
        text: what it says then.
        keep: make a copy of what is there.

    Raises:
        EditError: it was changed meanwhile, or cannot be written.
    """
    try:
        if text is not None:
            folder_mode = 0o700 if held.mode == 0o600 else 0o755
            os.makedirs(os.path.dirname(held.place), folder_mode, exist_ok=True)  # noqa: PTH103, PTH120
        with alone(os.path.dirname(held.place)):  # noqa: PTH120
            if hold(held.path).data != held.data:
                raise _changed(held)
            if held.data is not None and not os.access(held.place, os.W_OK):
                raise EditError(f"{short(held.path)} may not be written to.", "Nothing was changed in it.")
            backup = _copy(held) if keep and held.data is not None else None
            if not _put(held, text):
                raise _changed(held)
    except OSError as error:
        raise EditError(
            f"{short(held.path)} cannot be written: {error.strerror}.", "It is as it was."
        ) from error
    return backup


def _changed(held: Held) -> ChangedMeanwhile:
    return ChangedMeanwhile(f"{short(held.path)} was changed meanwhile.", "Run the command again.")


def backups(held: Held) -> list[Held]:
    """The copies of a file, the newest first; those that cannot be read are left out."""
    folder, name = os.path.split(held.place)
    found: list[Held] = []
    with contextlib.suppress(OSError):
        names = sorted((one for one in os.listdir(folder) if one.startswith(name + BACKUP)), reverse=True)  # noqa: PTH208
        for one in names:
            with contextlib.suppress(EditError):
                found.append(hold(os.path.join(folder, one)))  # noqa: PTH118
    return found


def _copy(held: Held) -> str:
    """The path of the copy, which is new."""
    stem = held.place + BACKUP + time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    path, number = stem, 1
    while os.path.lexists(path):
        number += 1
        path = f"{stem}-{number}"
    _make(path, held.data or b"", held, held.mode & 0o600)  # it stays when a secret is taken out of the file
    return path


def _put(held: Held, text: str | None) -> bool:
    """Put a text in the place of what was held, or nothing; not in that of anything else."""
    path = f"{held.place}.tacit-new"
    with contextlib.suppress(FileNotFoundError):  # of one that was killed
        os.unlink(path)  # noqa: PTH108
    if text is None:
        return held.data is None or take_away(held.place, path, held.data)
    data = text.encode("utf-8")
    try:
        _make(path, data, held, held.mode)
        done = swap(path, held.place, held.data, data)
    finally:
        with contextlib.suppress(OSError):
            os.unlink(path)  # noqa: PTH108
    folder = os.open(os.path.dirname(held.place), os.O_RDONLY)  # noqa: PTH120
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return done


def _make(path: str, data: bytes, like: Held, mode: int) -> None:
    """A new file with the owner of another, on the disk when this returns."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        with contextlib.suppress(OSError):
            owner = os.stat(like.place)  # noqa: PTH116
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
        os.fchmod(descriptor, mode)
        os.fsync(descriptor)
