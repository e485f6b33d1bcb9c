"""Text of records on a page of Markdown: what it says, and nothing that a renderer would obey.

Everything that came from a record stands in code, on one line or fenced: no link, image, tag, comment,
heading, mention or emphasis is looked for inside of code, and a fence longer than any in the text is not
ended by it. So a command can be copied from a page as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from tacit.core.clock import rfc3339
from tacit.core.jsonform import without_hash
from tacit.core.text import clean, cut, one_line, wrap

WIDEST = 300
"""Terminal cells of the longest line of code."""

_LOOKED_AT = 8_000
_FENCED = 20_000
_FOLDED = 100
_AT_A_TIME = 500
_RUN = re.compile("`+")


def code(text: str, widest: int = WIDEST) -> str:
    """The text as inline code, on one line and cut to so many cells; ``(nothing)`` where it is empty."""
    line = cut(one_line(without_hash(text[:_LOOKED_AT])).strip(), widest)
    if not line:
        return "(nothing)"
    fence = "`" * (_longest_run(line) + 1)
    gap = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{gap}{line}{gap}{fence}"


def cell(text: str, widest: int = WIDEST) -> str:
    """The same for a cell of a table, where a pipe would end it.

    Parsers do not agree on a pipe behind a backslash of the text; it becomes ``¦``.
    """
    return code(text, widest).replace("\\|", "\\¦").replace("|", "\\|")


def codes(texts: Iterable[str]) -> str:
    """Several texts as inline code, with commas between."""
    return ", ".join(map(code, texts))


def fenced(text: str) -> Iterator[str]:
    """The lines of a block of code with this text, folded; more than is good to read is cut."""
    body = clean(without_hash(text[:_FENCED]), newlines=True).strip("\n")
    if len(text) > _FENCED:
        body += " …"
    fence = "`" * max(3, _longest_run(body) + 1)
    yield f"{fence}text"
    yield from wrap(body, _FOLDED)
    yield fence


def moment(at: int) -> str:
    """``2026-02-04 12:10``, in UTC, so that a page is the same wherever it is made."""
    return rfc3339(at)[:16].replace("T", " ")


def day(at: int) -> str:
    """``2026-02-04``, in UTC."""
    return rfc3339(at)[:10]


def chunks(lines: Iterable[str]) -> Iterator[bytes]:
    """Lines as the bytes of a file, so many at a time that a long page is never held."""
    rest = iter(lines)
    while some := list(islice(rest, _AT_A_TIME)):
        yield "\n".join((*some, "")).encode()


def _longest_run(text: str) -> int:
    return max((len(found[0]) for found in _RUN.finditer(text)), default=0)
