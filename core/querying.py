"""Lists asked for in code: ``memory.patterns("kind:recovery")``, or step by step.

Example:
    >>> from tacit import Memory
    >>> with Memory.open(folder) as memory:
    ...     query = memory.patterns.query().kind("fact").min_success(0.8).limit(3)
    ...     found = query.all()
    >>> str(query)
    'kind:heuristic success:>=0.8 limit:3'
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tacit.core.errors import Usage
from tacit.core.query import Plan, parse, render
from tacit.core.query_terms import quote

if TYPE_CHECKING:
    from tacit.core.listing import Page
    from tacit.core.lists import Lists
    from tacit.core.query_explain import Explained

R = TypeVar("R")


class Query(Generic[R]):
    """A query that grows: every step gives a new one, and it is read when it is iterated or asked.

    It is the query language without its signs: :attr:`plan` is what its text, ``str(query)``, means.
    Steps raise :class:`~tacit.core.query.QueryError` where the language would.
    """

    def __init__(self, memory: Lists, table: str, text: str = "") -> None:
        self._memory = memory
        self._table = table
        self._text = text

    # What must hold

    def where(self, text: str) -> Query[R]:
        """Anything the query language can say, as ``uses:>=5 -draft``; all of it must hold as well."""
        return self._with(render(parse(text, table=self._table), closed=True))

    def words(self, text: str) -> Query[R]:
        """Every word of a text, each where a word begins with it."""
        words = (word if _is_word(word) else quote(word, always=True) for word in text.split())
        return self._with(" ".join(words))

    def exact(self, text: str) -> Query[R]:
        """A text, anywhere."""
        return self._with(quote(text, always=True))

    def meaning(self, text: str) -> Query[R]:
        """The nearest in meaning, best first."""
        return self._with(f"~{quote(text, always=True)}")

    def kind(self, *kinds: str) -> Query[R]:
        """Patterns of one of these kinds."""
        return self._pair("kind", *kinds)

    def verdict(self, *verdicts: str) -> Query[R]:
        """Patterns with one of these verdicts."""
        return self._pair("verdict", *verdicts)

    def project(self, *names: str) -> Query[R]:
        """Of one of these projects: its name or whole parts of it."""
        return self._pair("project", *names)

    def file(self, *paths: str) -> Query[R]:
        """About one of these files: a path, parts of one, or ``*.rs``."""
        return self._pair("file", *paths)

    def lang(self, *languages: str) -> Query[R]:
        """In one of these languages."""
        return self._pair("lang", *languages)

    def outcome(self, *labels: str) -> Query[R]:
        """Sessions and episodes that ended in one of these ways."""
        return self._pair("outcome", *labels)

    def pinned(self, value: bool = True) -> Query[R]:
        """Patterns that are pinned, or are not."""
        return self._pair("pinned", "yes" if value else "no")

    def archived(self, value: bool = True) -> Query[R]:
        """Patterns that were put away, instead of the list."""
        return self._pair("archived", "yes" if value else "no")

    def min_success(self, rate: float) -> Query[R]:
        """Patterns that succeed at least so often, a share of 1."""
        return self._with(render(parse(min_success=rate)))

    def min_uses(self, uses: int) -> Query[R]:
        """Patterns used at least so often."""
        return self._with(f"uses:>={uses}")

    def used_within(self, days: int) -> Query[R]:
        """Used, or ended, in the last days."""
        return self._with(render(parse(used_within=days)))

    # How it is listed

    def sort(self, order: str) -> Query[R]:
        """The order of patterns: rank, effectiveness, uses, success, recent or title."""
        return self._with(f"sort:{quote(order)}")

    def limit(self, most: int) -> Query[R]:
        """At most so many."""
        return self._with(f"limit:{most}")

    # What it finds

    @cached_property
    def plan(self) -> Plan:
        """What it means."""
        return parse(self._text, table=self._table)

    def page(self, limit: int | None = None) -> Page[R]:
        """The first of them, and how many there are in all."""
        return self._memory.page(self._table, self.plan, limit)

    def all(self) -> tuple[R, ...]:
        """All of them, as far as no limit was set."""
        return self.page().items

    def __iter__(self) -> Iterator[R]:
        return iter(self.all())

    def explain(self) -> Explained:
        """How it is answered, and how many rows that reads."""
        return self._memory.explain(self._table, self.plan)

    def __str__(self) -> str:
        return render(self.plan)

    def __repr__(self) -> str:
        return f"<Query {self._table}: {self}>"

    def _pair(self, field: str, *values: str) -> Query[R]:
        return self._with(f"{field}:{','.join(quote(value, always=True) for value in values)}")

    def _with(self, text: str) -> Query[R]:
        """The query with one more part; what makes no sense is told at once."""
        grown: Query[R] = Query(self._memory, self._table, f"{self._text} {text}".strip())
        _ = grown.plan
        return grown


class Listed(Generic[R]):
    """A list of a memory: call it with a query, or build one with :meth:`query`."""

    def __init__(self, memory: Lists, table: str) -> None:
        self._memory = memory
        self._table = table

    def __call__(self, query: str = "", *, limit: int | None = None, **filters: Any) -> tuple[R, ...]:
        """What fits a query, in the order of the list.

        Args:
            query: see :mod:`tacit.core.query`; empty for all.
            limit: at most so many.
            **filters: ``kind, project, verdict, file, pinned, archived, min_success, used_within, sort``.

        Raises:
            Usage: the query or a filter makes no sense; the message points at the spot.
        """
        plan = parse(query, table=self._table, **filters)
        page: Page[R] = self._memory.page(self._table, plan, limit)
        return page.items

    def query(self, text: str = "") -> Query[R]:
        """A query that is built step by step, from all there is or from a text on."""
        return Query[R](self._memory, self._table).where(text)


def _is_word(word: str) -> bool:
    """Whether it would be understood as a word; what looks like more is looked for as a text."""
    try:
        return parse(word) == Plan(words=(word.casefold(),))
    except Usage:
        return False
