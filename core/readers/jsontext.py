"""JSON strings straight from the raw bytes of a line: decoded whole when small, head and tail when huge.

An 84 MB picture must not become an 84 MB string. A raw string is cut only between characters, never
inside an escape.
"""

from __future__ import annotations

import itertools
import re

import msgspec

from tacit.core.limits import Excerpt

WINDOW = 32_768
"""Raw bytes looked at on each side of a huge string."""

_LONGEST_ESCAPE = 12  # a surrogate pair: \ud83d\ude00
_TRIES = 8
_ESCAPE_START = re.compile(rb"[^\\]\\")  # a backslash after another character always begins an escape
_LONE_SURROGATE = re.compile(
    rb"(?<!\\)((?:\\\\)*)"
    rb"(?:(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
_text = msgspec.json.Decoder(str)


def read_string(raw: memoryview) -> Excerpt:
    """The value of a raw JSON string, its quotes included; a huge one loses its middle.

    Bytes that are no UTF-8 and halves of surrogate pairs become U+FFFD: what an agent wrote is not looked at
    before.
    """
    if len(raw) <= 4 * WINDOW:
        try:
            return Excerpt(_text.decode(raw))
        except (UnicodeDecodeError, msgspec.DecodeError):
            clean = bytes(raw).decode("utf-8", "replace").encode()
            return Excerpt(_text.decode(without_lone_surrogates(clean)))
    return Excerpt(_head(raw[1 : 1 + WINDOW]), _tail(raw[-1 - WINDOW : -1]), len(raw) - 2 - 2 * WINDOW)


def without_lone_surrogates(line: bytes) -> bytes:
    r"""The line with every half of a surrogate pair (``\ud83d`` alone) replaced by U+FFFD."""
    if b"\\ud" not in line and b"\\uD" not in line:
        return line
    return _LONE_SURROGATE.sub(lambda found: found[1] + (found[2] or rb"\ufffd"), line)


def _head(piece: memoryview) -> str:
    for end in range(len(piece), len(piece) - _LONGEST_ESCAPE - 1, -1):
        try:
            return _text.decode(b'"' + piece[:end] + b'"')
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
    return ""


def _tail(piece: memoryview) -> str:
    """The text from the first place that surely is not inside an escape or a character."""
    whole = bytes(piece)
    for found in itertools.islice(_ESCAPE_START.finditer(whole), _TRIES):
        try:
            return _text.decode(b'"' + whole[found.end() - 1 :] + b'"')
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
    return whole[_LONGEST_ESCAPE:].decode("utf-8", "ignore") if b"\\" not in whole else ""
