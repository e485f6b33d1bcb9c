"""Text of transcripts inside a page of Markdown that an agent will read: it stays a quotation.

Whatever was typed or printed in a past session may have been written to do harm. It becomes one line of
inline code without anything that ends the quotation, opens a tag, hides or reorders characters; links, images
and headings are not obeyed inside of code. It still says what it says: that it is no instruction has to stand
above it.
"""

from __future__ import annotations

from tacit.core.jsonform import without_hash
from tacit.core.text import cut, one_line

WIDEST = 110
"""Terminal cells of the longest quotation."""

_TAME = str.maketrans({"`": "ʼ", "<": "‹", ">": "›"})
_LOOKED_AT = 2_000


def quoted(text: str, widest: int = WIDEST) -> str:
    """The text as inline code on one line, cut to so many cells; an empty one is ``(nothing)``."""
    line = one_line(without_hash(text[:_LOOKED_AT]).translate(_TAME))
    return f"`{cut(line, widest)}`" if line else "(nothing)"
