"""Transcripts that come from afar: archives and streams, laid out as files for as long as they are read.

What is laid out may hold secrets, so it lies under the person's own cache with permissions for nobody else,
and what a killed process left there is removed by the next one. Each file keeps the time it had where it
comes from. A path in an archive never leads out of the folder made for it: links and what is no file are
passed over.
"""

from __future__ import annotations

import errno
import os
import stat
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, BinaryIO

from msgspec import Struct

from tacit.core.errors import NothingUsable, Usage
from tacit.core.readers.base import HEAD
from tacit.core.readers.discovery import PASSED_OVER
from tacit.core.readers.packed import head_of, is_packed, is_tar
from tacit.core.scratch import room, scratch, sweep
from tacit.core.untrusted import LAST_TIME

if TYPE_CHECKING:
    import tarfile

    from tacit.core.archives import Archive

_PIECE = 1 << 20
MEMBERS = 1_000_000
"""So many members an archive may have."""

RATIO, LEAST = 100, 64_000_000
"""An archive may hold so many times what it takes itself, and so many bytes in any case. Transcripts pack to
a tenth; what packs to less than a hundredth is zeros, or one thing over and over."""

DEEPEST = 64
"""Folders within each other."""

_BLOCK = 4_096
_IN_PARTS = "Make room, or import it in parts."
_BY_HAND = "Unpack it by hand and import the folder."


class Given(Struct, frozen=True):
    """What was named, as paths that can be read now.

    ``names`` says of folders that were made for it what they came out of: the absolute path of an archive, or
    ``-:`` with a hash of what came in a stream. By that and the path inside a file is known again.
    ``skipped`` counts what archives hold beside files that can be laid out, by reason.
    """

    paths: tuple[Path, ...]
    names: Mapping[Path, str] = {}
    skipped: Mapping[str, int] = {}

    def told(self, path: Path) -> str:
        """What the person called it."""
        name = next((name for folder, name in self.names.items() if path.is_relative_to(folder)), str(path))
        return "standard input" if name.startswith("-:") else name

    def name_of(self, path: Path) -> str:
        """What a file is remembered by; empty where its own path says it."""
        for folder, name in self.names.items():
            if path.is_relative_to(folder):
                return f"{name}!{path.relative_to(folder).as_posix()}"
        return ""


@contextmanager
def unpacked(paths: Sequence[Path], cache: str, stream: BinaryIO | None = None) -> Iterator[Given]:
    """The paths, archives among them laid out as folders, and what comes in a stream as one more.

    Args:
        paths: files and folders. An archive is a tar, also one packed with gzip, bzip2, xz or Zstandard.
        cache: where folders may be made.
        stream: one transcript, or an archive; it is read to its end.

    Raises:
        NothingUsable: an archive is damaged or takes more room than there is.
        Usage: nothing comes in the stream.
    """
    names: dict[Path, str] = {}
    skipped: Counter[str] = Counter()
    sweep(cache)
    with ExitStack() as stack:
        made: list[Path] = []
        for path in paths:
            if not is_archive(path):
                made.append(path)
                continue
            folder = stack.enter_context(scratch(cache))
            with path.open("rb") as file:
                _lay_out(file, folder, str(path), skipped)
            names[folder] = str(path.absolute())
            made.append(_inner(folder))
        if stream is not None:
            folder = stack.enter_context(scratch(cache))
            inside, name = _take_stream(stream, folder, skipped)
            names[inside] = name
            made.append(_inner(inside))
        yield Given(tuple(made), names, skipped)


def _take_stream(stream: BinaryIO, folder: Path, skipped: Counter[str]) -> tuple[Path, str]:
    """Lay out what comes in a stream: where, and what it is known by."""
    place = folder / "stdin"
    left, seen, size = room(folder), blake2b(digest_size=16), 0
    with _created(place) as file:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > left:
                raise _too_large("What comes on standard input")
            seen.update(piece)
            file.write(piece)
    if not size:
        raise Usage("Nothing came on standard input.", "Pipe a transcript or a tar of some into it.")
    name = f"-:{seen.hexdigest()}"
    if not is_archive(place):
        return folder, name
    inside = folder / "in"
    inside.mkdir()
    with place.open("rb") as file:
        _lay_out(file, inside, "standard input", skipped)
    place.unlink()
    return inside, name


def _inner(folder: Path) -> Path:
    """The one folder in a folder that holds nothing else, so that an archived tree is found at its root."""
    entries = list(folder.iterdir())
    return _inner(entries[0]) if len(entries) == 1 and entries[0].is_dir() else folder


def is_archive(path: Path) -> bool:
    """Whether it is a file that looks like a tar, packed or not."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return False
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError:
        return False
    return is_tar(head_of(head) if is_packed(head) else head)  # or a single file, which its reader unpacks


def _lay_out(file: IO[bytes], folder: Path, told: str, skipped: Counter[str]) -> None:
    """Write the files of an archive below a folder."""
    from tacit.core.archives import reading

    left, plausible = room(folder), max(LEAST, RATIO * os.fstat(file.fileno()).st_size)
    try:
        with reading(file) as archive:
            for count, member in enumerate(archive.members()):
                size = max(0, member.size)
                left -= size + _BLOCK
                plausible -= size
                if count >= MEMBERS:
                    raise NothingUsable(f"{told} holds more than {MEMBERS:,} files.", _IN_PARTS)
                if left < 0:
                    raise _too_large(told)
                if plausible < 0:
                    raise NothingUsable(f"{told} holds over {RATIO} times what it takes itself.", _BY_HAND)
                if reason := _take(archive, member, folder):
                    skipped[reason] += 1
    except ValueError as error:
        raise NothingUsable(
            f"{told} is no whole tar archive: {error}.",
            f"Make it anew, or u{_BY_HAND[1:]}",
        ) from error


def _place(member: tarfile.TarInfo, folder: Path) -> Path | None:
    """Where a file of an archive is written; ``None`` of one that would lie elsewhere, or far too deep."""
    parts = [part for part in PurePosixPath(member.name).parts if part not in {"/", "."}]
    if not 0 < len(parts) <= DEEPEST or ".." in parts or any("\0" in part for part in parts):
        return None
    return folder.joinpath(*parts)


def _take(archive: Archive, member: tarfile.TarInfo, folder: Path) -> str:
    """Lay out one member; why it is passed over, if so."""
    if member.isdir() or not PASSED_OVER.isdisjoint(PurePosixPath(member.name).parts[:-1]):
        return ""
    source = archive.file(member) if member.isreg() else None
    if source is None:
        return "not a regular file"
    if not member.size:
        return "empty file"
    place = _place(member, folder)
    return "" if place is not None and _write(source, place, member.mtime) else "no usable path"


def _write(source: IO[bytes], place: Path, time: float) -> bool:
    """Write one file with the time it had; not where a folder has its name, or it a folder's."""
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _created(place) as file:
            while piece := source.read(_PIECE):
                if piece.count(0) < len(piece):
                    file.write(piece)
                else:  # zeros are a hole, which takes no room
                    file.seek(len(piece), os.SEEK_CUR)
            file.truncate(file.tell())
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        return False
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return False
        raise
    at = int(max(0, min(time, LAST_TIME // 1000)) * 1_000_000_000)
    os.utime(place, ns=(at, at))
    return True


def _created(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb")


def _too_large(what: str) -> NothingUsable:
    return NothingUsable(f"{what} takes more than half of the room that is free on the disk.", _IN_PARTS)
