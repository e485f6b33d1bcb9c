"""The envelope around every stored value.

========  ======================================================================================
byte      meaning
========  ======================================================================================
0         version of the envelope, 1
1         flags: 1 compressed, 2 encrypted; both reserved, none is written yet
2-3       schema version of the record, big-endian
4-7       CRC-32 over the name of the space, the key, bytes 0-3 and the payload
8-        payload: a record as map-encoded MessagePack, or packed rows, or bytes
========  ======================================================================================

The key is part of the checksum, so a value that turns up under another key is noticed too.
"""

from __future__ import annotations

from struct import Struct
from zlib import crc32

from msgspec import DecodeError, ValidationError
from msgspec.msgpack import Encoder

from tacit.store.errors import Corrupt, StoreNewer
from tacit.store.schema import R, Table

VERSION = 1
_HEAD = Struct(">BBHI")
_SUM = Struct(">I")
_seeds: dict[str, int] = {}

encode = Encoder().encode
"""A record's payload; equal records give equal bytes."""


def seal(name: str, key: bytes, payload: bytes, version: int = 1) -> bytes:
    """The payload in its envelope."""
    head = _HEAD.pack(VERSION, 0, version, 0)[:4]
    return head + _SUM.pack(crc32(payload, crc32(head, crc32(key, _seed(name))))) + payload


def unseal(name: str, key: bytes, sealed: bytes, version: int = 1) -> bytes:
    """The payload of an envelope.

    Raises:
        Corrupt: the checksum does not fit, or there is no whole envelope.
        StoreNewer: the envelope or the record is of a version this Tacit does not know.
    """
    if len(sealed) < _HEAD.size:
        raise Corrupt(name, key.hex(), "it is shorter than its envelope")
    envelope, flags, recorded, checksum = _HEAD.unpack_from(sealed)
    if envelope > VERSION:
        raise _newer(name, key, f"envelope version {envelope}")
    payload = sealed[_HEAD.size :]
    if crc32(payload, crc32(sealed[:4], crc32(key, _seed(name)))) != checksum:
        raise Corrupt(name, key.hex(), "its checksum does not fit")
    if flags:
        raise _newer(name, key, f"the flags {flags:#04x}")
    if recorded > version:
        raise _newer(name, key, f"record version {recorded}")
    return payload


def load(table: Table[R], key: bytes, sealed: bytes) -> R:
    """The record in an envelope.

    Raises:
        Corrupt: damaged, or not a record of this table.
        StoreNewer: written by a newer Tacit.
    """
    payload = unseal(table.name, key, sealed, table.version)
    try:
        return table.decode(payload)
    except (DecodeError, ValidationError) as error:
        raise Corrupt(table.name, key.hex(), f"it is no {table.type.__name__} ({error})") from error


def dump(table: Table[R], key: bytes, record: R) -> bytes:
    """The record in its envelope."""
    return seal(table.name, key, encode(record), table.version)


def seal_numbers(name: str, key: bytes, packed: bytes) -> bytes:
    """Packed numbers with four bytes of checksum behind them: counters and tallies."""
    return packed + _SUM.pack(crc32(packed, crc32(key, _seed(name))))


def unseal_numbers(name: str, key: bytes, sealed: bytes) -> bytes:
    """The packed numbers.

    Raises:
        Corrupt: the checksum does not fit.
    """
    packed = sealed[:-4]
    if sealed[-4:] != _SUM.pack(crc32(packed, crc32(key, _seed(name)))):
        raise Corrupt(name, key.hex(), "its checksum does not fit")
    return packed


def _seed(name: str) -> int:
    seed = _seeds.get(name)
    if seed is None:
        seed = _seeds[name] = crc32(name.encode())
    return seed


def _newer(name: str, key: bytes, what: str) -> StoreNewer:
    return StoreNewer(
        f"The record {key.hex()} in table {name} was written by a newer Tacit ({what}).", "Update Tacit."
    )
