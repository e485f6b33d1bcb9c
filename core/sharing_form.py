"""The JSON forms of what passes between memories: a source, and what taking a file in changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.core.clock import rfc3339
from tacit.core.jsonform import SCHEMA, Json

if TYPE_CHECKING:
    from tacit.core.sharing import Source, Taken


def source_json(one: Source) -> Json:
    """A memory that patterns came from."""
    return {
        "source": one.source,
        "shared_at": rfc3339(one.shared_at),
        "taken_at": rfc3339(one.taken_at),
        "patterns": one.patterns,
        "shown": one.shown,
        "seen": one.seen,
    }


def taken_json(taken: Taken) -> Json:
    """What taking a file in changed, or would."""
    return {
        "schema": SCHEMA,
        "source": taken.source,
        "shared_at": rfc3339(taken.shared_at),
        "patterns": taken.patterns,
        "new": taken.new,
        "changed": taken.changed,
        "gone": taken.gone,
        "deleted": taken.deleted,
        "older": taken.older,
        "skipped": taken.skipped,
        "dry_run": taken.dry_run,
    }
