"""The keys of records: sessions, episodes and patterns by their public id, steps by episode and number."""

from __future__ import annotations

from tacit.core.ids import content_key, parse_id
from tacit.core.model import KINDS, Kind
from tacit.store.keys import u32, u64

_KIND_AT = 60
"""The bit at which the kind of a candidate begins, above the number of its pattern."""


def key_of(public_id: str) -> bytes:
    """The record key of a whole public id."""
    return u64(parse_id(public_id))


def body_of(episode: str, session: str) -> int:
    """Where the steps of an episode lie, as one session tells it."""
    return content_key("body", episode, session)


def step_key(body: int, n: int) -> bytes:
    """The record key of a step."""
    return u64(body) + u32(n)


def offer_key(pattern: str, at: int, number: int) -> bytes:
    """The record key of the ``number``-th offer of a pattern at a time, in milliseconds."""
    return key_of(pattern) + u64(at) + u32(number)


def shared_key(pattern: str, source: str) -> bytes:
    """The record key of what one source told of a pattern."""
    return key_of(pattern) + u64(content_key("source", source))


def owner_of(kind: Kind, number: int) -> int:
    """The number of a candidate: its kind in the top four bits, then the number of its pattern id."""
    return (KINDS.index(kind) << _KIND_AT) | number


def kind_of(owner: int) -> Kind:
    """The kind of a candidate."""
    return KINDS[owner >> _KIND_AT]


def number_of(owner: int) -> int:
    """The number of the pattern id that a candidate has, be it a pattern or not."""
    return owner & ((1 << _KIND_AT) - 1)
