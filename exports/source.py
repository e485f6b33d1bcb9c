"""What an export asks of a memory, and what it reports.

The memory answers in a fixed order (sessions by start and id, episodes likewise, steps by number,
patterns by id), so that the same knowledge always leaves as the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct

from tacit.core.decisions import Decided
from tacit.core.loop.records import Offer, ToldOutcome
from tacit.core.marks import Mark
from tacit.core.model import Episode, Pattern, Session, Step
from tacit.core.notes.records import Note
from tacit.core.sharing import Parcel

Progress = Callable[[int], None]
"""Called after each file or line with the number handled so far."""


class Source(Protocol):
    """The side of a memory that an export sees."""

    def export_sessions(self) -> Iterator[Session]:
        """Every live session."""
        ...

    def export_episodes(self, session: Session) -> Iterator[tuple[Episode, Iterable[Step]]]:
        """The ``session.episodes`` that a session holds, oldest first, then the copies it tells of others."""
        ...

    def export_patterns(self) -> Iterator[Pattern]:
        """Every live pattern."""
        ...

    def export_offers(self) -> Iterator[Offer]:
        """Every offer that is of nothing deleted, by pattern and time."""
        ...

    def export_outcomes(self) -> Iterator[ToldOutcome]:
        """All that agents said of how their tasks ended, by session and time."""
        ...

    def stats_json(self) -> dict[str, Any]:
        """The statistics; nothing in them moves with the clock alone."""
        ...

    def mark_of(self, episode_id: str) -> Mark | None:
        """What a person said of how an episode ended."""
        ...

    def decided(self) -> Mapping[str, Decided]:
        """What was decided of patterns, by id."""
        ...

    def aliases(self) -> Mapping[str, str]:
        """Other name of a project -> the project."""
        ...

    def export_shared(self) -> Iterable[Parcel]:
        """What came from other memories, in the order of their names."""
        ...

    def export_notes(self) -> Iterator[Note]:
        """Every note that was moved in from another memory, by id."""
        ...

    def tombstones(self) -> Iterable[tuple[str, str]]:
        """The id and role of everything that was deleted."""
        ...


class Selection(Struct, frozen=True):
    """The part of a memory that leaves. Each is gone through once; either may be empty."""

    patterns: Iterable[Pattern] = ()
    sessions: Iterable[Session] = ()
    notes: Sequence[Note] = ()


class ExportReport(Struct, frozen=True):
    """What an export did. ``files`` is what now lies there of it: written and unchanged ones."""

    path: str
    files: int
    written: int
    unchanged: int
    removed: int
    patterns: int
    sessions: int
    notes: int = 0
