"""Values of a transcript of whose type nothing is certain: what is not as it should be says nothing.

For readers whose agents write what they like: a field of another type costs that field, not its record.
"""

from __future__ import annotations

import msgspec
from msgspec import Raw

from tacit.core.limits import Excerpt
from tacit.core.readers.jsontext import read_string

Fields = dict[str, Raw]
"""The fields of an object, each undecoded."""

FLAWS = (msgspec.DecodeError, UnicodeError, RecursionError)
"""What decoding raises of a text that is not as the decoder wants it."""

_LONGEST = 8_192
_DIGITS = 15
_strings = msgspec.json.Decoder(str)
_lists = msgspec.json.Decoder(list[Raw])
_objects = msgspec.json.Decoder(dict[str, Raw])


def text_of(raw: Raw | None) -> str:
    """A short string; empty where it is none."""
    view = memoryview(raw or b"")
    if not 2 < len(view) < _LONGEST or view[0] != ord('"'):
        return ""
    return read_string(view).head


def excerpt_of(raw: Raw | None) -> Excerpt:
    """A string of whatever length; empty where it is none."""
    return read_string(memoryview(raw or b"")) if is_text(raw) else Excerpt("")


def shown_of(raw: Raw | None) -> Excerpt:
    """A string as it is; of anything else its JSON text, and nothing of ``null``."""
    view = memoryview(raw or b"")
    if not view or bytes(view[:4]) == b"null":
        return Excerpt("")
    return read_string(view) if view[0] == ord('"') else Excerpt(str(view, "utf-8", "replace"))


def is_text(raw: Raw | None) -> bool:
    """Whether it is a string, of whatever length."""
    return bytes(memoryview(raw or b"")[:1]) == b'"'


def is_true(raw: Raw | None) -> bool:
    """Whether it is ``true`` and nothing else."""
    return bytes(memoryview(raw or b"")[:5]) == b"true"


def count_of(raw: Raw | None) -> int:
    """A whole number from 0 on; 0 where it is none."""
    digits = bytes(memoryview(raw or b"")[: _DIGITS + 1])
    return int(digits) if digits.isdigit() and len(digits) <= _DIGITS else 0


def items_of(raw: Raw | None) -> list[Raw]:
    """The items of a list; what is no list is one item, what is not there none."""
    view = memoryview(raw or b"")
    if not view or bytes(view[:4]) == b"null":
        return []
    if view[0] != ord("["):
        return [Raw(view)]
    try:
        return _lists.decode(view)
    except FLAWS:
        return []


def fields_of(raw: Raw | None) -> dict[str, Raw]:
    """The fields of an object; none where it is no object."""
    view = memoryview(raw or b"")
    if not view or view[0] != ord("{"):
        return {}
    try:
        return _objects.decode(view)
    except FLAWS:
        return {}


def parameters_of(raw: Raw | None) -> Raw:
    """A call's parameters as the text of a JSON object: itself, or out of a JSON string of one.

    One that is laid out over lines loses the spacing, so that the same call in another file is the same.
    Anything else that says something stands in an object under ``arguments``.
    """
    view = memoryview(raw or b"")
    if not view or bytes(view[:4]) == b"null":
        return Raw(b"{}")
    if view[0] == ord("{"):
        return Raw(view) if bytes(view[1:2]).strip() else _without_spacing(view)
    try:
        text = _strings.decode(view).strip().encode()
        if not text:
            return Raw(b"{}")
        _objects.decode(text)
    except FLAWS:
        return Raw(b'{"arguments":' + bytes(view) + b"}")
    return Raw(text)


def _without_spacing(view: memoryview) -> Raw:
    try:
        return Raw(msgspec.json.format(view, indent=-1))
    except FLAWS:
        return Raw(view)
