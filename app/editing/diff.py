"""A change as a unified diff, quick also for a file of many megabytes of which one line changes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import unified_diff
from itertools import takewhile

from tacit.core.text import clean

_AROUND = 3
_WIDEST = 300
_LONGEST = 20_000
_BESIDE = 60
_STYLES = {"+": "green", "-": "red", "@": "cyan"}
_PLACE = re.compile(r"@@ -(\d+)((?:,\d+)?) \+(\d+)((?:,\d+)?) @@")


def styled_diff(before: str | None, after: str | None, name: str) -> Iterator[tuple[str, str]]:
    """The lines of :func:`diff` as a terminal may have them, each with its style."""
    for line in diff(before, after, name):
        yield clean(line), "bold" if line[:3] in ("---", "+++") else _STYLES.get(line[:1], "")


def diff(before: str | None, after: str | None, name: str) -> Iterator[str]:
    """The lines of the diff, an overlong one cut to where it differs; ``None`` is no file."""
    old, new = (before or "").splitlines(), (after or "").splitlines()
    same = _equal(zip(old, new, strict=False))
    shortest = min(len(old), len(new)) - same
    tail = min(_equal(zip(reversed(old), reversed(new), strict=False)), shortest)
    if len(old) == len(new) == same + tail + 1:  # one line that became another
        old[same], new[same] = _narrowed(old[same], new[same])
    first, last = max(0, same - _AROUND), max(0, tail - _AROUND)
    names = ("/dev/null" if before is None else name, "/dev/null" if after is None else name)
    parts = old[first : len(old) - last], new[first : len(new) - last]
    for line in unified_diff(*parts, *names, lineterm="", n=_AROUND):
        place = _PLACE.match(line)
        if place:
            yield f"@@ -{int(place[1]) + first}{place[2]} +{int(place[3]) + first}{place[4]} @@"
        else:
            most = _WIDEST if line.startswith(" ") else _LONGEST
            yield line if len(line) <= most else f"{line[:most]} …"


def _narrowed(old: str, new: str) -> tuple[str, str]:
    """Two lines, of which only what differs is left, and a little around it, if they are long."""
    if max(len(old), len(new)) <= _WIDEST:
        return old, new
    head = _equal(zip(old, new, strict=False))
    tail = min(_equal(zip(reversed(old), reversed(new), strict=False)), min(len(old), len(new)) - head)
    first, last = max(0, head - _BESIDE), max(0, tail - _BESIDE)
    before, behind = "… " if first else "", " …" if last else ""
    old, new = (f"{before}{line[first : len(line) - last]}{behind}" for line in (old, new))
    return old, new


def _equal(pairs: Iterator[tuple[str, str]]) -> int:
    """How many pairs are equal until the first that is not."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
