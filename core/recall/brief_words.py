"""Patterns of a project that have something to do with a request: by words and names of files alone.

Only the first rows of the project's list are looked at, so that the answer costs the same whatever is stored.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from itertools import islice

from tacit.core.learn.paths import file_name
from tacit.core.model import Pattern
from tacit.core.recall.likeness import words_of
from tacit.core.tables import PATTERNS
from tacit.store.keys import text
from tacit.store.reading import Read

ROWS = 200
"""So many rows of the list of the project are looked at."""

_READ = 4_000
"""So many characters of a request are read."""

_FILE = re.compile(r"[\w.@+-]*[\w@+-]\.[A-Za-z]\w{0,7}\b")
_USUAL = 3
"""A word that more than one row in three holds says nothing, but for one in so many rows."""

_OF_A_FILE = 2.0
_OF_AN_AIM = 2.0


_ERROR = re.compile(
    r"error|fail|exception|traceback|panic|fatal|warning|den(?:ied|y)|refused|missing|mismatch|conflict"
    r"|un(?:known|defined|used|recognized|expected|able)|in(?:valid|correct)|illegal|(?:no|not|never) \w"
    r"|no such|can'?t\b|cannot|could|must|timed? ?out|exceed|expected|:\d",
    re.IGNORECASE,
)


def may_quote_error(request: str) -> bool:
    """Whether anything in a request could be an error, so that it is worth what reading one takes."""
    return _ERROR.search(request) is not None


def matching(read: Read, project: str, request: str, told: Collection[str]) -> list[Pattern]:
    """What has to do with a request, most first; of equals in the order of the list.

    Args:
        read: the snapshot.
        project: its name.
        request: what a person asked.
        told: ids that are left out.
    """
    asked = words_of(request[:_READ])
    files = {name.casefold() for name in _FILE.findall(request[:_READ])}
    scan = read.scan(PATTERNS, "project", text(project))
    rows = [row for _, key in islice(scan, ROWS) if (row := read.get(PATTERNS, key)) is not None]
    usual = words_of(project)
    words = [words_of(row.title) & asked - usual for row in rows]
    often = Counter(word for own in words for word in own)
    most = max(_USUAL, len(rows) // 3)
    found = []
    for row, own in zip(rows, words, strict=True):
        named = sum(file_name(path).casefold() in files for path in row.files)
        aimed = row.kind == "heuristic" and not asked.isdisjoint(row.key[1:2])
        shared = {word for word in own if often[word] <= most}
        if row.id not in told and _worth(row, bool(named), aimed or len(shared) > 1):
            score = sum(1 / often[word] for word in shared) + _OF_A_FILE * named + _OF_AN_AIM * aimed
            found.append((score, row))
    return [row for score, row in sorted(found, key=lambda one: -one[0]) if score]


def _worth(row: Pattern, named: bool, meant: bool) -> bool:
    """Whether a row says something to somebody who asks for something else.

    A command does where it is meant: one word of it may stand for anything. What only other memories speak
    for does not.
    """
    if row.borrowed:
        return False
    if row.kind == "error_recovery":
        return row.successes > 0
    if row.kind == "heuristic":
        return meant
    return row.verdict in {"helps", "harms"} or named
