"""A block between markers in somebody else's Markdown file, and the same file without it.

The block is put behind what is there and one blank line. A file without a line end at its end gets a block
without one, so that the block tells by how it stands what was there before: taken out, the file is byte for
byte what it was. All of this is text in, text out; files are the door's.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from typing import Literal, NamedTuple

BEGIN = "<!-- tacit:begin (written by `memory export --format agents FILE`; --remove takes it out) -->"
END = "<!-- tacit:end -->"

_BOM = "\ufeff"
_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*\Z)|~{3,})(.*)")
_MARKER = re.compile(r"\s*<!-- tacit:(begin|end)(?=\s|-->|\Z)")
_ENDS = ("\n", "\r")


def block(text: str) -> str:
    """A text between the markers, whole lines."""
    return f"{BEGIN}\n{text.rstrip()}\n{END}\n"


def has_block(text: str) -> bool:
    """Whether a block stands there.

    Raises:
        ValueError: its markers cannot be trusted; the message says why.
    """
    return _found(text) is not None


def put_in(text: str | None, new: str) -> str:
    """The text with a block in place of the one that is there, else at its end.

    Args:
        text: what a file says; ``None`` where there is no file.
        new: as :func:`block` makes it.

    Raises:
        ValueError: the markers that are there cannot be trusted, or the end of the text is no place for a
            block; the message says why.
    """
    if text is None:
        return new
    there = _found(text)
    if there is not None:
        return text[: there.start] + _lines(new, there.end_of_line) + text[there.stop :]
    if any(deque((line.open for line in _read(text)), 1)):
        raise ValueError("its last code fence is never closed, so what stands behind it is code")
    first = _LINE.search(text)
    end = (first and first[2]) or "\n"
    if text.removeprefix(_BOM) and not text.endswith(_ENDS):
        return f"{text}{end}{end}{_lines(new, end)}"
    return f"{text}{end}{_lines(new, end)}{end}"


def taken_out(text: str) -> str | None:
    """The text without its block; as it is where it has none, ``None`` where a block is all there ever was.

    Raises:
        ValueError: the markers cannot be trusted; the message says why.
    """
    there = _found(text)
    if there is None:
        return text
    before, after, end = text[: there.start], text[there.stop :], there.end_of_line
    if after:
        after = after.removeprefix(end)
        bare = before.removesuffix(end)
        if bare.removeprefix(_BOM) == "" or bare.endswith(_ENDS):
            before = bare
    elif before.endswith(2 * end):
        before = before[: -2 * len(end)]
    return before + after if there.start or after else None


class _Block(NamedTuple):
    """Where a block stands, from its first marker to the last letter of the other, and how its lines end."""

    start: int
    stop: int
    end_of_line: str


class _Marker(NamedTuple):
    what: Literal["begin", "end"]
    start: int
    stop: int
    end_of_line: str
    trouble: str


def _found(text: str) -> _Block | None:
    markers = list(_markers(text))
    for one in markers:
        if one.trouble:
            raise ValueError(f"its tacit:{one.what} marker {one.trouble}")
    match [one.what for one in markers]:
        case []:
            return None
        case ["begin", "end"]:
            return _Block(markers[0].start, markers[1].stop, markers[0].end_of_line)
        case [what]:
            raise ValueError(f"its tacit:{what} marker stands alone")
        case ["end", "begin"]:
            raise ValueError("its tacit:end marker stands before tacit:begin")
        case _:
            raise ValueError("its tacit markers stand more than once, or inside each other")


def _markers(text: str) -> Iterator[_Marker]:
    for line in _read(text):
        found = _MARKER.match(line.text)
        if found is None:
            continue
        if line.code:
            trouble = "stands inside a code fence"
        elif found[0][:1] != "<":
            trouble = "does not stand at the beginning of its line"
        else:
            trouble = "" if line.text.rstrip().endswith("-->") else "is not closed on its line"
        what: Literal["begin", "end"] = "begin" if found[1] == "begin" else "end"
        yield _Marker(what, line.start, line.start + len(line.text), line.end_of_line, trouble)


class _Line(NamedTuple):
    """``code``: it stands in a code fence, or opens or closes one; ``open``: so does what follows it."""

    text: str
    start: int
    end_of_line: str
    code: bool
    open: bool


def _read(text: str) -> Iterator[_Line]:
    fence = ""
    for found in _LINE.finditer(text, len(text) - len(text.removeprefix(_BOM))):
        if not found[0]:
            return
        mark = _FENCE.match(found[1])
        code = bool(fence or mark)
        if not fence:
            fence = mark[1] if mark else ""
        elif mark and mark[1].startswith(fence) and not mark[2].strip():
            fence = ""
        yield _Line(found[1], found.start(), found[2], code, bool(fence))


def _lines(new: str, end: str) -> str:
    return new.removesuffix("\n").replace("\n", end)
