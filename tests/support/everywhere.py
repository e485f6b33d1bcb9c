"""A search for a word through every byte that a memory keeps anywhere, as it lies and unpacked."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from zstandard import ZstdDecompressor

from tacit.core.tables import SCHEMA, TEXTS
from tacit.store.backup_reader import Backup
from tacit.store.codec import COMPRESSED
from tacit.store.store import Store
from tacit.store.text_index import TextIndex
from tacit.store.text_runs import wants

HEAD = 8
"""Bytes of an envelope before the payload."""


def places_of(word: str, *roots: Path) -> list[str]:
    """Where the word is found under these folders; each place says how."""
    found: list[str] = []
    for root in roots:
        for path in sorted(root.rglob("*")):
            if holds(word, str(path.relative_to(root)).encode()):
                found.append(f"{path}: its name")
            if not path.is_file():
                continue
            if holds(word, path.read_bytes()):
                found.append(f"{path}: raw")
            if path.suffix == ".backup":
                found += (f"{path}: {where}" for where in in_backup(word, path))
            if path.name == "data.mdb":
                found += (f"{path}: {where}" for where in in_store(word, path.parent))
            if path.parent.name.startswith("g-") and path.name == "meta.json":
                found += [f"{path.parent}: a term"] * in_index(word, path.parent)
    return found


def holds(word: str, data: bytes) -> bool:
    """Whether bytes hold the word, in any letter case."""
    return word.lower().encode() in data.lower()


def in_store(word: str, path: Path) -> Iterator[str]:
    """The spaces of a store where a key or an unpacked value holds the word."""
    with (
        Store.open(path, SCHEMA, readonly=True, create=False, clock=lambda: 0) as store,
        store.read() as read,
    ):
        for space in SCHEMA.spaces():
            for key, sealed in read.kv.scan(space):
                if holds(word, key) or holds(word, unpacked(sealed)):
                    yield f"{space} {key!r}"


def in_backup(word: str, path: Path) -> Iterator[str]:
    """The spaces of a backup where a key or an unpacked value holds the word."""
    with Backup(str(path)) as backup:
        for space, key, sealed in backup.records():
            if holds(word, key) or holds(word, unpacked(sealed)):
                yield f"{space} {key!r}"


def in_index(word: str, folder: Path) -> bool:
    """Whether a text index has the word among the terms of any of its fields."""
    names = [source.table.name for source in TEXTS]
    index = TextIndex(str(folder), names)
    wanted = wants((word.casefold(),), ())
    return any(index.find(name, wanted, 1_000) for name in names)


def unpacked(sealed: bytes) -> bytes:
    """The payload of an envelope, and what has none as it is."""
    if len(sealed) > HEAD and sealed[1] & COMPRESSED:
        with contextlib.suppress(Exception):
            return ZstdDecompressor().decompress(sealed[HEAD:], max_output_size=1 << 28)
    return sealed
