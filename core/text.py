"""Text on its way to a terminal: clean it, measure it, cut it, align it.

Transcripts are hostile: an escape sequence in a record could write to the clipboard, a bidirectional
control could make a command read backwards. Every string that came from data passes through
:func:`clean` before a person's terminal sees it. What was taken out stays visible, as a picture of
the control (``␛``) or as ``�``, so that nothing hides by being removed.

Widths are terminal cells: an ideograph or an emoji takes two, a combining mark none.
"""

from __future__ import annotations

import re

ELLIPSIS = "…"
TAB = "    "

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_CONTROL_PICTURES = 0x2400
_DELETE = 0x7F
# Letters and symbols by category that show nothing at all: Hangul fillers, the braille blank, Khmer
# inherent vowels, the grapheme joiner and every variation selector.
_INVISIBLE = frozenset([0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, 0x16FE4])
_SELECTORS = (range(0x180B, 0x1810), range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_UNSAFE_CATEGORIES = frozenset(["Cc", "Cf", "Cs", "Co", "Cn"])
# The one selector that ordinary text is full of: "this symbol as an emoji", once, right behind it.
# Both are compiled when first needed, which costs a program that shows a list 4 ms less to start.
_EMOJI_STYLE = "(?<=[©®\u2010-\u3299\U0001f000-\U0001faff])[\ufe0e\ufe0f](?![\ufe00-\ufe0f])"
_LINE_ENDS = "\r\n?|[\n\v\f\x1c-\x1e\x85\u2028\u2029]"
# Where terminals disagree with the character database: Hangul vowels and skin tones join what stands
# before them; trigrams, hexagrams and counting rods are as wide as an ideograph.
_JOINED = (range(0x1160, 0x1200), range(0xD7B0, 0xD800), range(0x1F3FB, 0x1F400))
_WIDE = (range(0x2630, 0x2638), range(0x268A, 0x2690), range(0x4DC0, 0x4E00), range(0x1D300, 0x1D380))
_PER_CELL = 8  # code points looked at for one cell: more marks than that on one letter are an attack


class _Table(dict[int, str | int]):
    """A translation table for :meth:`str.translate` that works out a character when it first meets it."""

    def __missing__(self, code: int) -> str | int:
        replacement = _replacement(code)
        self[code] = replacement
        return replacement


def _replacement(code: int) -> str | int:
    """What stands for a character: itself when it is harmless, else something visible."""
    import unicodedata

    if code < 0x20:
        return chr(_CONTROL_PICTURES + code)
    if code == _DELETE:
        return "\N{SYMBOL FOR DELETE}"
    category = unicodedata.category(chr(code))
    if category in _UNSAFE_CATEGORIES or code in _INVISIBLE or any(code in span for span in _SELECTORS):
        return _REPLACEMENT
    if category == "Zs":
        return "  " if code == 0x3000 else " "
    return code


_TABLE = _Table({0x09: TAB, 0x0A: "\N{SYMBOL FOR NEWLINE}", 0x2028: "\N{SYMBOL FOR NEWLINE}"})
_TABLE[0x2029] = _TABLE[0x2028]
_LINES = _Table({0x09: TAB, 0x0A: 0x0A})


def clean(text: str, newlines: bool = False) -> str:
    r"""The text with nothing in it that a terminal would obey or hide. Cleaning twice changes nothing.

    Args:
        text: anything, surrogates and NUL included.
        newlines: keep line ends (all kinds become ``\n``) instead of showing them as ``␤``.
    """
    if text.isascii():
        if text.isprintable():
            return text
    elif "\ufe0e" in text or "\ufe0f" in text:
        text = re.sub(_EMOJI_STYLE, "", text)
    if newlines:
        return re.sub(_LINE_ENDS, "\n", text).translate(_LINES)
    return text.translate(_TABLE)


def one_line(text: str) -> str:
    """The cleaned text on one line: every run of blanks and line ends is one space."""
    return clean(" ".join(text.split()))


def character_width(character: str) -> int:
    """Cells that one cleaned character takes: 0, 1 or 2."""
    if character.isascii():
        return 1
    import unicodedata

    code = ord(character)
    if any(code in span for span in _JOINED) or unicodedata.category(character) in ("Mn", "Me", "Mc"):
        return 0
    if any(code in span for span in _WIDE) or unicodedata.east_asian_width(character) in ("W", "F"):
        return 2
    return 1


def cell_width(text: str) -> int:
    """Cells that a cleaned text takes on one line."""
    return len(text) if text.isascii() else sum(map(character_width, text))


def cut(text: str, width: int) -> str:
    """The text where it fits into ``width`` cells, else its beginning and ``…``."""
    if width <= 0:
        return ""
    if text.isascii():
        return text if len(text) <= width else text[: width - 1] + ELLIPSIS
    head = text[: width * _PER_CELL]
    if len(head) == len(text) and cell_width(head) <= width:
        return text
    used = kept = 0
    for character in head:
        used += character_width(character)
        if used >= width:
            break
        kept += 1
    return head[:kept] + ELLIPSIS


def pad(text: str, width: int, right: bool = False) -> str:
    """The text cut or filled with spaces to exactly ``width`` cells; ``right`` aligns it to the right."""
    text = cut(text, width)
    room = " " * (width - cell_width(text))
    return room + text if right else text + room


def squeeze(text: str, width: int, joint: str = " → ", least: int = 9) -> str:
    """A chain of parts cut to ``width`` cells so that both its ends stay in sight.

    Its longest parts are shortened first; where that is not enough, the middle gives way to ``…``.

    Args:
        text: cleaned text.
        width: cells it may take.
        joint: what stands between the parts.
        least: cells below which no part is shortened.
    """
    if cell_width(text) <= width:
        return text
    whole = text.split(joint)
    shown = _shortened(whole, width, joint, least)
    for kept in range(len(whole) - 2, 0, -1):
        if cell_width(shown) <= width:
            break
        shown = _shortened([whole[0], ELLIPSIS, *whole[-kept:]], width, joint, least)
    return cut(shown, width)


def _shortened(parts: list[str], width: int, joint: str, least: int) -> str:
    """The parts joined, the longest cut until they fit or none is longer than ``least``."""
    parts = list(parts)
    while len(parts) > 1 and (excess := cell_width(joint.join(parts)) - width) > 0:
        longest = max(range(len(parts)), key=lambda n: cell_width(parts[n]))
        size = cell_width(parts[longest])
        if size <= least:
            break
        parts[longest] = cut(parts[longest], max(least, size - excess))
    return joint.join(parts)


def wrap(text: str, width: int, limit: int = 0) -> list[str]:
    """The text as lines of at most ``width`` cells, broken at spaces where there are any.

    Args:
        text: cleaned text, line ends kept.
        width: cells a line.
        limit: lines at most, the last one then ending in ``…``; 0 for no limit.
    """
    width = max(width, 1)
    lines: list[str] = []
    for paragraph in text.split("\n"):
        rest = paragraph
        while True:
            line, rest = _break(rest, width)
            lines.append(line)
            if limit and len(lines) > limit:
                lines[limit - 1] = cut(f"{lines[limit - 1]} {ELLIPSIS}", width)
                return lines[:limit]
            if not rest:
                break
    return lines


def _break(text: str, width: int) -> tuple[str, str]:
    """The first line of ``text`` and what is left of it."""
    fitting = _fitting(text, width)
    if fitting >= len(text):
        return text, ""
    at = text.rfind(" ", max(0, fitting - 40), fitting + 1)
    if at <= 0:
        return text[:fitting], text[fitting:]
    return text[:at], text[at + 1 :]


def _fitting(text: str, width: int) -> int:
    """How many characters from the start fit into ``width`` cells, one at least."""
    if text.isascii():
        return width
    used = 0
    for count, character in enumerate(text):
        used += character_width(character)
        if used > width:
            return max(count, 1)
    return len(text)
