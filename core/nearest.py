"""Ids that look like one that is not there: a slip of one character, or a shared beginning."""

from __future__ import annotations

from typing import Any, cast

from tacit.core.ids import ALPHABET, LENGTH, Prefix, format_id, id_range
from tacit.store.keys import u64
from tacit.store.reading import Read
from tacit.store.schema import Table

_MOST = 3


def nearest_ids(read: Read, table: Table[Any], wanted: str) -> tuple[str, ...]:
    """At most three ids of a table that a person may have meant; costs a bounded number of look-ups."""
    prefix = cast(Prefix, wanted[0].lower())
    found = list(dict.fromkeys((*_one_slip(read, table, wanted), *_same_start(read, table, wanted))))
    return tuple(format_id(prefix, key) for key in found[:_MOST])


def _one_slip(read: Read, table: Table[Any], wanted: str) -> list[int]:
    letters = wanted[2:].lower()
    if len(letters) < 4:
        return []
    found = []
    for place in range(min(len(letters), LENGTH)):
        for letter in ALPHABET:
            if letter != letters[place]:
                found += _in_range(read, table, letters[:place] + letter + letters[place + 1 :])
    return found


def _same_start(read: Read, table: Table[Any], wanted: str) -> list[int]:
    letters = wanted[2:].lower()
    for length in range(min(len(letters), LENGTH), 1, -1):
        found = _in_range(read, table, letters[:length])
        if found:
            return found
    return []


def _in_range(read: Read, table: Table[Any], letters: str) -> list[int]:
    try:
        low, high = id_range(letters[:LENGTH])
    except ValueError:
        return []
    found = []
    for key in read.keys(table, u64(low), u64(high + 1)):
        found.append(int.from_bytes(key, "big"))
        if len(found) >= _MOST:
            break
    return found
