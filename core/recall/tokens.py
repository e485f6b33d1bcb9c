"""How many tokens a text takes at most, without asking any tokeniser.

Common tokenisers (the byte-pair ones of OpenAI, Anthropic, Meta, Mistral; SentencePiece with bytes to fall
back on) differ by a third and more, and none of them is here. So each piece of a text is counted by what the
worst of them makes of it:

- letters: an ordinary word one token for every two, where real words take one for three to five; capitals,
  letters beside a digit, in a cluster of four consonants or in a run longer than any word, one each;
- digits, punctuation, ends of lines, and every blank but a single one before such a word: one each;
- anything beyond ASCII: one a byte of UTF-8, which is the most that any byte-level tokeniser needs.

So prose and code come to about twice of what a tokeniser says, hostile text to nearly its bytes: a budget is
kept, not filled.
"""

from __future__ import annotations

import re

_PIECE = re.compile(
    r"(?P<blank>(?<=\S) (?=[a-z]))|(?<=\d)[a-z]+|[a-z]+(?=\d)|(?P<word>[a-z]+)|[^a-z ]+| +", re.DOTALL
)
_CLUSTER = re.compile(r"[^aeiouy]{4,}")
_LONGEST_WORD = 20


def tokens(text: str) -> int:
    """The most tokens that a text takes; of two texts with a line end between them, the sum and one."""
    return sum(_most(found) for found in _PIECE.finditer(text))


def _most(found: re.Match[str]) -> int:
    piece = found[0]
    if found.lastgroup == "blank":
        return 0
    if found.lastgroup != "word" or len(piece) > _LONGEST_WORD:
        return len(piece.encode("utf-8", "replace"))
    crowded = sum(map(len, _CLUSTER.findall(piece)))
    return crowded + (len(piece) - crowded + 1) // 2
