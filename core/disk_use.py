# ruff: noqa: PTH112 - pathlib is slow for many files
"""How much room everything that Tacit keeps takes on this disk."""

from __future__ import annotations

import os

from msgspec import Struct

from tacit.core.places import places


class Use(Struct, frozen=True):
    """What lies at a path, and its bytes; ``None`` where nothing is there."""

    what: str
    path: str
    size: int | None


def disk_use(store: str) -> tuple[Use, ...]:
    """The store's parts, then what was made from it, then what is of this machine; run it in a worker."""
    where = places()
    cache = where.cache
    models = f"{cache}/models"
    return (
        Use("store", store, _bytes(f"{store}/data.mdb")),
        Use("text index", f"{store}/text", _bytes(f"{store}/text")),
        Use("vector index", f"{store}/vectors", _bytes(f"{store}/vectors")),
        Use("export", where.mirror_of(store), _bytes(where.mirror_of(store))),
        Use("backups", where.backups_of(store), _bytes(where.backups_of(store))),
        Use("models", models, _bytes(models)),
        Use("rest of the cache", cache, _bytes(cache, but="models")),
        Use("log", where.log, _bytes(where.log)),
    )


def _bytes(path: str, but: str = "") -> int | None:
    """The bytes of a file, or of all files under a folder ``but`` one; what goes meanwhile counts nothing."""
    try:
        if not os.path.isdir(path):
            return os.stat(path).st_size  # noqa: PTH116
    except OSError:
        return None
    return _under(path, but)


def _under(folder: str, but: str = "") -> int:
    total = 0
    try:
        with os.scandir(folder) as found:
            for one in found:
                if one.name == but:
                    continue
                try:
                    linked = one.is_symlink()
                    folded = one.is_dir(follow_symlinks=False)
                    total += 0 if linked else _under(one.path) if folded else one.stat().st_size
                except OSError:
                    continue
    except OSError:
        return total
    return total
