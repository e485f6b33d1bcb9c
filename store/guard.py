"""Looks at a store's files before LMDB does, which would die of some of them by a signal.

Plain reads of two pages, a few microseconds. ``lock.mdb`` is never opened here: closing it would drop
the locks this process holds.
"""

from __future__ import annotations

import os
import time
from struct import Struct

from tacit.store.disk import free
from tacit.store.errors import StoreDamaged, StoreError, StoreFull, StoreMissing, StoreNewer, StoreRemote

MARKER = "tacit-store"
MARKER_TEXT = b"tacit store 1\n"
DATA = "data.mdb"
LOCK = "lock.mdb"
ROOM = 1 << 20
"""Bytes that must be free on the disk: LMDB maps its lock file and dies when it cannot grow."""

NETWORK = frozenset(
    (
        *("nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "9p", "virtiofs", "afs", "ceph"),
        *("fuse.sshfs", "fuse.glusterfs", "fuse.s3fs", "lustre", "gpfs"),
    )
)

_SYNCED = (
    ("Dropbox", ("Dropbox",), (".dropbox.cache",)),
    ("OneDrive", ("OneDrive",), ()),
    ("iCloud Drive", ("Mobile Documents",), ()),
    ("Google Drive", ("Google Drive", "GoogleDrive"), ()),
    ("Syncthing", (), (".stfolder",)),
)
"""Sync clients: how their folders are called, an account behind a space or a dash, and what lies in them."""

_MAGIC = 0xBEEFC0DE
_DATA_VERSION = 1
_META = 0x08
_PAGE = Struct("<Q2xH4xII")  # page number, flags, magic, version of the format
_SIZE = Struct("<I")  # at 40: the page size
_LAST = Struct("<Q")  # at 136: the last page of this snapshot
RESTORE = "`memory backup restore` brings back a copy; `memory doctor` tells what is wrong."


def is_store(path: str) -> bool:
    """Whether the folder says that it holds a store.

    Raises:
        StoreError: it says so, but of a kind this Tacit does not know; or it cannot be looked at.
    """
    try:
        with open(f"{path}/{MARKER}", "rb") as file:  # noqa: PTH123 - pathlib is not needed for this
            text = file.read(64)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise unreadable(path, error) from error
    if text == MARKER_TEXT:
        return True
    if text.startswith(b"tacit store "):
        raise StoreNewer(f"The store {path} was made by a newer Tacit.", "Update Tacit.")
    raise StoreDamaged(f"The marker file of the store {path} is damaged.", RESTORE)


def absent(path: str) -> StoreError:
    """The error for a place without a store."""
    if not os.path.lexists(path):
        return StoreMissing(f"There is no store at {path}.", "Run `memory import` to make one.")
    if not os.path.isdir(path):  # noqa: PTH112
        return StoreMissing(
            f"There is no store at {path}, which is a file.", "Choose a folder with --store DIR."
        )
    try:
        other = "holds other files and no store" if os.listdir(path) else "is empty"  # noqa: PTH208
    except OSError as error:
        return unreadable(path, error)
    return StoreMissing(
        f"There is no store at {path}: the folder {other}.", "Choose a place with --store DIR."
    )


def check_data(path: str) -> None:
    """See that the data file is whole enough to be mapped.

    Raises:
        StoreDamaged: missing, cut off, or no data file at all.
        StoreNewer: written by another version of LMDB.
        StoreError: it may not be read.
    """
    size, length = _sizes(path)
    for wait in (0.02, 0.05):  # a writer lengthens its file right after such a commit
        if size >= length:
            return
        time.sleep(wait)
        size, length = _sizes(path)
    if size < length and not _sound(path):
        raise _damaged(path, f"it is cut off after {size:,} of {length:,} bytes")


def check_room(path: str, *, readonly: bool) -> None:
    """See that LMDB can map its lock file.

    Raises:
        StoreFull: less than 1 MB is free on the disk.
    """
    if free(path) >= ROOM:
        return
    if readonly and _held(f"{path}/{LOCK}"):
        return
    raise StoreFull(f"The disk of the store {path} is full.", "Free at least 1 MB and try again.")


def check_place(path: str) -> None:
    """See that the folder is on a file system of this machine, as memory maps and locks need it.

    Raises:
        StoreRemote: it is on a network file system.
    """
    kind = filesystem(os.stat(path).st_dev)  # noqa: PTH116
    if kind in NETWORK:
        raise StoreRemote(
            f"The store {path} is on a network file system ({kind}), where locks and memory maps fail.",
            'Choose a local place with --store DIR; the setting store.network = "allow" risks it.',
        )


def synced_by(path: str) -> str:
    """The program that copies the folder to other machines, as far as its name or marks tell; or empty.

    Such a program takes the file in the middle of a write, and puts an old one back under a running process.
    """
    folder = os.path.realpath(path)
    while folder != "/":
        name = os.path.basename(folder)  # noqa: PTH119
        for client, names, marks in _SYNCED:
            if any(name == own or name.startswith((f"{own} ", f"{own}-")) for own in names):
                return client
            if any(os.path.lexists(f"{folder}/{mark}") for mark in marks):
                return client
        folder = os.path.dirname(folder)  # noqa: PTH120
    return ""


def filesystem(device: int, mounts: str = "/proc/self/mountinfo") -> str:
    """The type of the mounted file system with this device number; empty where nobody tells."""
    wanted = f"{os.major(device)}:{os.minor(device)}"
    try:
        with open(mounts, encoding="utf-8", errors="replace") as file:  # noqa: PTH123
            for line in file:
                fields = line.split(" ")
                if fields[2] == wanted and "-" in fields:
                    return fields[fields.index("-") + 1]
    except (OSError, IndexError):
        return ""
    return ""


def unreadable(path: str, error: OSError) -> StoreError:
    """The error for files that cannot be read."""
    return StoreError(
        f"The store {path} cannot be read: {error.strerror or error}.",
        "Check who owns it, or choose another place with --store DIR.",
    )


def _sizes(path: str) -> tuple[int, int]:
    """How long the data file is, and how long its headers say it is."""
    try:
        with open(f"{path}/{DATA}", "rb") as file:  # noqa: PTH123
            head = file.read(4096)
            page = _page_size(path, head)
            file.seek(page)
            metas = (head, file.read(4096))
            size = os.fstat(file.fileno()).st_size
    except FileNotFoundError:
        raise StoreDamaged(f"The store {path} has lost its file {DATA}.", RESTORE) from None
    except OSError as error:
        raise unreadable(path, error) from error
    for number, meta in enumerate(metas):
        _check_meta(path, meta, number, page)
    return size, (max(_LAST.unpack_from(meta, 136)[0] for meta in metas) + 1) * page


def _page_size(path: str, head: bytes) -> int:
    if not head:
        raise _damaged(path, "it is empty")
    if len(head) < 152:
        raise _damaged(path, "it is cut off")
    page: int = _SIZE.unpack_from(head, 40)[0]
    _check_magic(path, head)
    if page & (page - 1) or not 256 <= page <= 65536:
        raise _damaged(path, "its header is damaged")
    return page


def _check_magic(path: str, meta: bytes) -> None:
    _, _, magic, version = _PAGE.unpack_from(meta)
    if magic != _MAGIC:
        raise _damaged(path, "it is no LMDB file, or its header is damaged")
    if version != _DATA_VERSION:
        raise StoreNewer(
            f"The store {path} was written with another version of LMDB ({version}).", "Update Tacit."
        )


def _check_meta(path: str, meta: bytes, number: int, page: int) -> None:
    if len(meta) < 152:
        raise _damaged(path, "it is cut off")
    _check_magic(path, meta)
    own, flags, _, _ = _PAGE.unpack_from(meta)
    if own != number or not flags & _META or _SIZE.unpack_from(meta, 40)[0] != page:
        raise _damaged(path, "its header is damaged")


def _sound(path: str) -> bool:
    """Whether every page that is in use lies within a file that looks cut off.

    Pages that were taken and freed in one transaction count, but may never have been written.
    """
    from lmdb.verify import VerifyError, verify

    try:
        return not verify(f"{path}/{DATA}", subdir=False)  # type: ignore[no-untyped-call]
    except (VerifyError, OSError):
        return False


def _held(lock: str) -> bool:
    try:
        return os.stat(lock).st_blocks > 0  # noqa: PTH116
    except OSError:
        return False


def _damaged(path: str, why: str) -> StoreDamaged:
    return StoreDamaged(f"The file {DATA} of the store {path} is damaged: {why}.", RESTORE)
