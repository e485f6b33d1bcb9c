"""What an import would read, before it reads it: how many transcripts there are, and how many are new."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from tacit.core.filenotes import Prints, load_note, note_key
from tacit.core.import_report import Options
from tacit.core.notes.finding import note_stores
from tacit.core.read_before import fingerprint, is_read
from tacit.core.readers.base import Source
from tacit.core.readers.discovery import find_sources
from tacit.core.readers.registry import load_readers
from tacit.core.tables import FILES
from tacit.core.unpacking import Given, is_archive
from tacit.store.reading import Read
from tacit.store.store import Store


class Survey(Struct, frozen=True):
    """Transcripts and their bytes, sub-agents' files included.

    ``new`` of the ``files`` would be read: they are new, have changed since they were read, or tell
    something that was deleted then and is back. ``places`` are the places that were looked into, or the
    paths that were named. ``archives`` of them are looked into only when they are read; ``stores`` is how
    many stores of notes of other memories lie in them.
    """

    files: int
    bytes: int
    new: int
    new_bytes: int
    places: tuple[str, ...]
    archives: int = 0
    stores: int = 0


def survey(store: Store, paths: Sequence[Path] | None, stopped: Callable[[], bool]) -> Survey:
    """Look for transcripts; nothing but the beginning of each is read.

    Args:
        store: what knows which were read.
        paths: files and folders; none for the usual folders of the agents.
        stopped: asked before every transcript; ``True`` ends it with what was found so far.
    """
    readers = load_readers().readers
    usual = sorted({root for one in readers for root in one.roots(Path.home(), os.environ)})
    places = tuple(map(str, paths or (root for root in usual if root.exists())))
    plain = [path for path in paths or () if not is_archive(path)]
    archives = len(paths or ()) - len(plain)
    if archives and not plain:
        return Survey(0, 0, 0, 0, places, archives)
    files = total = new = new_total = 0
    seen = []
    for found in find_sources(plain or None, readers, Path.home(), os.environ):
        if stopped():
            break
        seen.append(found)
        prints = None if found.source is None else fingerprint(found.source)
        if found.source is None or prints is None:
            continue
        own = sum(size for size, _ in prints)
        files, total = files + 1, total + own
        with store.read() as read:
            if not _is_known(read, found.source, prints):
                new, new_total = new + 1, new_total + own
    stores = len(note_stores(Given(tuple(plain)), Options(), seen))
    return Survey(files, total, new, new_total, places, archives, stores)


def _is_known(read: Read, source: Source, prints: Prints) -> bool:
    """Whether an import would pass a transcript over."""
    name = str(source.path.resolve()).encode("utf-8", "surrogateescape")
    raw = read.value(FILES, note_key(read, name))
    return raw is not None and is_read(read, load_note(raw), prints)
