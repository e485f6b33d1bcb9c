"""From the text of a query to what it means; every mistake knows its place."""

from __future__ import annotations

from typing import NoReturn

from msgspec.structs import replace

from tacit.core.errors import Usage
from tacit.core.query_fields import ALSO, KNOWN, LISTS, Field, fields_of, foreign
from tacit.core.query_terms import Term, Terms, Value
from tacit.core.query_tree import Both, Node, Not, Pair, Text, both, either
from tacit.core.query_values import FIELDS, YES_NO, choices, nearest, pair_of

LONGEST = 4_000
"""Characters of a query."""

DEEPEST = 16
"""Brackets within brackets."""


class QueryError(Usage):
    """A query that cannot be understood; ``text[start:end]`` is what is wrong with it."""

    def __init__(self, message: str, hint: str, text: str, start: int, end: int) -> None:
        super().__init__(message, hint)
        self.text = text
        self.start = start
        self.end = end


class Parser:
    """One text, understood once.

    Attributes:
        node: all that must hold of a thing.
        alone: what is said of the list itself, by the name of its field.
        meaning: the texts after ``~``.
    """

    def __init__(self, text: str, table: str | None) -> None:
        """Understand a text.

        Raises:
            QueryError: it is no query, or one that this list cannot answer.
        """
        self._text = text
        self._table = table
        if len(text) > LONGEST:
            why = f"A query has at most {LONGEST:,} characters, and this has {len(text):,}."
            self._fail(why, "Leave the rest out.", LONGEST, len(text))
        self._terms = [self._named(term) for term in Terms(text, FIELDS)]
        self._at = 0
        self.alone: dict[str, str] = {}
        self.meaning: dict[str, None] = {}
        self.node = self._either(0)

    def _named(self, term: Term) -> Term:
        """The term with its field as every list calls it."""
        also = ALSO.get((self._table or "", term.field))
        return term if also is None else replace(term, field=also)

    def _either(self, depth: int) -> Node | None:
        """Alternatives up to the end or the bracket that closes them."""
        options: list[Node | None] = []
        parts: list[Node | None] = []
        said: dict[str, Pair] = {}
        while self._at < len(self._terms):
            term = self._terms[self._at]
            if term.what == "close" and depth:
                break
            self._at += 1
            if term.what == "or":
                options.append(both(parts))
                parts, said = [], {}
            elif term.what != "close":
                part = self._group(term, depth + 1) if term.what == "open" else self._leaf(term, depth)
                self._once(said, part, term)
                parts.append(part)
        return either([*options, both(parts)])

    def _group(self, term: Term, depth: int) -> Node | None:
        if depth > DEEPEST:
            why = f"Brackets stand at most {DEEPEST} deep."
            self._fail(why, "Write it with fewer.", term.start, term.end)
        node = self._either(depth)
        self._at = min(self._at + 1, len(self._terms))
        return opposite(node) if term.negated else node

    def _leaf(self, term: Term, depth: int) -> Node | None:
        node: Node | None
        if term.what == "pair":
            node = self._pair(term, depth)
        elif term.what == "meaning":
            self._meant(term, depth)
            node = None
        elif term.what == "text":
            node = Text(term.text, exact=True) if term.text else None
        else:
            word = term.text.casefold()
            node = None if word == "and" and not term.negated else Text(word)
        return opposite(node) if term.negated else node

    def _meant(self, term: Term, depth: int) -> None:
        if depth or term.negated:
            why = "What is meant by ~ puts the whole list in order."
            self._fail(why, "Write it outside of brackets and without a minus.", term.start, term.end)
        if self._table == "sessions":
            why = "~ says nothing about sessions."
            hint = "`memory patterns`, `memory episodes` and `memory search` know it."
            self._fail(why, hint, term.start, term.end)
        if text := term.text.strip():
            self.meaning[text] = None

    def _pair(self, term: Term, depth: int) -> Node | None:
        """What a pair says; with several values any of them may hold."""
        self._check_field(term)
        values = [value for value in term.values if value.text] or [term.values[0]]
        pairs = [self._value(term, value) for value in values]
        if KNOWN[term.field].alone:
            self._set(term, pairs, depth)
            return None
        return either(pairs)

    def _check_field(self, term: Term) -> None:
        start = term.start + term.negated
        end = start + len(term.field) + 1
        if term.field not in KNOWN:
            near = nearest(term.field, fields_of(self._table)) or nearest(term.field, FIELDS)
            hint = f"Did you mean {near}:?" if near else f"Fields are {', '.join(fields_of(self._table))}."
            hint += f" {foreign(near, self._table)}".rstrip() if near and self._table in LISTS else ""
            hint += f' To look for it as text, quote it: "{self._text[start : term.end][:80]}".'
            self._fail(f"There is no field {term.field}:", hint, start, end)
        hint = foreign(term.field, self._table) if self._table in LISTS else ""
        if hint:
            self._fail(f"{term.field}: says nothing about {self._table}.", hint, start, end)

    def _value(self, term: Term, value: Value) -> Pair:
        start = term.start + term.negated
        if not value.text:
            end = start + len(term.field) + 1
            self._fail(f"{term.field}: needs a value.", choices(term.field), start, end)
        try:
            return pair_of(KNOWN[term.field], value.text)
        except Usage as error:
            self._fail(error.message, error.hint, value.start, value.end)

    def _set(self, term: Term, pairs: list[Pair], depth: int) -> None:
        """Keep what is said of the list itself."""
        field = KNOWN[term.field]
        value = pairs[0].value
        turned = term.negated and field.shape == "flag"
        if depth or len(pairs) > 1 or (term.negated and not turned):
            why = f"{term.field}: says something of the whole list."
            hint = "Write it once, outside of brackets and without a minus."
            self._fail(why, hint, term.start, term.end)
        if turned:
            value = YES_NO[value == "yes"]
        if self.alone.setdefault(term.field, value) != value:
            self._twice(field, term.start)

    def _once(self, said: dict[str, Pair], part: Node | None, term: Term) -> None:
        """See that no thing would need two values where it has one."""
        for pair in part.parts if isinstance(part, Both) else (part,):
            if isinstance(pair, Pair):
                field = KNOWN[pair.field]
                single = not field.many and field.shape not in {"number", "share", "time"}
                if single and said.setdefault(field.name, pair) != pair:
                    self._twice(field, term.start)

    def _twice(self, field: Field, start: int) -> NoReturn:
        why = f"{field.name}: is given twice, and both cannot hold."
        hint = "Leave one out."
        if not field.alone:
            hint = f"Leave one out, or write {field.name}:a,b where either will do."
        self._fail(why, hint, start, self._terms[self._at - 1].end)

    def _fail(self, message: str, hint: str, start: int, end: int) -> NoReturn:
        raise QueryError(message, hint, self._text, start, end) from None


def opposite(part: Node | None) -> Node | None:
    """What holds where the part does not."""
    if isinstance(part, Not):
        return part.part
    if isinstance(part, Pair) and KNOWN[part.field].shape == "flag":
        return Pair(part.field, YES_NO[part.value == "yes"])
    return None if part is None else Not(part)
