"""What an import says of itself: how far it is, and what it added."""

from __future__ import annotations

from msgspec import Struct


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
    ``embedded`` counts texts that were given vectors, ``None`` where nobody was asked to; ``not_embedded``
    says why nobody was, or why it came to no end.
    """

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
    cut: dict[str, int] = {}
    rejected: dict[str, int] = {}
    new_patterns: int | None = None
    patterns: int | None = None
    seconds: float = 0.0
    changed: bool = False
    dry_run: bool = False
    embedded: int | None = None
    not_embedded: str = ""
