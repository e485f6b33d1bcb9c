"""The readers there are: Tacit's own and those of the ``tacit.readers`` entry points.

Tacit's own are loaded when a file is met that may be their agent's (:mod:`tacit.core.readers.own`), those
of others at once. A plug-in that cannot be loaded is reported and the others are used.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from msgspec import Struct

from tacit.core.errors import Usage
from tacit.core.plug_ins import plug_ins
from tacit.core.readers.base import Reader
from tacit.core.readers.own import own_readers
from tacit.core.text import one_line

GROUP = "tacit.readers"
_WHY = 200
"""Characters of the reason why a reader cannot be used."""


class EntryPoint(Protocol):
    """What is used of :class:`importlib.metadata.EntryPoint`."""

    @property
    def name(self) -> str:
        """The entry's name."""
        ...

    @property
    def value(self) -> str:
        """``module:object``."""
        ...

    def load(self) -> Any:
        """Import the object."""
        ...


class Registry(Struct, frozen=True):
    """The readers that could be loaded, by name, and why others could not: ``(name, reason)``."""

    readers: tuple[Reader, ...]
    broken: tuple[tuple[str, str], ...] = ()

    def names(self) -> tuple[str, ...]:
        """The agents whose transcripts can be read."""
        return tuple(reader.name for reader in self.readers)

    def only(self, name: str) -> Registry:
        """The registry with this one agent.

        Raises:
            Usage: there is no reader of that name.
        """
        chosen = tuple(reader for reader in self.readers if reader.name == name)
        if not chosen:
            raise Usage(f"There is no reader for {name!r}.", f"Readers: {', '.join(self.names()) or 'none'}.")
        return Registry(chosen, self.broken)


def load_readers() -> Registry:
    """Tacit's own readers and those of all other entry points of the group, sorted by name."""
    return from_entry_points(plug_ins(GROUP), own_readers())


def from_entry_points(entries: Iterable[EntryPoint], own: Iterable[Reader] = ()) -> Registry:
    """These own readers and those the entry points lead to; the first of a name is taken."""
    readers = {reader.name: reader for reader in own}
    broken: list[tuple[str, str]] = []
    for entry in entries:
        try:
            reader = entry.load()()
            if not isinstance(reader, Reader):
                raise TypeError(f"{entry.value} is no reader")
            readers.setdefault(reader.name, reader)
        except Exception as error:
            broken.append((entry.name, one_line(f"{type(error).__name__}: {error}"[:_WHY])))
    return Registry(tuple(readers[name] for name in sorted(readers)), tuple(broken))
