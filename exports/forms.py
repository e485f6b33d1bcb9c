"""The documents of an export as bytes: indented to be read and compared, or one line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from msgspec import json

from tacit.core.jsonform import SCHEMA, encode, episode_json, escape, session_json, step_json
from tacit.core.model import Episode, Session, Step
from tacit.exports.judged import judged

Episodes = Iterable[tuple[Episode, Iterable[Step]]]


def indented(value: Any, margin: int = 0) -> bytes:
    """JSON with two spaces a level; every line but the first is moved right by ``margin``."""
    return escape(json.format(json.encode(value), indent=2)).replace(b"\n", b"\n" + b" " * margin)


def document(value: Any) -> list[bytes]:
    """A whole file of indented JSON."""
    return [indented(value), b"\n"]


def session_document(session: Session, episodes: Episodes) -> Iterator[bytes]:
    """The file of a session, piece by piece, no more than one episode held at a time.

    ``{"schema", "session", "episodes": [{"episode", "reward", "reflection", "steps"}], "copies": […]}``;
    what comes after the ``session.episodes`` it holds are copies.
    """
    told = iter(episodes)
    yield b'{\n  "schema": %d,\n  "session": ' % SCHEMA
    yield indented(session_json(session), 2)
    yield b',\n  "episodes": '
    yield from _entries(islice(told, session.episodes))
    yield b',\n  "copies": '
    yield from _entries(told)
    yield b"\n}\n"


def session_line(session: Session, episodes: Episodes) -> Iterator[bytes]:
    """The same on one line, with ``"type": "session"`` in front."""
    told = iter(episodes)
    yield b'{"type":"session","schema":%d,"session":' % SCHEMA
    yield encode(session_json(session))
    yield b',"episodes":['
    yield from _line_entries(islice(told, session.episodes))
    yield b'],"copies":['
    yield from _line_entries(told)
    yield b"]}\n"


def _entries(episodes: Episodes) -> Iterator[bytes]:
    """Episodes with their steps as an array that is the value of a key at the first level."""
    before = b"["
    end = b"[]"
    for episode, told in episodes:
        steps = list(told)
        yield before + b'\n    {\n      "episode": '
        yield indented(episode_json(episode), 6)
        for name, value in judged(episode, steps).items():
            yield b',\n      "%s": ' % name.encode()
            yield indented(value, 6)
        yield b',\n      "steps": '
        yield from _array((indented(step_json(step), 8) for step in steps), 6)
        yield b"\n    }"
        before = b","
        end = b"\n  ]"
    yield end


def _line_entries(episodes: Episodes) -> Iterator[bytes]:
    for number, (episode, told) in enumerate(episodes):
        steps = list(told)
        yield (b"," if number else b"") + b'{"episode":'
        yield encode(episode_json(episode))
        for name, value in judged(episode, steps).items():
            yield b',"%s":' % name.encode() + encode(value)
        yield b',"steps":['
        for place, step in enumerate(steps):
            yield (b"," if place else b"") + encode(step_json(step))
        yield b"]}"


def _array(items: Iterable[bytes], margin: int) -> Iterator[bytes]:
    """Indented items as an array whose closing bracket stands at ``margin``."""
    before = b"[\n" + b" " * (margin + 2)
    end = b"[]"
    for item in items:
        yield before + item
        before = b",\n" + b" " * (margin + 2)
        end = b"\n" + b" " * margin + b"]"
    yield end
