"""What a reader is: one file of an agent's transcript in, its session, or several, with their episodes out.

A reader recognises its format by content, never fails on a bad line, streams, and hands everything
through redaction and the limits before anybody else sees it. Readers are found through the
``tacit.readers`` entry points (see :mod:`tacit.core.readers.registry`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol, runtime_checkable

import msgspec
from msgspec import Struct

from tacit.core.drafts import EpisodeDraft, SessionDraft
from tacit.core.errors import NothingUsable
from tacit.core.redaction import Redactor

HEAD = 65_536
"""How many bytes of a file a reader gets to recognise it by."""


class Source(Struct, frozen=True):
    """One transcript on disk: the main file and the files of its sub-agents, sorted."""

    path: Path
    extra: tuple[Path, ...] = ()


class ReadTally(Struct):
    """What happened to the lines. Complete once the episodes have been read to the end.

    ``lines`` counts lines that hold anything; ``skipped`` those nothing could be made of, by reason;
    ``recovered`` the records saved from torn or glued lines; ``cut`` what was shortened to a limit
    (``prompt``, ``observation``, ``parameters``, ``episode``, ``steps``). ``bytes`` is the size of all
    files, and ``read_to`` where the whole lines of the main transcript end: a half-written last line
    is left for next time. Sessions of one file share one tally.
    """

    lines: int = 0
    bytes: int = 0
    read_to: int = 0
    recovered: int = 0
    skipped: dict[str, int] = msgspec.field(default_factory=dict)
    cut: dict[str, int] = msgspec.field(default_factory=dict)

    def skip(self, reason: str) -> None:
        """Count one line that could not be read."""
        self.skipped[reason] = self.skipped.get(reason, 0) + 1

    def shorten(self, what: str, times: int = 1) -> None:
        """Count something that was cut to its limit."""
        if times:
            self.cut[what] = self.cut.get(what, 0) + times


class Transcript:
    """One session: its head at once, its episodes one at a time.

    A reader of a file that holds one session returns it as it is: it is all the sessions there are.
    """

    def __init__(
        self, session: SessionDraft, tally: ReadTally, episodes: Callable[[], Iterator[EpisodeDraft]]
    ) -> None:
        self.session = session
        self.tally = tally
        self._episodes = episodes

    def __iter__(self) -> Iterator[Transcript]:
        yield self

    def episodes(self) -> Iterator[EpisodeDraft]:
        """The episodes in the order of the transcript. Only one is held in memory; read them once."""
        return self._episodes()


class Unreadable(NothingUsable):
    """Nothing can be read from this file; ``reason`` is the word the report counts it under."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} was skipped: {reason}.")
        self.reason = reason


@runtime_checkable
class Reader(Protocol):
    """One agent's transcript format."""

    @property
    def name(self) -> str:
        """The agent's name, as ``claude-code``."""
        ...

    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether the file is of this format, judged by its first bytes (at most :data:`HEAD`)."""
        ...

    def roots(self, home: Path, environ: Mapping[str, str]) -> list[Path]:
        """The folders where this agent usually leaves transcripts; they need not exist."""
        ...

    def main_of(self, path: Path, head: bytes) -> Path | None:
        """For a sub-agent's own file the transcript it belongs to, which need not exist; else ``None``."""
        ...

    def companions(self, path: Path) -> tuple[Path, ...]:
        """The sub-agent files that belong to this main transcript, sorted."""
        ...

    def read(self, source: Source, redact: Redactor) -> Iterable[Transcript]:
        """Read the sessions of one file; each is read to its end before the next is asked for.

        Raises:
            Unreadable: nothing in the file can be used; at once, or while the sessions are asked for.
        """
        ...
