"""Reading a backup that anybody may have written: nothing is believed before it is checked.

Every length is compared with a cap and with what is left of the file before memory is taken for it, and
no frame may unfold to more than it declares.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from typing import BinaryIO, Self

from msgspec import json

from tacit.store import backup_format as form
from tacit.store.backup_format import FRAME, LENGTH, RECORD, Header
from tacit.store.backup_writer import Told
from tacit.store.codec import UNREADABLE
from tacit.store.entries import MAX_KEY
from tacit.store.errors import BackupDamaged, StoreError, StoreNewer


class Backup:
    """An open backup. Each :meth:`records` reads it anew from its beginning.

    Attributes:
        path: as it was named.
        header: what it says of itself.
        size: bytes of the file.
        count: records read by the last complete :meth:`records`.
        raw: their bytes.

    Raises:
        BackupDamaged: it is no backup, or its header is damaged.
        StoreNewer: it is of a version this Tacit does not know.
        StoreError: it cannot be read.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.count = self.raw = 0
        self._file, self.size = _opened(path)
        self._left = self.size
        self._digest = form.digest()
        try:
            self.header = self._begin()
        except BaseException:
            self.close()
            raise

    def records(self, told: Told | None = None) -> Iterator[tuple[str, bytes, bytes]]:
        """(space, key, sealed value) of everything, in order; complete only when it ends by itself.

        Raises:
            BackupDamaged: something is not as it was written; what came before is not to be used.
        """
        if self._begin() != self.header:
            raise self._damaged("it changed while it was read")
        count = raw = 0
        last = (-1, b"")
        while True:
            number, declared, room, records = FRAME.unpack(head := self._take(FRAME.size))
            if number == form.END:
                break
            if number >= len(self.header.spaces):
                raise self._damaged("a frame is of a space that its header does not name")
            name = self.header.spaces[number]
            for key, value in self._parts(self._unfold(head, declared, room), records):
                if (number, key) <= last:
                    raise self._damaged(f"its records are out of order at {key.hex()} in {name}")
                last = (number, key)
                yield name, key, value
            count, raw = count + records, raw + declared
            if count > form.MOST_RECORDS or raw > form.MOST_RAW:
                raise self._damaged("it holds more than any store")
            if told is not None:
                told(self.size - self._left, self.size)
        self._finish((count, raw))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begin(self) -> Header:
        self._file.seek(0)
        self._left, self._digest = self.size, form.digest()
        magic = self._take(min(len(form.MAGIC), self.size))
        if magic != form.MAGIC:
            if magic.startswith(form.MAGIC_STEM) and len(magic) == len(form.MAGIC):
                raise StoreNewer(f"The backup {self.path} was made by a newer Tacit.", "Update Tacit.")
            raise self._damaged("it is no backup of Tacit" if magic else "it is empty")
        length = LENGTH.unpack(self._take(LENGTH.size))[0]
        if length > form.MOST_HEADER:
            raise self._damaged("its header is too long")
        text = self._take(length)
        if self._take(LENGTH.size) != form.frame_sum(b"", text):
            raise self._damaged("the checksum of its header does not fit")
        try:
            header = json.decode(text, type=Header)
        except (*UNREADABLE, RecursionError) as error:
            raise self._damaged(f"its header makes no sense ({error})") from error
        if len(set(header.spaces)) != len(header.spaces):
            raise self._damaged("its header names a space twice")
        return header

    def _unfold(self, head: bytes, declared: int, room: int) -> bytes:
        """The records of a frame, as one piece."""
        from zstandard import ZstdDecompressor, ZstdError, frame_content_size

        if declared > RECORD.size + MAX_KEY + form.MOST_VALUE or room > form.packed_room(declared):
            raise self._damaged("a frame declares more than a frame may hold")
        checksum = self._take(LENGTH.size)
        packed = self._take(room)
        if checksum != form.frame_sum(head, packed):
            raise self._damaged("the checksum of a frame does not fit")
        try:
            if frame_content_size(packed) != declared:
                raise self._damaged("a frame would not unfold to what it declares")
            raw = ZstdDecompressor().decompress(packed, max_output_size=declared, allow_extra_data=False)
        except (ZstdError, MemoryError) as error:
            raise self._damaged(f"a frame cannot be decompressed ({error})") from error
        if len(raw) != declared:
            raise self._damaged("a frame does not unfold to what it declares")
        return raw

    def _parts(self, raw: bytes, count: int) -> Iterator[tuple[bytes, bytes]]:
        """(key, value) of the records of a frame."""
        at = found = 0
        while at < len(raw):
            if len(raw) - at < RECORD.size:
                raise self._damaged("a record is cut off")
            key_length, value_length = RECORD.unpack_from(raw, at)
            at += RECORD.size
            middle, end = at + key_length, at + key_length + value_length
            if not 0 < key_length <= MAX_KEY or value_length > form.MOST_VALUE or end > len(raw):
                raise self._damaged("a record has impossible lengths")
            yield raw[at:middle], raw[middle:end]
            at = end
            found += 1
        if found != count or not found:
            raise self._damaged("a frame holds another number of records than it declares")
        if found > 1 and len(raw) > form.BLOCK:
            raise self._damaged("a frame is longer than frames are")

    def _finish(self, seen: tuple[int, int]) -> None:
        """Compare the footer."""
        told = form.TOTALS.unpack(self._take(form.TOTALS.size))
        digest = self._digest.digest()
        if self._take(form.DIGEST) != digest:
            raise self._damaged("its digest does not fit")
        if told != seen:
            raise self._damaged("its totals are wrong")
        if self._left or self._file.read(1):
            raise self._damaged("something follows its end")
        self.count, self.raw = seen

    def _take(self, length: int) -> bytes:
        """The next bytes, all of them."""
        if length > self._left:
            raise self._damaged(f"it is cut off after {self.size:,} bytes")
        try:
            data = self._file.read(length)
        except OSError as error:
            raise _unreadable(self.path, error) from error
        if len(data) != length:
            raise self._damaged("it changed while it was read")
        self._left -= length
        self._digest.update(data)
        return data

    def _damaged(self, why: str) -> BackupDamaged:
        return BackupDamaged(self.path, why)


def _opened(path: str) -> tuple[BinaryIO, int]:
    """The file and its length; anything else, such as a pipe, is not waited for."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError):
        raise BackupDamaged(path, "there is no such file") from None
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        os.close(handle)
        why = "it is a folder" if stat.S_ISDIR(status.st_mode) else "it is no file"
        raise BackupDamaged(path, why)
    return os.fdopen(handle, "rb"), status.st_size


def _unreadable(path: str, error: OSError | ValueError) -> StoreError:
    why = error.strerror if isinstance(error, OSError) and error.strerror else error
    return StoreError(f"The backup {path} cannot be read: {why}.", "Check its permissions.")
