"""What came from other memories, as it lies in an exported tree, read back."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec
from msgspec import Raw, Struct

from tacit.core.errors import NothingUsable
from tacit.core.sharing import Parcel
from tacit.exports.files import open_regular
from tacit.exports.layout import SHARED
from tacit.exports.shareable_form import Redact, parcel_from

MOST_BYTES = 64 << 20
"""A file above this is not read."""


class _File(Struct):
    sources: list[Raw]


def shared_in(directory: Path, redact: Redact, now: int) -> tuple[list[Parcel], dict[str, int]]:
    """What each source told the memory that was exported, and what cannot be used, by reason.

    Args:
        directory: the tree.
        redact: finds secrets.
        now: milliseconds; nothing can have been shared later.
    """
    file = open_regular(directory / SHARED)
    if file is None:
        return [], {}
    with file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        return [], {f"{SHARED}: too large": 1}
    try:
        raws = msgspec.json.decode(content, type=_File).sources
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return [], {f"{SHARED}: wrong form": 1}
    found: list[Parcel] = []
    bad: Counter[str] = Counter()
    for raw in raws:
        try:
            parcel = parcel_from(bytes(raw), redact, now=now)
        except NothingUsable:
            bad["shared patterns of a source that cannot be used"] += 1
            continue
        found.append(parcel)
        bad.update({f"shared patterns {why}": number for why, number in parcel.skipped.items()})
    return found, dict(bad)
