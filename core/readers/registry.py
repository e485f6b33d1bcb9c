"""The readers there are: Tacit's own and those of the ``tacit.readers`` entry points.

Looking entry points up costs milliseconds, so it is done only when something is to be read. A
plug-in that cannot be loaded is reported and the others are used.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from msgspec import Struct

from tacit.core.errors import Usage
from tacit.core.readers.base import Reader

GROUP = "tacit.readers"
_HERE = "tacit.core.readers"
_OWN = (
    ("claude-code", f"{_HERE}.claude_code:ClaudeCodeReader"),
    ("tacit-jsonl", f"{_HERE}.tacit_jsonl:TacitJsonlReader"),
    ("tau-bench", f"{_HERE}.tau_bench:TauBenchReader"),
)
"""Tacit's own entry points: there whatever the metadata of the installation says."""


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
    """Tacit's own readers and every other of the entry point group, sorted by name."""
    from importlib.metadata import EntryPoint as Named
    from importlib.metadata import entry_points

    own = [Named(name, value, GROUP) for name, value in _OWN]
    found = sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value))
    return from_entry_points([*own, *(entry for entry in found if (entry.name, entry.value) not in _OWN)])


def from_entry_points(entries: Iterable[EntryPoint]) -> Registry:
    """The readers these entry points lead to; the first of a name is taken."""
    readers: dict[str, Reader] = {}
    broken: list[tuple[str, str]] = []
    for entry in entries:
        try:
            reader = entry.load()()
            if not isinstance(reader, Reader):
                raise TypeError(f"{entry.value} is no reader")
            readers.setdefault(reader.name, reader)
        except Exception as error:
            broken.append((entry.name, f"{type(error).__name__}: {error}"))
    return Registry(tuple(readers[name] for name in sorted(readers)), tuple(broken))
