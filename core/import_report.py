"""What an import is asked for, and what it says of itself: how far it is, and what it added."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from tacit.core.notes.report import NotesTaken


class Options(Struct, frozen=True):
    """What an import was asked for; see :meth:`tacit.core.facade.Core.import_paths`. ``at`` is now."""

    agent: str | None = None
    project: str | None = None
    since: int | None = None
    dry_run: bool = False
    home: Path | None = None
    notes: bool = False
    name: str = ""
    at: int = 0


class Progress(Struct, frozen=True):
    """How far an import has come; ``bytes`` of ``total_bytes`` are read, so much was stored that is new."""

    files: int
    total_files: int
    bytes: int
    total_bytes: int
    name: str
    sessions: int = 0
    episodes: int = 0


class ImportReport(Struct, frozen=True):
    """What one import added, by the names of its JSON form.

    ``patterns`` and ``new_patterns`` are ``None`` for a dry run, which reviews nothing. ``cut`` counts what
    was longer than its limit in what was read: ``steps`` that are not stored, texts (``prompt``, ``context``,
    ``observation``, ``parameters``), and steps cut further so that the ``episode`` stays within its own.
    ``read`` counts the transcripts that were opened and told something, known or not.
    ``left_out`` names the first file of each reason about which somebody can do something.
    ``drift`` counts, by agent, what its format did not have when the reader was written.
    ``joined`` are projects that were found to be one, ``A into B``; ``parted`` are those that were and of
    which that is in doubt now, ``A out of B``.
    ``embedded`` counts texts that were given vectors, ``None`` where nobody was asked to; ``not_embedded``
    says why nobody was, or why it came to no end. ``notes`` is what came of stores of other memories,
    ``None`` where there were none.
    """

    read: int = 0
    sessions: int = 0
    episodes: int = 0
    steps: int = 0
    errors: int = 0
    subagent_steps: int = 0
    subagent_errors: int = 0
    rejected_calls: int = 0
    cancelled_calls: int = 0
    interrupted_calls: int = 0
    redacted: dict[str, int] = {}
    skipped: dict[str, int] = {}
    left_out: dict[str, str] = {}
    cut: dict[str, int] = {}
    drift: dict[str, int] = {}
    joined: tuple[str, ...] = ()
    parted: tuple[str, ...] = ()
    rejected: dict[str, int] = {}
    new_patterns: int | None = None
    patterns: int | None = None
    seconds: float = 0.0
    changed: bool = False
    dry_run: bool = False
    embedded: int | None = None
    not_embedded: str = ""
    notes: NotesTaken | None = None
