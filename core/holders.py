"""What is to be forgotten, or was: whole sessions, episodes, and what lies beside them."""

from __future__ import annotations

from msgspec import Struct


class Found(Struct, frozen=True):
    """Whole sessions and single episodes, paths of transcripts by their hashes, notes by their names.

    ``notes`` are those of marks and of what agents said, ``imported`` those of other memories, by their ids.

    ``backups`` are those whose own path holds it, by the names they are remembered under; ``merges`` are of
    projects one of whose names holds it; ``traces`` of what passed between agents and the memory (see
    :mod:`tacit.core.loop.traces`); ``aside`` says that damaged bytes hold it too, which go whole.
    """

    sessions: frozenset[str] = frozenset()
    episodes: frozenset[str] = frozenset()
    paths: frozenset[bytes] = frozenset()
    notes: frozenset[bytes] = frozenset()
    backups: frozenset[bytes] = frozenset()
    merges: frozenset[bytes] = frozenset()
    traces: frozenset[bytes] = frozenset()
    imported: frozenset[str] = frozenset()
    aside: bool = False

    def __or__(self, other: Found) -> Found:
        return Found(
            self.sessions | other.sessions,
            self.episodes | other.episodes,
            self.paths | other.paths,
            self.notes | other.notes,
            self.backups | other.backups,
            self.merges | other.merges,
            self.traces | other.traces,
            self.imported | other.imported,
            self.aside or other.aside,
        )

    def __sub__(self, other: Found) -> Found:
        return Found(
            self.sessions - other.sessions,
            self.episodes - other.episodes,
            self.paths - other.paths,
            self.notes - other.notes,
            self.backups - other.backups,
            self.merges - other.merges,
            self.traces - other.traces,
            self.imported - other.imported,
            self.aside and not other.aside,
        )

    def __bool__(self) -> bool:
        told = self.sessions or self.episodes or self.paths or self.notes or self.imported
        return bool(told or self.backups or self.merges or self.traces or self.aside)
