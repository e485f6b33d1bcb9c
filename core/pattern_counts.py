"""How many patterns this memory has by its own evidence; those it only took from others are counted apart."""

from __future__ import annotations

from tacit.core.tables import PATTERNS
from tacit.store.keys import text
from tacit.store.reading import Read


def learned(read: Read) -> int:
    """How many rows of the list were learned here."""
    return read.count(PATTERNS, "listed") - borrowed(read)


def borrowed(read: Read) -> int:
    """How many rows of the list only other memories speak for."""
    return sum(number for _, number in read.groups(PATTERNS, "borrowed"))


def learned_of_kind(read: Read, kind: str) -> int:
    """How many rows of a kind were learned here."""
    return read.count(PATTERNS, "kind", text(kind)) - read.count(PATTERNS, "borrowed", text(kind))
