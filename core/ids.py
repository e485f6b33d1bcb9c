"""Public ids: short, stable, made of native ids and never of text.

An id is a letter, a dash and 12 characters of lower-case Crockford base 32: the first 60 bits of a
BLAKE2b hash over the content key. The same number is the record's key in the store, so that an id
needs no index of its own and a prefix of it is a range of keys.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Literal

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 12
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)} | {"o": 0, "i": 1, "l": 1}
_PAIRS = [one + other for one in ALPHABET for other in ALPHABET]

Prefix = Literal["p", "s", "e", "n"]


def content_key(*parts: str) -> int:
    """The 60-bit number of a content key. The parts are length-prefixed, so none runs into the next."""
    pieces = []
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        pieces.append(len(raw).to_bytes(4, "big"))
        pieces.append(raw)
    return int.from_bytes(blake2b(b"".join(pieces), digest_size=8).digest(), "big") >> 4


def format_id(prefix: Prefix, key: int) -> str:
    """``p`` and a key to ``p-0123456789ab``."""
    a, b, c = _PAIRS[key >> 50 & 1023], _PAIRS[key >> 40 & 1023], _PAIRS[key >> 30 & 1023]
    d, e, f = _PAIRS[key >> 20 & 1023], _PAIRS[key >> 10 & 1023], _PAIRS[key & 1023]
    return f"{prefix}-{a}{b}{c}{d}{e}{f}"


def parse_id(text: str) -> int:
    """The key of a whole public id.

    Raises:
        ValueError: the text is no whole id.
    """
    low, high = id_range(text)
    if low != high:
        raise ValueError(f"not a whole id: {text}")
    return low


def id_range(text: str) -> tuple[int, int]:
    """The first and last key that a prefix such as ``p-3f9k`` can mean, both inclusive.

    Raises:
        ValueError: a character is not of the alphabet, or there are more than twelve.
    """
    letters = text[2:] if text[1:2] == "-" else text
    letters = letters.lower()
    if len(letters) > LENGTH:
        raise ValueError(f"longer than {LENGTH} characters: {text}")
    low = 0
    for letter in letters:
        if letter not in _VALUES:
            raise ValueError(f"{letter!r} is in no id: {text}")
        low = (low << 5) | _VALUES[letter]
    room = 5 * (LENGTH - len(letters))
    return low << room, ((low + 1) << room) - 1


def pattern_key(kind: str, key: tuple[str, ...]) -> int:
    """The number of a pattern: its kind and canonical key."""
    return content_key("pattern", kind, *key)


def pattern_id(kind: str, key: tuple[str, ...]) -> str:
    """The id of a pattern."""
    return format_id("p", pattern_key(kind, key))


def session_id(agent: str, native: str) -> str:
    """The id of a session: the agent and the agent's own id of it."""
    return format_id("s", content_key("session", agent, native))


def episode_id(agent: str, native: str) -> str:
    """The id of an episode: the agent and its id of the opening prompt."""
    return format_id("e", content_key("episode", agent, native))


def note_id(store: str, source: str, native: str) -> str:
    """The id of a note: the kind of its store, what that is called, and its own id there."""
    return format_id("n", content_key("note", store, source, native))
