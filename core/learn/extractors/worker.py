"""The process a plug-in extractor runs in: ``python -m tacit.core.learn.extractors.worker``.

It is told over its standard input, and answers over its standard output, messages of MessagePack behind
their length in four bytes. The first is ``(name, module:object, sys.path, seconds)``, every other
``(episode, steps)``. An answer is ``(uses, "")`` or ``(nothing, what went wrong)``. What the plug-in
itself prints goes nowhere. A process whose parent is gone ends, even while the plug-in hangs.
"""

from __future__ import annotations

import os
import signal
import sys
from importlib.metadata import EntryPoint
from typing import Any, BinaryIO

import msgspec

from tacit.core.failing import place_of
from tacit.core.learn.extractors.base import GROUP, Extractor
from tacit.core.model import Episode, Step

_GRACE = 3.0
"""Seconds beyond its limit after which the process ends itself, should nobody end it."""


def main() -> None:
    """Load the plug-in, then answer episodes until the input ends."""
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    silent = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        if number or source.fileno() != number:
            os.dup2(silent, number)
    hello = _take(source)
    if hello is None:
        return
    name, value, path, seconds = msgspec.msgpack.decode(hello, type=tuple[str, str, list[str], float])
    sys.path[:] = path
    try:
        extractor = EntryPoint(name, value, GROUP).load()()
        if not isinstance(extractor, Extractor):
            raise TypeError(f"{value} is no extractor")
    except BaseException as error:  # it was told of no episode yet, so its text holds none
        _give(sink, ([], f"{type(error).__name__}: {str(error)[:200]}".rstrip(": ")))
        return
    _give(sink, ([], ""))
    decoder = msgspec.msgpack.Decoder(tuple[Episode, list[Step]])
    while (message := _take(source)) is not None:
        signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE)
        episode, steps = decoder.decode(message)
        try:
            answer: Any = (list(extractor.extract(episode, steps)), "")
            msgspec.msgpack.encode(answer)
        except BaseException as error:
            answer = ([], _blamed(error))
        signal.setitimer(signal.ITIMER_REAL, 0)
        _give(sink, answer)


def _blamed(error: BaseException) -> str:
    """The type and the place; the text may quote the episode."""
    trace = error.__traceback__
    if trace is None or trace.tb_next is None:  # in the call itself, or in what it returned
        return f"{type(error).__name__} on calling extract"
    return place_of(error)


def _take(source: BinaryIO) -> bytes | None:
    head = source.read(4)
    if len(head) < 4:
        return None
    size = int.from_bytes(head, "big")
    message = source.read(size)
    return message if len(message) == size else None


def _give(sink: BinaryIO, answer: Any) -> None:
    message = msgspec.msgpack.encode(answer)
    sink.write(len(message).to_bytes(4, "big") + message)
    sink.flush()


if __name__ == "__main__":
    main()
