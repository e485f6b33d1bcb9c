"""Secrets out of every text before it is stored, embedded or logged.

A secret becomes ``[REDACTED:kind:hash4]``. The four hex digits come from a keyed hash with the
store's own key: the same secret looks the same within one store and nowhere else, and nobody can
test guesses against them without that key.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from hashlib import blake2b

from tacit.core.redaction_keys import key_blocks, key_tails
from tacit.core.redaction_names import assigned_secrets
from tacit.core.redaction_rules import GROUPS, HEADERS, Group, Rule

_MARK = re.compile(r"\[REDACTED:[a-z0-9-]+:[0-9a-f]{4}\]")
_ROUNDS = 4
_LONGEST_KEY = 64

Span = tuple[int, int, str]


class Redactor:
    """Replaces secrets and counts them by kind.

    Args:
        secret: the store's key for the four digits.
        allow: what to leave as it is: literal secrets, or regular expressions that fit one whole.
    """

    def __init__(self, secret: bytes, allow: Sequence[str] = ()) -> None:
        self.counts: dict[str, int] = {}
        self._secret = secret[:_LONGEST_KEY]
        self._literals = frozenset(allow)
        self._patterns = tuple(pattern for text in allow if (pattern := _compiled(text)) is not None)

    def __call__(self, text: str) -> str:
        """The text without secrets. Doing it again changes nothing."""
        return self.part(text, 0, len(text))

    def part(self, text: str, start: int, end: int) -> str:
        """What stands for ``text[start:end]`` once the whole text is redacted.

        A secret on an edge is replaced whole.
        """
        spans = self._spans(text)
        if not spans:
            return text[start:end]
        clean = self._replace(text, spans, start, end)
        for _ in range(_ROUNDS):
            spans = self._spans(clean)
            if not spans:
                break
            clean = self._replace(clean, spans, 0, len(clean))
        return clean

    def silent(self) -> Redactor:
        """The same redactor with counts of its own, for a text that is counted elsewhere."""
        other = Redactor(self._secret)
        other._literals, other._patterns = self._literals, self._patterns
        return other

    def _replace(self, text: str, spans: list[Span], start: int, end: int) -> str:
        pieces = []
        at = start
        for first, last, kind in spans:
            if last <= start or first >= end:
                continue
            pieces.append(text[at : max(first, at)])
            pieces.append(f"[REDACTED:{kind}:{self._digits(text[first:last])}]")
            self.counts[kind] = self.counts.get(kind, 0) + 1
            at = last
        pieces.append(text[at:end])
        return "".join(pieces)

    def _digits(self, found: str) -> str:
        return blake2b(found.encode("utf-8", "replace"), key=self._secret, digest_size=2).hexdigest()

    def _spans(self, text: str) -> list[Span]:
        """The places to replace, in order and apart from each other."""
        found = [span for span in _candidates(text) if not self._allowed(text[span[0] : span[1]])]
        if not found:
            return found
        marks = [mark.span() for mark in _MARK.finditer(text)] if "[REDACTED:" in text else []
        if marks:
            found = [span for span in found if not _meets(span, marks)]
        return _apart(found)

    def _allowed(self, found: str) -> bool:
        return found in self._literals or any(pattern.fullmatch(found) for pattern in self._patterns)


def _candidates(text: str) -> Iterator[Span]:
    """Everything that looks like a secret, the most specific kinds first.

    Looked for in a copy of the same length with a question mark for every character outside ASCII:
    such text is searched and lowered many times faster.
    """
    if not text.isascii():
        text = text.encode("ascii", "replace").decode("ascii")
    keys = "PRIVATE KEY" in text
    if keys:
        yield from ((start, end, "private-key") for start, end in key_blocks(text))
    yield from _matches(GROUPS, text)
    if keys:
        yield from ((start, end, "private-key") for start, end in key_tails(text))
    lowered = text.lower()
    yield from _matches(HEADERS, lowered)
    for start, end in assigned_secrets(text, lowered):
        yield start, end, "assignment"


def _matches(groups: Sequence[Group], text: str) -> Iterator[Span]:
    for group in groups:
        if group.gate.search(text) is not None:
            for rule in group.rules:
                if rule.needle in text:
                    yield from _found(rule, text)


def _found(rule: Rule, text: str) -> Iterator[Span]:
    secret = "s" if "s" in rule.pattern.groupindex else 0
    for found in rule.pattern.finditer(text):
        if not (rule.word and _inside_word(text, found.start(rule.begins))):
            start, end = found.span(secret)
            yield start, end, rule.kind


def _inside_word(text: str, at: int) -> bool:
    """Whether a letter, digit or underscore stands before, other than that of an escaped line end."""
    before = text[at - 1 : at]
    if not (before.isalnum() or before == "_"):
        return False
    return not (before in "nrtbf" and text[at - 2 : at - 1] == "\\")


def _apart(spans: list[Span]) -> list[Span]:
    """Spans that touch become one, named by the one found first."""
    order = sorted(range(len(spans)), key=lambda place: (spans[place][0], place))
    merged: list[tuple[int, int, int]] = []
    for place in order:
        start, end, _ = spans[place]
        if merged and start < merged[-1][1]:
            first, last, named = merged[-1]
            merged[-1] = (first, max(last, end), min(named, place))
        else:
            merged.append((start, end, place))
    return [(start, end, spans[named][2]) for start, end, named in merged]


def _meets(span: Span, marks: list[tuple[int, int]]) -> bool:
    """Whether a span lies on one of the marks, which are in order and apart from each other."""
    place = bisect_left(marks, (span[1], 0))
    return place > 0 and span[0] < marks[place - 1][1]


def _compiled(text: str) -> re.Pattern[str] | None:
    try:
        return re.compile(text)
    except re.error:
        return None
