"""Runs of letters and digits: what of a text is indexed, and what a query asks of the index.

A text is case-folded and cut into its longest runs of alphanumeric characters; each run is a term. A
search for a word or a quoted text becomes :class:`Want` s that every text it fits satisfies, so what the
index finds is never too little. What it finds too much the caller sees in the text itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from msgspec import Struct

LONGEST = 128
"""Characters of a term; longer runs (keys, encoded files) are cut, and the text is marked as having one."""

LONG = "_"
"""The term of a text that has a cut run. No run looks like it."""

_INNER = 32
"""Characters of a run that are looked for within terms: an automaton grows with them."""

_RUN: Callable[[str], Iterable[re.Match[str]]] = re.compile(r"[^\W_]+").finditer
runs: Callable[[str], list[str]] = re.compile(r"[^\W_]+").findall
"""All runs of a text, in order."""

_ASCII = bytes(range(128))
_SPACED = bytes(number if chr(number).isalnum() else 32 for number in range(128)) + bytes(128)


class Want(Struct, frozen=True):
    """A term that a text must have: ``run``, or one that begins with it, ends with it or holds it.

    ``begins`` and ``ends`` say that the term begins and ends where the run does. ``cut`` allows a text
    with a cut run as well, as that may have gone on with it.
    """

    run: str
    begins: bool
    ends: bool
    cut: bool = False


def terms(text: str) -> str:
    """The terms of a text, each once and in order, with spaces between."""
    return terms_of(text, plain(text))


def terms_of(text: str, seen: str | None) -> str:
    """The terms of a text that is ``seen`` as :func:`plain` has it."""
    found = dict.fromkeys(runs(text.casefold()) if seen is None else _ascii_runs(seen))
    if max(map(len, found), default=0) > LONGEST:
        found = dict.fromkeys([run[:LONGEST] for run in found] + [LONG])
    return " ".join(sorted(found))


def plain(text: str) -> str | None:
    """A text of ASCII with the same letters, digits and length; ``None`` where others are letters or digits.

    Most texts that are not ASCII have arrows, dashes and frames, which part words like any sign.
    """
    if text.isascii():
        return text
    left = text.encode("utf-8", "surrogatepass").translate(None, _ASCII)
    others = "".join(set(left.decode("utf-8", "surrogatepass")))
    if any(map(str.isalnum, others + others.casefold())):
        return None
    return text.encode("ascii", "replace").decode()


def _ascii_runs(text: str) -> list[str]:
    """The same as ``runs``, three times as fast, for texts that most are."""
    return text.lower().encode().translate(_SPACED).decode().split()


def wants(words: Iterable[str], phrases: Iterable[str]) -> tuple[Want, ...]:
    """What a text must have that holds these; nothing for what has no letter or digit in it.

    Args:
        words: case-folded, each to be found where a run begins (or anywhere, if it begins with another
            character).
        phrases: to be found anywhere, whatever the case.
    """
    found: dict[Want, None] = {}
    for word in words:
        found.update(dict.fromkeys(_wants(word, inside=False)))
    for phrase in phrases:
        found.update(dict.fromkeys(_wants(phrase.casefold(), inside=True)))
    return tuple(found)


def _wants(text: str, *, inside: bool) -> Iterable[Want]:
    for match in _RUN(text):
        begins = match.start() > 0 or not inside
        yield _want(match[0], begins, match.end() < len(text))


def _want(run: str, begins: bool, ends: bool) -> Want:
    if begins:
        return Want(run, True, ends) if len(run) <= LONGEST else Want(run[:LONGEST], True, True)
    return Want(run[-_INNER:] if ends else run[:_INNER], False, ends, cut=True)
