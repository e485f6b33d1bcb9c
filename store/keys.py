"""Order-preserving parts of keys: comparing the bytes compares the values.

Parts are joined with ``+``. Numbers have a fixed width and texts end themselves, so no part runs into
the next one.
"""

from __future__ import annotations

import re
from struct import pack, unpack

_SIGN = 1 << 63
_ALL = (1 << 64) - 1
_INVERTED = bytes(255 - byte for byte in range(256))


def u32(n: int) -> bytes:
    """Four bytes of a number in 0..2**32-1."""
    return n.to_bytes(4, "big")


def u64(n: int) -> bytes:
    """Eight bytes of a number in 0..2**64-1."""
    return n.to_bytes(8, "big")


def i64(n: int) -> bytes:
    """Eight bytes of a signed number; negative ones come first."""
    return (n + _SIGN).to_bytes(8, "big")


def f64(x: float) -> bytes:
    """Eight bytes of a float, -inf first and inf last.

    Raises:
        ValueError: ``x`` is not a number, so it has no place in an order.
    """
    if x != x:  # noqa: PLR0124 - only NaN differs from itself
        raise ValueError("NaN has no place in an order")
    bits = int.from_bytes(pack(">d", x + 0.0), "big")
    return (bits ^ (_ALL if bits & _SIGN else _SIGN)).to_bytes(8, "big")


def i64_of(part: bytes) -> int:
    """The number in eight bytes of :func:`i64`."""
    return int.from_bytes(part, "big") - _SIGN


def f64_of(part: bytes) -> float:
    """The number in eight bytes of :func:`f64`."""
    bits = int.from_bytes(part, "big")
    number: float = unpack(">d", (bits ^ (_SIGN if bits & _SIGN else _ALL)).to_bytes(8, "big"))[0]
    return number


def text(s: str, limit: int = 200) -> bytes:
    r"""UTF-8 that ends in a zero byte and holds none before it, at most ``limit`` bytes and the end.

    ``\0`` is written ``\1\1`` and ``\1`` is written ``\1\2``, which keeps the order. A longer text is
    cut at a character, so long texts with the same beginning share a part.
    """
    raw = s.encode("utf-8", "surrogatepass")
    if b"\0" in raw or b"\1" in raw:
        raw = raw.replace(b"\1", b"\1\2").replace(b"\0", b"\1\1")
    return (raw if len(raw) <= limit else _cut(raw, limit)) + b"\0"


def text_of(part: bytes) -> str:
    """What :func:`text` wrote, as far as it was not cut; with or without the zero byte at its end."""
    raw = part.rstrip(b"\0")
    if b"\1" in raw:
        raw = re.sub(b"\1([\1\2])", lambda pair: b"\0" if pair[1] == b"\1" else b"\1", raw)
    return raw.decode("utf-8", "surrogatepass")


def descending(part: bytes) -> bytes:
    """The same part in the opposite order, for fixed-width parts and ended texts."""
    return part.translate(_INVERTED)


def successor(prefix: bytes) -> bytes | None:
    """The first key that comes after every key with this prefix; ``None`` where there is none."""
    stem = prefix.rstrip(b"\xff")
    return stem[:-1] + bytes((stem[-1] + 1,)) if stem else None


def _cut(raw: bytes, limit: int) -> bytes:
    end = limit
    while end and (raw[end] & 0xC0) == 0x80:
        end -= 1
    if raw[end - 1 : end] == b"\1":  # in the middle of an escape: the escape's own 1 or the one before it
        ones = end - len(raw[:end].rstrip(b"\1"))
        end -= ones & 1
    return raw[:end]
