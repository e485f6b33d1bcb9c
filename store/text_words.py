"""The words a text is ranked by, and what a query asks of them.

A word is a run of letters and digits; ``camelCase``, ``snake_case`` and paths fall into their parts, every
ideograph stands alone. Words are lowered, stripped of accents and stemmed as English by tantivy, for the
index and for a look at a single text alike. Runs (see ``text_runs``) stay whole beside them: a text is
also found by how one of its runs begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from tacit.store.text_runs import LONGEST, plain, runs

if TYPE_CHECKING:
    from tantivy import TextAnalyzer

MOST = 64
"""Words of a query that count; what comes behind them is left out."""

_CLASSES = bytes(65 if 65 <= one <= 90 else 97 if 97 <= one <= 122 else 32 for one in range(256))
_BORDER = b"aA"
_FOREIGN = re.compile(
    r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[\u3040-\u30ff\u3400-\u9fff])|(?=[\u3040-\u30ff\u3400-\u9fff])"
)

_SHORT = 5
"""Runs of a query up to which each is also looked for as the beginning of another."""

_COMMON = """
a about after all also am an and any are as at be because been before being but by can could did do
does  doing done for from had has have he her here him his how i if in into is it its just like me
more most my  no not of on or our out over she should so some such than that the their them then
there these they this  those to too under up us use used using was we were what when where which
while who why will with would  you your
"""
COMMON = frozenset(_COMMON.split())
"""Words that say little of what a text is about: they add to a score, and alone find nothing."""


class Asked(Struct, frozen=True):
    """What a query looks for.

    ``words`` are as the index has them, those of ``telling`` say what it is about: one of these or of the
    beginnings must be there. ``beginnings`` are case-folded.
    """

    words: tuple[str, ...]
    telling: frozenset[str]
    beginnings: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.telling or self.beginnings)


@cache
def analyzer() -> TextAnalyzer:
    """What cuts a text into words."""
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    build = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(LONGEST))
    build = build.filter(Filter.lowercase()).filter(Filter.ascii_fold())
    return build.filter(Filter.stemmer("english")).build()


def words(text: str) -> list[str]:
    """The words of a text in order, as they are indexed."""
    return analyzer().analyze(spaced(text))


def spaced(text: str) -> str:
    """A text with a space at every border of words that nothing else marks; what the analyzer is given."""
    return spaced_of(text, plain(text))


def spaced_of(text: str, seen: str | None) -> str:
    """The same of a text that is ``seen`` as :func:`~tacit.store.text_runs.plain` has it."""
    if seen is None:
        return _FOREIGN.sub(" ", text)
    classes = seen.encode().translate(_CLASSES)
    at = classes.find(_BORDER)
    if at < 0:
        return text
    parts, start = [], 0
    while at >= 0:
        parts.append(text[start : at + 1])
        start = at + 1
        at = classes.find(_BORDER, start)
    parts.append(text[start:])
    return " ".join(parts)


def asked(text: str, *, beginnings: bool | None = None) -> Asked:
    """What a text asks for.

    Args:
        text: anything a person or an agent wrote.
        beginnings: whether its runs may also be the beginnings of others; by itself that holds for a few
            words, which are typed, and not for sentences.
    """
    cut = runs(text.casefold())[:MOST]
    found = dict.fromkeys(words(" ".join(text.split()[:MOST]))[:MOST])
    common = {word for run in cut if run in COMMON for word in words(run)}
    telling = frozenset(found.keys() - common) or frozenset(found)
    if beginnings is None:
        beginnings = len(cut) <= _SHORT
    begun: Iterable[str] = dict.fromkeys(cut) if beginnings else ()
    few = tuple(run[:LONGEST] for run in begun if run not in COMMON or telling == found.keys())
    return Asked(tuple(found), telling, few)
