"""A file of transcripts read to its end by one reader."""

from __future__ import annotations

from pathlib import Path

from tacit.core.drafts import EpisodeDraft, SessionDraft
from tacit.core.readers.base import Reader, ReadTally, Source
from tacit.core.redaction import Redactor

Read = list[tuple[SessionDraft, list[EpisodeDraft]]]


def sessions_in(reader: Reader, path: Path) -> tuple[Read, ReadTally]:
    """Every session with its tasks, and the tally of the last."""
    found: Read = []
    tally = ReadTally()
    for transcript in reader.read(Source(path), Redactor(b"k" * 32)):
        found.append((transcript.session, list(transcript.episodes())))
        tally = transcript.tally
    return found, tally
