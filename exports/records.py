"""What leaves, one small record after the other: for forms that hold no session as a whole.

Each is a map with its ``type``, and has the keys and values of the JSON Lines export:

``pattern``
    the keys of a pattern.
``session``
    ``schema`` and ``session``.
``episode``
    ``session`` (the id), ``copy``, ``episode``, ``reward``, ``reflection``. They follow their session: first
    those that it holds, then the copies that it tells of others.
``step``
    ``session`` and ``episode`` (the ids), ``copy``, ``step``. They follow their episode.
``note``
    the keys of a note.
``offer``, ``outcome``
    the keys that they have in ``offers.json``.
"""

from __future__ import annotations

from collections.abc import Iterator

from tacit.core.jsonform import SCHEMA, Json, episode_json, pattern_json, session_json, step_json
from tacit.core.model import Session
from tacit.core.notes.form import note_json
from tacit.exports.judged import judged
from tacit.exports.leaving import Leaving
from tacit.exports.offers import given_json, said_json
from tacit.exports.source import Source


def records(leaving: Leaving) -> Iterator[Json]:
    """All of one run; no more than the steps of one episode are held."""
    yield from pattern_records(leaving)
    for session in leaving.sessions():
        yield from _session_records(leaving.source, session)
    yield from other_records(leaving)


def pattern_records(leaving: Leaving) -> Iterator[Json]:
    """Those of patterns."""
    return ({"type": "pattern", **pattern_json(one)} for one in leaving.patterns())


def other_records(leaving: Leaving) -> Iterator[Json]:
    """Those of notes, offers and outcomes: what comes last."""
    for note in leaving.notes():
        yield {"type": "note", **note_json(note)}
    for offer in leaving.offers():
        yield {"type": "offer", **given_json(offer)}
    for outcome in leaving.outcomes():
        yield {"type": "outcome", **said_json(outcome)}


def _session_records(source: Source, session: Session) -> Iterator[Json]:
    yield {"type": "session", "schema": SCHEMA, "session": session_json(session)}
    for place, (episode, told) in enumerate(source.export_episodes(session)):
        steps = list(told)
        copy = place >= session.episodes
        of = {"session": session.id, "copy": copy}
        yield {"type": "episode", **of, "episode": episode_json(episode), **judged(episode, steps)}
        of = {"session": session.id, "episode": episode.id, "copy": copy}
        for step in steps:
            yield {"type": "step", **of, "step": step_json(step)}
