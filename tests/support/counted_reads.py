"""Counting what is read of a store, whoever reads it."""

from __future__ import annotations

import pytest

from tacit.store import reading


def counted_reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many entries and records each read transaction touched, from now on."""
    counts: list[int] = []
    whole = reading.Read.end

    def end(read: reading.Read) -> None:
        counts.append(read.rows_read)
        whole(read)

    monkeypatch.setattr(reading.Read, "end", end)
    return counts
