"""What an import would read, before it reads it: how many transcripts there are, and how many are new."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from tacit.core.filenotes import Prints, load_note, note_key
from tacit.core.ingest import fingerprint, is_read
from tacit.core.readers.base import Source
from tacit.core.readers.discovery import find_sources
from tacit.core.readers.registry import load_readers
from tacit.core.tables import FILES
from tacit.store.reading import Read
from tacit.store.store import Store


class Survey(Struct, frozen=True):
    """Transcripts and their bytes, sub-agents' files included.

    ``new`` of the ``files`` would be read: they are new, have changed since they were read, or tell
    something that was deleted then and is back. ``places`` are the folders that were looked into, or the
    paths that were named.
    """

    files: int
    bytes: int
    new: int
    new_bytes: int
    places: tuple[str, ...]


def survey(store: Store, paths: Sequence[Path] | None, stopped: Callable[[], bool]) -> Survey:
    """Look for transcripts; nothing but the beginning of each is read.

    Args:
        store: what knows which were read.
        paths: files and folders; none for the usual folders of the agents.
        stopped: asked before every transcript; ``True`` ends it with what was found so far.
    """
    readers = load_readers().readers
    usual = sorted({root for one in readers for root in one.roots(Path.home(), os.environ)})
    places = tuple(map(str, paths or (root for root in usual if root.is_dir())))
    files = total = new = new_total = 0
    for found in find_sources(paths or None, readers, Path.home(), os.environ):
        if stopped():
            break
        prints = None if found.source is None else fingerprint(found.source)
        if found.source is None or prints is None:
            continue
        own = sum(size for size, _ in prints)
        files, total = files + 1, total + own
        with store.read() as read:
            if not _is_known(read, found.source, prints):
                new, new_total = new + 1, new_total + own
    return Survey(files, total, new, new_total, places)


def _is_known(read: Read, source: Source, prints: Prints) -> bool:
    """Whether an import would pass a transcript over."""
    name = str(source.path.resolve()).encode("utf-8", "surrogateescape")
    raw = read.value(FILES, note_key(read, name))
    return raw is not None and is_read(read, load_note(raw), prints)
