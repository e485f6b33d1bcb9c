"""The pieces of a query's text with their places: words, quoted texts, pairs, brackets and ``OR``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

What = Literal["word", "text", "pair", "meaning", "open", "close", "or"]


class Value(Struct, frozen=True):
    """A value and where it stands in the text."""

    text: str
    start: int
    end: int


class Term(Struct, frozen=True):
    """A piece of the text. ``field`` is that of a pair, which has as many values as commas part."""

    what: What
    start: int
    end: int
    negated: bool = False
    field: str = ""
    values: tuple[Value, ...] = ()

    @property
    def text(self) -> str:
        """The word or text."""
        return self.values[0].text


class Terms:
    """The terms of a text in order.

    ``std::io``, ``https://x``, ``~/.bashrc``, ``->``, ``--flag``, ``main()`` and ``error:`` are words,
    though they look like more. A bracket opens where a term begins and closes where one ends, unless
    the word it stands in has the other one as well. A missing last quote is forgiven: somebody is still
    typing.
    """

    def __init__(self, text: str, fields: tuple[str, ...]) -> None:
        self._text = text
        self._fields = fields

    def __iter__(self) -> Iterator[Term]:
        at, text = 0, self._text
        while at < len(text):
            if text[at].isspace():
                at += 1
                continue
            for term in self._term(at):
                yield term
                at = term.end

    def _term(self, start: int) -> Iterator[Term]:
        text = self._text
        negated = is_negation(text, start)
        at = start + negated
        if text[at] == "(" and not text.startswith("()", at):
            yield Term("open", start, at + 1, negated)
        elif text[at] == ")":
            yield Term("close", start, at + 1)
        elif text[at] == '"':
            value = self._quoted(at)
            yield Term("text", start, value.end, negated, values=(value,))
        elif is_meaning(text, at):
            value = self._quoted(at + 1) if text[at + 1] == '"' else self._bare(at + 1)
            yield Term("meaning", start, value.end, negated, values=(value,))
        else:
            yield self._word(start, at, negated)

    def _word(self, start: int, at: int, negated: bool) -> Term:
        """A run of characters without spaces: a pair, an ``OR`` or a word."""
        word = self._bare(at)
        written, colon, value = word.text.partition(":")
        name = written.casefold()
        is_pair = name in self._fields or (_is_name(name) and value[:1] not in {"", ":", "/"})
        if colon and is_pair:
            values = tuple(self._values(at + len(written) + 1))
            return Term("pair", start, values[-1].end, negated, name, values)
        if word.text == "OR" and not negated:
            return Term("or", start, word.end)
        return Term("word", start, word.end, negated, values=(word,))

    def _values(self, at: int) -> Iterator[Value]:
        """What stands behind a colon, parted by commas."""
        text = self._text
        while True:
            value = self._quoted(at) if text.startswith('"', at) else self._bare(at, comma=True)
            yield value
            at = value.end
            if not text.startswith(",", at):
                return
            at += 1

    def _bare(self, start: int, *, comma: bool = False) -> Value:
        """What goes up to a space, a comma where one parts, or a bracket that closes."""
        text, end = self._text, start
        while end < len(text) and not text[end].isspace() and not (comma and text[end] == ","):
            end += 1
        value = text[start:end]
        while value.endswith(")") and value.count(")") > value.count("("):
            value = value[:-1]
        return Value(value, start, start + len(value))

    def _quoted(self, start: int) -> Value:
        text, at = self._text, start + 1
        out: list[str] = []
        while at < len(text) and text[at] != '"':
            if text[at] == "\\" and text[at + 1 : at + 2] in ('"', "\\"):
                at += 1
            out.append(text[at])
            at += 1
        return Value("".join(out), start, min(at + 1, len(text)))


def is_negation(text: str, at: int) -> bool:
    """Whether a ``-`` says no to what follows it; ``->``, ``--flag`` and a ``-`` alone are words."""
    following = text[at + 1 : at + 2]
    return text[at] == "-" and bool(following) and following not in "->)" and not following.isspace()


def is_meaning(text: str, at: int) -> bool:
    """Whether a ``~`` asks for the meaning of what follows it; ``~/x`` and a ``~`` alone are words."""
    following = text[at + 1 : at + 2]
    return text[at] == "~" and bool(following) and following not in "/)" and not following.isspace()


def _is_name(name: str) -> bool:
    return name.isascii() and name.replace("_", "").replace("-", "").isalpha()


def quote(value: str, *, always: bool = False) -> str:
    """A value as it can stand in a query: in quotes where it needs them."""
    if not always and value and not any(letter.isspace() or letter in '",()' for letter in value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
