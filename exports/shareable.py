"""What one memory shares with others: patterns with their numbers, in one file, without any transcript."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from tacit.core.errors import NothingUsable, TacitError, Usage
from tacit.core.facade import Core
from tacit.core.model import Pattern
from tacit.core.query import Plan
from tacit.core.sharing import Parcel, Taken
from tacit.core.sharing_checks import NAME, usable_name
from tacit.exports.export import selected
from tacit.exports.files import open_regular, replace_file
from tacit.exports.forms import document
from tacit.exports.shareable_form import (
    MOST,
    MOST_BYTES,
    UNNAMED,
    is_shareable,
    parcel_from,
    shareable_json,
)


class Shareable(Struct, frozen=True):
    """A file to share: its bytes, how many patterns of which kind are in it, and why others are not."""

    content: bytes
    source: str
    kinds: dict[str, int]
    left_out: dict[str, int]


def shareable(
    memory: Core,
    *,
    plan: Plan | None = None,
    ids: Sequence[str] | None = None,
    name: str | None = None,
    with_project: bool = False,
) -> Shareable:
    """The file of all listed patterns, or of a part of them; see :meth:`tacit.Memory.share`."""
    if name is not None:
        _check_name(name)
    chosen = memory.shareable(_asked(memory, plan, ids), with_project=with_project)
    if len(chosen.patterns) > MOST:
        raise Usage(
            f"These are {len(chosen.patterns):,} patterns, and a file holds {MOST:,}.",
            "Share a part of them: --query 'uses:>10', each part under a --name of its own.",
        )
    source = name or UNNAMED
    content = b"".join(document(shareable_json(chosen.patterns, source, memory.clock())))
    if len(content) > MOST_BYTES:
        raise Usage(
            f"The file would be larger than {MOST_BYTES // 1_000_000} MB.",
            "Share a part of the patterns with --query, each part under a --name of its own.",
        )
    kinds: dict[str, int] = {}
    for one in chosen.patterns:
        kinds[one.kind] = kinds.get(one.kind, 0) + 1
    return Shareable(content, source, dict(sorted(kinds.items())), chosen.left_out)


def write_shareable(content: bytes, path: Path) -> bool:
    """Write such a file; whether it changed.

    Raises:
        Usage: something else lies there.
        TacitError: it cannot be written.
    """
    if path.is_dir():
        raise Usage(f"{path} is a folder.", f"Name a file in it, as {path / 'patterns.json'}.")
    if path.exists() and not _is_ours(path):
        raise Usage(f"{path} is there already and holds something else.", "Choose another name.")
    try:
        return replace_file(path, [content])
    except OSError as error:
        raise TacitError(
            f"{path} cannot be written: {error.strerror or error}.", "Choose another place."
        ) from error


def read_shareable(memory: Core, file: Path | BinaryIO, *, name: str = "") -> Parcel:
    """What a file or a stream shares with this memory.

    Raises:
        NothingUsable: it cannot be read, or nothing in it can be used.
        Usage: the name is none.
    """
    if name:
        _check_name(name)
    where = str(file) if isinstance(file, Path) else "What came on stdin"
    return parcel_from(_content(file), memory.redactor(), now=memory.clock(), source=name, where=where)


def import_shared(memory: Core, file: Path | BinaryIO, *, name: str = "", dry_run: bool = False) -> Taken:
    """Take in what a file shares; see :meth:`tacit.Memory.import_shared`."""
    return memory.take_shared(read_shareable(memory, file, name=name), dry_run=dry_run)


def _check_name(name: str) -> None:
    if not usable_name(name):
        raise Usage(
            f"“{name}” cannot be the name of a source.", f"One line of plain text, at most {NAME} letters."
        )


def _asked(memory: Core, plan: Plan | None, ids: Sequence[str] | None) -> Sequence[Pattern]:
    """The patterns of the list, or those that are asked for."""
    chosen = selected(memory, plan, ids)
    if chosen is None:
        return memory.page("patterns", memory.plan(), whole=True).items
    if tuple(chosen.sessions):
        raise Usage("Only patterns can be shared.", "`memory patterns` lists their ids.")
    return tuple(chosen.patterns)


def _content(file: Path | BinaryIO) -> bytes:
    """The bytes, and one more than may be where there are more."""
    try:
        if not isinstance(file, Path):
            return file.read(MOST_BYTES + 1)
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        name = file if isinstance(file, Path) else "stdin"
        raise NothingUsable(f"{name} cannot be read: {error.strerror or error}.") from None


def _is_ours(path: Path) -> bool:
    file = open_regular(path)
    if file is None:
        return False
    with file:
        return is_shareable(file.read(MOST_BYTES + 1))
