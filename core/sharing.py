"""What other memories told, as it lies in the store: taken in, listed by source and removed.

There is one telling for each source: a newer file of the same source takes the place of the older one,
so nothing stays that its source shares no longer. Its numbers count in nothing that is told of this memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from tacit.core.learn.state import touch
from tacit.core.loop.records import Shared
from tacit.core.tables import PATTERNS, SHARED, key_of, shared_key
from tacit.core.tombstones import is_buried
from tacit.store.keys import text
from tacit.store.reading import Read
from tacit.store.transaction import Write


class Parcel(Struct, frozen=True):
    """What one source shared at a time, in milliseconds; ``skipped`` is what could not be used, by reason."""

    source: str
    shared_at: int
    patterns: tuple[Shared, ...]
    skipped: dict[str, int] = {}


class Source(Struct, frozen=True):
    """A memory that patterns came from.

    ``taken_at`` is when the newest of its patterns came here. Of its patterns ``shown`` are not yet seen here
    often enough, ``seen`` are patterns by this memory's own evidence; the rest was deleted or decided
    otherwise here.
    """

    source: str
    shared_at: int
    taken_at: int
    patterns: int
    shown: int
    seen: int


class Taken(Struct, frozen=True):
    """What taking a parcel in changed, or would.

    ``patterns`` is how many the source has here now; ``new`` came, ``changed`` have other numbers than
    before, ``gone`` are shared no longer. ``deleted`` of them were deleted here and stay so. ``older``: a
    newer parcel of this source, of ``shared_at``, is here, so nothing was changed.
    """

    source: str
    shared_at: int
    patterns: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    deleted: int = 0
    older: bool = False
    skipped: dict[str, int] = {}
    dry_run: bool = False


def sources(read: Read) -> tuple[Source, ...]:
    """Every memory that patterns came from, by name."""
    found: dict[str, list[Shared]] = {}
    for _, one in read.records(SHARED):
        found.setdefault(one.source, []).append(one)
    return tuple(_source(read, name, found[name]) for name in sorted(found))


def plan_taking(read: Read, parcel: Parcel) -> Taken:
    """What :func:`take` would change."""
    held = dict(_held(read, parcel.source))
    newest = max((one.shared_at for one in held.values()), default=parcel.shared_at)
    if newest > parcel.shared_at:
        return Taken(parcel.source, newest, len(held), older=True, skipped=parcel.skipped)
    keys = {shared_key(one.id, one.source): one for one in parcel.patterns}
    return Taken(
        parcel.source,
        parcel.shared_at,
        patterns=len(keys),
        new=len(keys.keys() - held.keys()),
        changed=sum(_numbers(one) != _numbers(held[key]) for key, one in keys.items() if key in held),
        gone=len(held.keys() - keys.keys()),
        deleted=sum(is_buried(read, one.id) for one in parcel.patterns),
        skipped=parcel.skipped,
    )


def take(write: Write, parcel: Parcel) -> Taken:
    """Let what a source shared take the place of what it shared before. A review is due when that differs."""
    taken = plan_taking(write, parcel)
    if taken.older:
        return taken
    held = dict(_held(write, parcel.source))
    wanted = {shared_key(one.id, one.source): one for one in parcel.patterns}
    put = {key: one for key, one in wanted.items() if key not in held or _differs(one, held[key])}
    write.put_many(SHARED, put.items())
    write.delete_many(SHARED, held.keys() - wanted.keys())
    if put or taken.gone:
        touch(write)
    return taken


def remove(write: Write, source: str) -> int:
    """Take out all that a source told; how many patterns that were. A review is due when there were any."""
    keys = [key for key, _ in _held(write, source)]
    write.delete_many(SHARED, keys)
    if keys:
        touch(write)
    return len(keys)


def parcels(read: Read) -> Iterator[Parcel]:
    """All that came from elsewhere, source by source, as an export of the whole memory tells it."""
    found: dict[tuple[str, int], list[Shared]] = {}
    for _, one in read.records(SHARED):
        found.setdefault((one.source, one.shared_at), []).append(one)
    for (source, at), told in sorted(found.items()):
        yield Parcel(source, at, tuple(sorted(told, key=lambda one: one.id)))


def _held(read: Read, source: str) -> Iterable[tuple[bytes, Shared]]:
    for _, key in list(read.scan(SHARED, "source", text(source))):
        one = read.get(SHARED, key)
        if one is not None and one.source == source:
            yield key, one


def _differs(one: Shared, held: Shared) -> bool:
    return replace(one, taken_at=0) != replace(held, taken_at=0)


def _numbers(one: Shared) -> Shared:
    """What its source counted, whenever it was shared."""
    return replace(one, taken_at=0, shared_at=0)


def _source(read: Read, name: str, told: list[Shared]) -> Source:
    rows = [row for one in told if (row := read.get(PATTERNS, key_of(one.id))) is not None]
    return Source(
        source=name,
        shared_at=max(one.shared_at for one in told),
        taken_at=max(one.taken_at for one in told),
        patterns=len(told),
        shown=sum(row.borrowed for row in rows),
        seen=sum(not row.borrowed for row in rows),
    )
