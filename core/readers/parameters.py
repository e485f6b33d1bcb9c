"""A call's parameters as JSON text, redacted and within a limit, and JSON still."""

from __future__ import annotations

import msgspec
from msgspec import Raw

from tacit.core import limits
from tacit.core.limits import Excerpt
from tacit.core.readers.jsontext import read_string
from tacit.core.redaction import Redactor

_VALUE_BYTES = 10_000
_fields = msgspec.json.Decoder(dict[str, Raw])


def clip_parameters(raw: Raw, limit: int, redact: Redactor) -> tuple[str, bool]:
    """The JSON text and whether it was cut. A value that makes it too long is shortened in its place."""
    view = memoryview(raw)
    if len(view) <= limit:
        text = redact(str(view, "utf-8", "replace")) if view else "{}"
        if limits.size(text) <= limit:
            return text, False
    try:
        fields = _fields.decode(view)
    except (msgspec.DecodeError, UnicodeDecodeError):
        fields = {}
    for value_bytes in (_VALUE_BYTES, 1_000, 200):
        text = _shortened(fields, value_bytes, redact)
        if fields and limits.size(text) <= limit:
            return text, True
        redact = redact.silent()
    return msgspec.json.encode({"…": limits.mark(len(view))}).decode(), True


def _shortened(fields: dict[str, Raw], value_bytes: int, redact: Redactor) -> str:
    """The object with every long string cut and every other long value replaced by a mark."""
    short: dict[str, object] = {}
    for name, value in fields.items():
        view = memoryview(value)
        if len(view) <= value_bytes:
            short[name] = value
        elif view[0] == ord('"'):
            short[name] = _cut(read_string(view), value_bytes, redact)
        else:
            short[name] = limits.mark(len(view))
    return redact(msgspec.json.encode(short).decode("utf-8", "replace"))


def _cut(excerpt: Excerpt, room: int, redact: Redactor) -> str:
    return limits.clip(excerpt, room, redact)[0]
