"""Whether a store has the room it may take, and lies where it is safe."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from tacit.store.guard import DATA, synced_by

if TYPE_CHECKING:
    from tacit.store.store import Store

NEARLY_FULL = 0.8
"""Of the map, which is as large as the file can become."""

_LESS = "`memory forget` or `memory trash purge` takes things out, `memory compact` then gives the room back."


class Concern(Struct, frozen=True):
    """Something that works today and may not for ever; ``hint`` is the next step."""

    what: str
    hint: str


def concerns(store: Store, quota: int | None) -> Iterator[Concern]:
    """What a person should know of an open store's size and place; ``quota`` in bytes."""
    from tacit.core.present import size

    over = over_quota(str(store.path), quota)
    if over is not None:
        yield over
    sizes = store.sizes()
    if sizes.file > NEARLY_FULL * sizes.map:
        yield Concern(f"the store takes {size(sizes.file)} of the {size(sizes.map)} it can become", _LESS)
    client = synced_by(str(store.path))
    if client:
        yield Concern(
            f"the store lies in a folder of {client}, which copies it while it is written to",
            "Move it elsewhere (store.path, --store DIR); `memory export` writes files that may be synced.",
        )


def over_quota(path: str, quota: int | None) -> Concern | None:
    """Whether the file of the store at ``path`` is larger than allowed; the store need not be open."""
    if quota is None:
        return None
    try:
        taken = os.stat(f"{path}/{DATA}").st_size  # noqa: PTH116
    except OSError:
        return None
    if taken <= quota:
        return None
    from tacit.core.present import size

    return Concern(f"the store takes {size(taken)}, more than its quota of {size(quota)}", _LESS)
