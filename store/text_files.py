"""The files of a generation of the text index: whether they are as they were written."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any
from zlib import crc32

from tacit.store.text_index import Unusable, guarded
from tacit.store.text_place import Stamps

_META = "meta.json"
_FOOTER = 8
"""Bytes at the end of a file: the length of its footer and a magic number."""

_PARTS = 6
"""Files of a segment: terms, postings, positions, lengths, fast fields, stored fields."""


def stamps(folder: str) -> Stamps:
    """The size and modification time of every file that holds documents."""
    found: Stamps = {}
    for name in os.listdir(folder):  # noqa: PTH208
        if _holds(name):
            with suppress(FileNotFoundError):  # a segment that was merged away
                stat = os.stat(f"{folder}/{name}")  # noqa: PTH116
                found[name] = (stat.st_size, stat.st_mtime_ns)
    return found


def check(folder: str, known: Stamps) -> None:
    """See that every file is as it was written: by its stamp, or where that is another by its checksum.

    Raises:
        Unusable: one is missing, cut off or changed.
    """
    with guarded():
        for name in _needed(folder):
            stat = os.stat(f"{folder}/{name}")  # noqa: PTH116
            if known.get(name) != (stat.st_size, stat.st_mtime_ns):
                check_sum(folder, name)


def check_sums(folder: str) -> None:
    """See that every file has the checksum it was written with.

    Raises:
        Unusable: one has not.
    """
    with guarded():
        for name in _needed(folder):
            check_sum(folder, name)


def check_sum(folder: str, name: str) -> None:
    """Compare a file with the checksum in its footer.

    Raises:
        Unusable: it differs, or there is no footer.
    """
    from msgspec.json import decode

    with open(f"{folder}/{name}", "rb") as file:  # noqa: PTH123
        content = memoryview(file.read())
    length = int.from_bytes(content[-_FOOTER : -_FOOTER + 4], "little")
    footer = decode(content[-_FOOTER - length : -_FOOTER], type=dict[str, Any])
    if footer.get("crc") != crc32(content[: -_FOOTER - length]):
        raise Unusable(f"{name} is damaged")


def _holds(name: str) -> bool:
    return name[:1] != "." and len(name) > 32 and name[32] == "."


def _needed(folder: str) -> list[str]:
    """The files of the segments of the newest commit."""
    from msgspec.json import decode

    with open(f"{folder}/{_META}", "rb") as file:  # noqa: PTH123
        meta = decode(file.read(), type=dict[str, Any])
    there = [name for name in os.listdir(folder) if _holds(name)]  # noqa: PTH208
    needed: list[str] = []
    for segment in meta["segments"]:
        name = segment["segment_id"].replace("-", "")
        deletes = segment["deletes"]
        own = [one for one in there if one.startswith(name) and not one.endswith(".del")]
        if deletes is not None:
            own.append(f"{name}.{deletes['opstamp']}.del")
        if len(own) < _PARTS:
            raise Unusable(f"the segment {name} has lost files")
        needed += own
    return needed
