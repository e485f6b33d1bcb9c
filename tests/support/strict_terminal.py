"""What a terminal is told to do, judged by the few things that the inspector has to tell one."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata

_MODES = (7, 25, 1000, 1003, 1004, 1006, 1015, 1049, 2004, 2026, 2048)
_KNOWN = re.compile(
    rb"\x1b\[[0-9;]*m"  # colours and weights
    rb"|\x1b\[[0-9]+;[0-9]+H"  # the cursor's place
    rb"|\x1b\[\?(?:%s)[hl]"  # cursor, mouse, focus, paste, second screen, whole frames, wrapping
    rb"|\x1b\[\?(?:2026|2048)\$p"  # what the terminal can do
    rb"|\x1b\[>\d+u|\x1b\[<u"  # the keyboard protocol, on and off
    rb"|\x1b\]22;[a-z]+\x07"  # the shape of the mouse pointer
    rb"|\x1b\]52;c;(?P<copied>[A-Za-z0-9+/=]*)\x07"  # a copy
    % b"|".join(str(mode).encode() for mode in _MODES)
)
_OBEYED = {"Cc", "Cf", "Cs", "Co", "Cn"}
_LINE_ENDS = "\r\n"


def unknown_orders(raw: bytes) -> list[str]:
    """Every piece of a program's output that a terminal might obey and that the inspector has no use for."""
    text = _KNOWN.sub(_copied, raw).decode(errors="surrogateescape")
    return [
        text[max(place - 20, 0) : place + 20]
        for place, letter in enumerate(text)
        if unicodedata.category(letter) in _OBEYED and letter not in _LINE_ENDS
    ]


def _copied(order: re.Match[bytes]) -> bytes:
    """Nothing for an order; for a copy what is copied, which has to be as harmless as what is shown."""
    copied = order["copied"]
    if copied is None:
        return b""
    try:
        return base64.b64decode(copied, validate=True)
    except binascii.Error:
        return b"\x1b a copy of what is no text"
