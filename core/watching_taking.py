"""Importing what a watcher found changed: what the store says was read already is not opened again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from tacit.core.config import Config
from tacit.core.expiring import SOON
from tacit.core.expiry import removals
from tacit.core.filenotes import load_note, note_key
from tacit.core.import_report import ImportReport, Progress
from tacit.core.importing import import_found
from tacit.core.read_before import fingerprint, is_read
from tacit.core.readers.base import Reader, Source
from tacit.core.readers.discovery import find_sources
from tacit.core.readers.registry import load_readers
from tacit.core.readers.usual import FORKS
from tacit.core.tables import FILES, SESSIONS, key_of
from tacit.core.watching_report import Taken
from tacit.store.store import Store

_AT_ONCE = 64_000_000
"""Bytes that are imported before whoever watches may look again."""

_PASSING = frozenset({"no such file", "unreadable"})
"""Reasons that say nothing of what is in a file."""


def take(
    store: Store,
    config: Config,
    paths: Sequence[str],
    now: int,
    progress: Callable[[Progress], None] | None = None,
) -> Taken:
    """Import those of the files that are not as they were read; of many some.

    What its agent removes within seven days comes first, then what comes first in the order given.

    Args:
        store: where to.
        config: the settings.
        paths: the files.
        now: the time, in milliseconds.
        progress: told how far it is, now and then.

    Raises:
        Usage: ``patterns.toml`` is wrong.
    """
    readers = load_readers().readers
    chosen, left = _first(_ordered(_unread(store, readers, paths), now))
    if not chosen:
        return Taken(ImportReport(), left=tuple(left))
    found = list(find_sources([Path(path) for path in chosen], readers, Path.home(), os.environ))
    refused = [str(one.path) for one in found if one.source is None and one.reason not in _PASSING]
    report = import_found(store, config, found, progress)
    return Taken(report, len(chosen), chosen[0], tuple(left), tuple(refused))


def _unread(store: Store, readers: Iterable[Reader], paths: Sequence[str]) -> Iterator[str]:
    """The files that were not read as they are; nothing is opened to find that out."""
    covered: set[str] = set()
    unknown = []
    for path in paths:
        files = _as_read(store, readers, Path(path))
        covered.update(map(str, files))
        if not files:
            unknown.append(path)
    return (path for path in unknown if path not in covered)


def _as_read(store: Store, readers: Iterable[Reader], path: Path) -> tuple[Path, ...]:
    """A transcript with the other files of its session, if they are as they were read.

    They are asked of the reader of its agent only: others might look into the file to tell.
    """
    name = str(path.resolve()).encode("utf-8", "surrogateescape")
    alone = fingerprint(Source(path))
    with store.read() as read:
        raw = read.value(FILES, note_key(read, name))
        note = None if raw is None else load_note(raw)
        if note is None or alone is None or alone[0] != note.prints[0]:
            return ()
        session = read.get(SESSIONS, key_of(note.session)) or read.trashed(SESSIONS, key_of(note.session))
    agent = "" if session is None else FORKS.get(session.agent, session.agent)
    own = [one for one in readers if one.name == agent] or readers
    extra = tuple(one for reader in own for one in reader.companions(path) if one.is_file())
    prints = fingerprint(Source(path, extra))
    with store.read() as read:
        return (path, *extra) if prints is not None and is_read(read, note, prints) else ()


def _ordered(paths: Iterable[str], now: int) -> Iterator[tuple[str, int]]:
    """Paths with their sizes, what is removed soon first, the next first of it."""
    rules = removals(Path.home(), os.environ)
    goes: list[tuple[int, str, int]] = []
    stays = []
    for path in paths:
        try:
            status = os.stat(path)  # noqa: PTH116 - text
        except OSError:
            continue
        written = status.st_mtime_ns // 1_000_000
        kept = next((rule.kept for rule in rules if path.startswith(f"{rule.folder}/")), None)
        if kept is not None and written + kept <= now + SOON:
            goes.append((written + kept, path, status.st_size))
        else:
            stays.append((path, status.st_size))
    yield from ((path, size) for _, path, size in sorted(goes))
    yield from stays


def _first(files: Iterator[tuple[str, int]]) -> tuple[list[str], list[str]]:
    """As many as are imported at once, at least one, and the others."""
    now: list[str] = []
    total = 0
    for path, size in files:
        now.append(path)
        total += size
        if total >= _AT_ONCE:
            break
    return now, [path for path, _ in files]
