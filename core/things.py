"""What has a public id: patterns, sessions, episodes and notes, and the table that holds each."""

from __future__ import annotations

from typing import Any

from tacit.core.model import Episode, Pattern, Session
from tacit.core.notes.records import Note
from tacit.core.tables import EPISODES, NOTES, PATTERNS, SESSIONS
from tacit.store.schema import Table

Thing = Pattern | Session | Episode | Note

TABLES: dict[str, Table[Any]] = {"p": PATTERNS, "s": SESSIONS, "e": EPISODES, "n": NOTES}
"""First letter of an id -> its table."""
