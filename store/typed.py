"""Decoders, made so that threads which make the same one at the same moment do not meet in it.

msgspec (0.22) hands out what it knows of a Struct before it knows all of it: while one thread is told what
its fields are, another that decodes the same type, or one that has it as a field, dies by a signal.
"""

from __future__ import annotations

from _thread import allocate_lock
from collections.abc import Callable
from typing import TypeVar

R = TypeVar("R")

_making = allocate_lock()


def decoder_of(kind: type[R]) -> Callable[[bytes], R]:
    """What decodes MessagePack of a type. From now on any thread may do so in any way."""
    from msgspec.msgpack import Decoder

    with _making:
        return Decoder(kind).decode
