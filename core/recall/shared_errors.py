"""What got past an error in other memories, where nothing here speaks for it yet."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from tacit.core.elsewhere import surest, there
from tacit.core.model import Pattern
from tacit.core.recall.leads import error_group
from tacit.core.recall.lines import Line, chain_of
from tacit.core.recall.quoting import quoted
from tacit.core.tables import PATTERNS, SHARED, key_of
from tacit.store.reading import Read

MOST = 3
"""So many ways past an error that others told are given."""

_LOOKED_AT = 200


def shared_ways(
    read: Read,
    lines: Sequence[str],
    families: Sequence[str] = (),
    *,
    told: Collection[str | None] = (),
    most: int = MOST,
) -> list[Pattern]:
    """The rows of recoveries that only other memories speak for: of these very errors, then of their classes.

    Each time the surest come first.

    Args:
        read: the snapshot.
        lines: signatures of the error.
        families: the classes it is of.
        told: ids of patterns that are told already.
        most: at most so many.
    """
    found: dict[str, Pattern] = {}
    for level, names in (("exact", lines), ("class", families)):
        rows = [row for name in names for row in _rows(read, error_group(level, name)) if row.id not in told]
        found.update((row.id, row) for row in sorted(rows, key=lambda row: row.rank))
    return list(found.values())[:most]


def shared_lines(
    read: Read, lines: Sequence[str], families: Sequence[str] = (), *, told: Collection[str | None] = ()
) -> list[Line]:
    """What others told of these errors as lines for an agent, as :func:`shared_ways` finds them."""
    ways = shared_ways(read, lines, families, told=told)
    return [Line("errors", _told(row), row.id) for row in ways]


def _rows(read: Read, error: bytes) -> Iterator[Pattern]:
    """The rows of what others told of an error, where it helped at least once."""
    for _, key in islice(read.scan(SHARED, "recovery", error), _LOOKED_AT):
        one = read.get(SHARED, key)
        row = None if one is None else read.get(PATTERNS, key_of(one.id))
        if row is not None and row.borrowed and row.listed and surest(row.elsewhere).successes:
            yield row


def _told(row: Pattern) -> str:
    one = surest(row.elsewhere)
    _, signature, action, intent = row.key
    chain = f"after {quoted(signature)}: {chain_of(action, intent)}"
    seen = "not yet seen here" if not row.uses else f"here {row.successes} of {row.judged}"
    return f"{chain} got past it {there(one)} times in another memory ({quoted(one.source)}), {seen}"
