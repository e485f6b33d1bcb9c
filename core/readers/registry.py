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
from tacit.core.text import one_line

GROUP = "tacit.readers"
_HERE = "tacit.core.readers"
_OWN = (
    ("aider", f"{_HERE}.aider.reader:AiderReader"),
    ("claude-code", f"{_HERE}.claude_code.reader:ClaudeCodeReader"),
    ("cline", f"{_HERE}.cline.reader:ClineReader"),
    ("codex", f"{_HERE}.codex.reader:CodexReader"),
    ("copilot", f"{_HERE}.copilot.reader:CopilotReader"),
    ("cursor", f"{_HERE}.cursor.reader:CursorReader"),
    ("gemini", f"{_HERE}.gemini.reader:GeminiReader"),
    ("goose", f"{_HERE}.goose.reader:GooseReader"),
    ("mini-swe-agent", f"{_HERE}.mini_swe_agent.reader:MiniSweAgentReader"),
    ("opencode", f"{_HERE}.opencode.reader:OpenCodeReader"),
    ("openhands", f"{_HERE}.openhands.reader:OpenHandsReader"),
    ("swe-agent", f"{_HERE}.swe_agent.reader:SweAgentReader"),
    ("tacit-jsonl", f"{_HERE}.tacit_jsonl.reader:TacitJsonlReader"),
    ("tau-bench", f"{_HERE}.tau_bench.reader:TauBenchReader"),
)
"""Tacit's own entry points: there whatever the metadata of the installation says."""


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
            broken.append((entry.name, one_line(f"{type(error).__name__}: {error}"[:_WHY])))
    return Registry(tuple(readers[name] for name in sorted(readers)), tuple(broken))
