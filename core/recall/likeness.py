"""Whether two texts are really alike, on a scale that does not depend on what else is stored.

A search always has a best hit; its score says which, not whether it has anything to do with what was asked.
Here texts are compared by the words they share (Dice's coefficient, L. R. Dice, Ecology 26 (1945), 297-302:
twice the shared words over all words of both), and where vectors are there by their cosine.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+")
_MARK = re.compile(r"<(?:path|name|hash|id|url|n)>")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_COMMON = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be been by can could do does for from had has have i if in into is it its me my"
        " no not of on or our please should so than that the their them then there these this to was we were"
        " will with would you your",
    )
)
_ENDINGS = ("ing", "ed", "es", "s")


def words_of(text: str) -> frozenset[str]:
    """The words of a text that say something, without the marks of a signature and without endings."""
    plain = _CAMEL.sub(" ", _MARK.sub(" ", text)).casefold()
    return frozenset(_stem(word) for word in _WORD.findall(plain) if word not in _COMMON)


def shared(one: str, other: str) -> float:
    """Dice's coefficient of the words of two texts, 0 to 1; 0 where either has none."""
    left, right = words_of(one), words_of(other)
    return 2 * len(left & right) / (len(left) + len(right)) if left and right else 0.0


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
