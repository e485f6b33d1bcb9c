"""The envelope around every stored value.

========  ======================================================================================
byte      meaning
========  ======================================================================================
0         version of the envelope, 1
1         flags: 1 the payload is compressed with zstd; 2 encrypted, reserved
2-3       schema version of the record, big-endian
4-7       CRC-32 over the name of the space, the key, bytes 0-3 and the payload
8-        payload: a record as map-encoded MessagePack, or packed rows, or bytes
========  ======================================================================================

The key is part of the checksum, so a value that turns up under another key is noticed too. The first
eight bytes keep their places in every version to come: what does not fit its checksum is damaged, not
newer. What is
longer than :data:`LARGE` is compressed where that saves an eighth or more.
"""

from __future__ import annotations

from _thread import _local as local  # threading is slow to load
from collections.abc import Callable
from struct import Struct
from zlib import crc32

from msgspec import DecodeError
from msgspec.msgpack import Encoder

from tacit.store.errors import Corrupt, StoreNewer
from tacit.store.schema import META, NOTED, R, Table

VERSION = 1
COMPRESSED = 1

UNREADABLE = (DecodeError, UnicodeDecodeError)
"""What decoding bytes that are no record ends with."""

LARGE = 2048
"""Bytes above which compressing pays: LMDB gives such a value pages of its own."""

MOST = 1 << 28
"""Bytes a compressed payload may unfold to."""

_LEVEL = 3
_PACKED = b"\x28\xb5\x2f\xfd"
_HEAD = Struct(">BBHI")
_SUM = Struct(">I")
_seeds: dict[str, int] = {}
_contexts = local()

encode = Encoder().encode
"""A record's payload; equal records give equal bytes."""


def seal(name: str, key: bytes, payload: bytes, version: int = 1) -> bytes:
    """The payload in its envelope, compressed where it is large and that saves something.

    What a store knows of itself stays as it is: it is read when one is opened, and unpacking takes a library
    that few commands need else.
    """
    flags = 0
    if len(payload) > LARGE and name != META:
        packed = _compressor()(payload)
        if len(packed) < len(payload) - len(payload) // 8:
            payload, flags = packed, COMPRESSED
    head = _HEAD.pack(VERSION, flags, version, 0)[:4]
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
    payload = sealed[_HEAD.size :]
    if crc32(payload, crc32(sealed[:4], crc32(key, _seed(name)))) != checksum:
        raise Corrupt(name, key.hex(), "its checksum does not fit")
    if envelope > VERSION:
        raise _newer(name, key, f"envelope version {envelope}")
    if flags & ~COMPRESSED:
        raise _newer(name, key, f"the flags {flags:#04x}")
    if recorded > version:
        raise _newer(name, key, f"record version {recorded}")
    return _unfolded(name, key, payload) if flags else payload


def bare(sealed: bytes) -> tuple[tuple[bytes, ...], bool]:
    """What can be made of an envelope that is damaged: its bytes, and unpacked where they are compressed.

    The flag says whether that is all of it.
    """
    from zstandard import ZstdError, frame_content_size

    payload = sealed[_HEAD.size :]
    if not (payload.startswith(_PACKED) or (len(sealed) > 1 and sealed[1] & COMPRESSED)):
        return (sealed,), True
    try:
        if frame_content_size(payload) <= MOST:
            return (_decompressor()(payload, max_output_size=MOST), sealed), True
    except (ZstdError, MemoryError):
        pass
    return (sealed,), False


def unseal_meta(key: bytes, sealed: bytes) -> bytes:
    """What a store knows of itself under a key; empty where :data:`NOTED` is damaged.

    Raises:
        Corrupt: it is damaged, and cannot be made anew.
        StoreNewer: it says that it is of a version this Tacit does not know.
    """
    try:
        return unseal(META, key, sealed)
    except (Corrupt, StoreNewer):  # a newer Tacit shows in the version of the store
        if key in NOTED:
            return b""
        raise


def load(table: Table[R], key: bytes, sealed: bytes) -> R:
    """The record in an envelope, brought to the version of its table where it is an older one.

    Raises:
        Corrupt: damaged, or not a record of this table.
        StoreNewer: written by a newer Tacit.
    """
    payload = unseal(table.name, key, sealed, table.version)
    try:
        if is_old(table, sealed):
            payload = _upgraded(table, payload, recorded_version(sealed))
        return table.decode(payload)
    except UNREADABLE as error:
        raise Corrupt(table.name, key.hex(), f"it is no {table.type.__name__} ({error})") from error


def dump(table: Table[R], key: bytes, record: R) -> bytes:
    """The record in its envelope."""
    return seal(table.name, key, encode(record), table.version)


def recorded_version(sealed: bytes) -> int:
    """The version of the record that an envelope names, unchecked."""
    return int.from_bytes(sealed[2:4], "big")


def is_old(table: Table[R], sealed: bytes) -> bool:
    """Whether the record in an envelope is of an older version than its table's."""
    return table.version > 1 and recorded_version(sealed) < table.version


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


def _upgraded(table: Table[R], payload: bytes, version: int) -> bytes:
    from msgspec.msgpack import decode

    value = decode(payload)
    for upgrade in table.upgrades[version - 1 :]:
        value = upgrade(value)
    return encode(value)


def _unfolded(name: str, key: bytes, payload: bytes) -> bytes:
    from zstandard import ZstdError, frame_content_size

    try:
        if frame_content_size(payload) > MOST:
            raise Corrupt(name, key.hex(), "it would be too large decompressed")
        return _decompressor()(payload, max_output_size=MOST)
    except (ZstdError, MemoryError) as error:
        raise Corrupt(name, key.hex(), f"it cannot be decompressed ({error})") from error


def _compressor() -> Callable[[bytes], bytes]:
    """One a thread: zstandard's contexts may not be shared."""
    held = getattr(_contexts, "compress", None)
    if held is None:
        from zstandard import ZstdCompressor

        held = _contexts.compress = ZstdCompressor(level=_LEVEL).compress
    found: Callable[[bytes], bytes] = held
    return found


def _decompressor() -> Callable[..., bytes]:
    held = getattr(_contexts, "decompress", None)
    if held is None:
        from zstandard import ZstdDecompressor

        held = _contexts.decompress = ZstdDecompressor().decompress
    found: Callable[..., bytes] = held
    return found


def _seed(name: str) -> int:
    seed = _seeds.get(name)
    if seed is None:
        seed = _seeds[name] = crc32(name.encode())
    return seed


def _newer(name: str, key: bytes, what: str) -> StoreNewer:
    return StoreNewer(
        f"The record {key.hex()} in table {name} was written by a newer Tacit ({what}).", "Update Tacit."
    )
