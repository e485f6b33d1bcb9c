"""How far a vector space follows the records, written down in the transaction that writes its rows.

A space begins with a look at every record, in the order of tables and keys, and then follows the change
log. Where the log cannot tell what happened since (it was cut, the store was taken back from a backup,
the texts are made in another way now) everything is looked at again; a row whose text stayed is kept.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from tacit.core.tables import EPISODES, NOTES, PATTERNS, STATE
from tacit.store.codec import UNREADABLE
from tacit.store.keys import u32
from tacit.store.reading import Read
from tacit.store.text_place import line_sum, store_of

if TYPE_CHECKING:
    from tacit.store.transaction import Write
    from tacit.store.vector_rows import Space

_PREFIX = b"embedded "


class Position(Struct, frozen=True, omit_defaults=True):
    """How far a space is.

    ``line`` is the checksum of line ``seq`` of the change log of the store ``store``; ``spec`` says how
    the texts are made, ``token`` which space it is about. While all records are looked at, ``at`` is the
    (table, key) to go on with and ``seen`` counts those behind it; changes since line ``seq`` are followed
    afterwards.
    """

    store: str
    spec: str
    seq: int
    line: int
    at: tuple[str, bytes] | None = None
    seen: int = 0
    token: bytes = b""

    @property
    def complete(self) -> bool:
        """Whether every record had its vectors once, so that only changes are waited for."""
        return self.at is None


def spec() -> str:
    """How the texts of rows are made now."""
    from tacit.core.embedding.texts import EMBEDDED, REVISION

    return " ".join((f"{REVISION}", *(f"{table.name} {table.version}" for table in EMBEDDED)))


def begin(read: Read) -> Position:
    """The position of a space that knows nothing yet."""
    seq = read.sequence()
    return Position(store_of(read.kv), spec(), seq, line_sum(read.kv, seq) or 0, ("", b""))


def position(read: Read, space: Space) -> Position | None:
    """Where a space is; ``None`` where it has to begin anew."""
    raw = read.value(STATE, _key(space.number))
    found = None if raw is None else _read(raw)
    if found is None or (found.store, found.spec, found.token) != (store_of(read.kv), spec(), space.token):
        return None
    return found if line_sum(read.kv, found.seq) in {0, found.line} else None


def set_position(write: Write, space: Space, at: Position) -> None:
    """Write down where a space is."""
    from msgspec.msgpack import encode

    write.set_value(STATE, _key(space.number), encode(replace(at, token=space.token)))


def begin_anew(write: Write, space: Space | None = None) -> None:
    """Let one space, or all, begin with a look at every record; call it as well when one goes."""
    for key in [key for key, _ in write.items(STATE, _PREFIX)]:
        if space is None or key == _key(space.number):
            write.delete_value(STATE, key)


def embedding_floor(read: Read) -> int:
    """Up to which line of the change log every space has followed it; all lines where there is none."""
    found = (_read(raw) for _, raw in read.items(STATE, _PREFIX))
    return min((one.seq for one in found if one is not None), default=sys.maxsize)


def total(read: Read) -> int:
    """How many records have texts to embed."""
    return read.count(PATTERNS, "listed") + read.count(EPISODES, "total") + read.count(NOTES, "total")


def _read(raw: bytes) -> Position | None:
    from msgspec.msgpack import decode

    try:
        return decode(raw, type=Position)
    except UNREADABLE:
        return None


def _key(number: int) -> bytes:
    return _PREFIX + u32(number)
