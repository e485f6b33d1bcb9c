"""Whether the text index holds what the records say."""

from __future__ import annotations

from collections.abc import Iterator
from time import sleep
from zlib import crc32

from tacit.core.tables import TEXTS
from tacit.core.texts import TextFinding
from tacit.store.errors import Corrupt
from tacit.store.reading import Read
from tacit.store.store import Store
from tacit.store.text_files import check_sums
from tacit.store.text_following import folder_of
from tacit.store.text_index import Unusable
from tacit.store.text_look import Look, look
from tacit.store.text_place import POSITION, load, locked, raw

_TRIES, _PAUSE = 20, 0.1  # seconds to wait for somebody who writes to the index


def check(store: Store) -> list[TextFinding]:
    """See :func:`tacit.core.texts.check_text`."""
    text = folder_of(store)
    for _ in range(_TRIES):
        if not raw(f"{text}/{POSITION}"):
            return []
        try:
            with locked(text) as mine:
                if mine:
                    through = _sound(store)
                    break
        except OSError:  # a folder that may not be written to: nobody else does either
            through = _sound(store)
            break
        sleep(_PAUSE)
    else:
        return [TextFinding("ok", "text index: somebody is bringing it up to date", 0)]
    if isinstance(through, TextFinding):
        return [through] if raw(f"{text}/{POSITION}") else []
    with store.read() as read:
        tail = through.tail(read)
        if tail is None:
            return [_misfit()]
        try:
            return list(_compared(read, through, tail))
        except Unusable:
            return [_damaged()]


def _sound(store: Store) -> Look | TextFinding:
    """The open index, once all its files were read; nobody changes them meanwhile."""
    position = load(f"{folder_of(store)}/{POSITION}")
    if position is None:
        return _damaged()
    try:
        check_sums(f"{folder_of(store)}/{position.generation}")
    except Unusable:
        return _damaged()
    return look(store, TEXTS) or _misfit()


def _damaged() -> TextFinding:
    return TextFinding("damage", "text index: its files are damaged; searches go through every record", 1)


def _misfit() -> TextFinding:
    what = "text index: it is too far behind, or not of this store; searches go through every record"
    return TextFinding("warning", what, 1)


def _compared(read: Read, through: Look, tail: dict[str, set[bytes]]) -> Iterator[TextFinding]:
    held = through.documents()
    total = wrong = 0
    for source in TEXTS:
        name = source.table.name
        there = held[name]
        missing = differing = 0
        for key in read.keys(source.table):
            documents = there.pop(key, {})
            if key in tail[name]:
                continue
            try:
                record = read.get(source.table, key)
                wanted = {} if record is None else dict(source.documents(read, key, record))
            except Corrupt:
                continue
            sums = {number: crc32(text.encode()) for number, text in wanted.items()}
            total += len(sums)
            missing += not documents and bool(sums)
            differing += bool(documents) and documents != sums
        stray = len(there.keys() - tail[name])
        for what, count in (("missing", missing), ("differing", differing), ("stray", stray)):
            wrong += count
            if count:
                yield TextFinding("damage", f"text index: {what} {name}", count)
    waiting = sum(len(keys) for keys in tail.values())
    behind = f"; {waiting:,} records are to be looked at besides" if waiting else ""
    if not wrong:
        yield TextFinding("ok", f"text index: every document equals its record{behind}", total)
