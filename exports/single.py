"""One record by itself, written as it is in an export."""

from __future__ import annotations

from collections.abc import Iterator

from tacit.core.errors import NotFound
from tacit.core.jsonform import SCHEMA, episode_json, pattern_json, step_json
from tacit.core.model import Pattern, Session
from tacit.core.notes.records import Note
from tacit.core.things import Thing
from tacit.exports.forms import document, session_document
from tacit.exports.judged import judged
from tacit.exports.notes import note_document
from tacit.exports.source import Source


def record_document(source: Source, thing: Thing, session: Session | None = None) -> Iterator[bytes]:
    """The bytes of the file that an export has of a thing; of a task its part of the file of its session.

    Args:
        source: the memory.
        thing: what is wanted.
        session: that of a task.

    Raises:
        NotFound: the task is gone.
    """
    if isinstance(thing, Pattern):
        yield from document(pattern_json(thing))
    elif isinstance(thing, Note):
        yield from document(note_document(thing))
    elif isinstance(thing, Session):
        yield from session_document(thing, source.export_episodes(thing))
    else:
        told = source.export_episodes(session) if session is not None else ()
        for episode, found in told:
            if episode.id == thing.id:
                steps = list(found)
                parts = {"schema": SCHEMA, "episode": episode_json(episode), **judged(episode, steps)}
                yield from document({**parts, "steps": [step_json(step) for step in steps]})
                return
        raise NotFound(f"{thing.id} is gone.")
