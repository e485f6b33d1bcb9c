"""Making types ready for threads: msgspec must know all of a type before two of them ask for it.

See :mod:`tacit.store.typed`.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from tacit.store.typed import decoder_of

_ready: set[type[Struct]] = set()


def ready(kind: type[Struct]) -> None:
    """See that a type can be read by several threads at once."""
    if kind not in _ready:
        decoder_of(kind)
        _ready.add(kind)


def all_ready() -> None:
    """See that everything can be that lies in a store; a few milliseconds. For one thread, before others."""
    from tacit.core import aliases, decisions, filenotes, marks, tables, tombstones, undo_steps  # noqa: F401
    from tacit.core.learn import state  # noqa: F401
    from tacit.core.live import records  # noqa: F401

    for kind in [*_below(Struct)]:
        if kind.__module__.startswith("tacit."):
            try:
                ready(kind)
            except (TypeError, NameError):  # it is never read
                continue


def _below(kind: type[Struct]) -> Iterator[type[Struct]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)
