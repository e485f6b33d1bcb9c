"""Stores to search in, with the text index and without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from library import fill, opened
from msgspec import Struct

from tacit.core import texts
from tacit.core.config import load
from tacit.core.listing import ROUTES, TABLES, narrowed, page
from tacit.core.query import Plan, parse
from tacit.core.search import Search
from tacit.store.store import Store

UNITS = 2_400
SUPPORT = Path(__file__).parent


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Enough of everything that the index is asked."""
    with opened(tmp_path / "store") as made:
        fill(made, UNITS, notes=True)
        yield made


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A few records, and no size too small for the index."""
    monkeypatch.setattr(texts, "LEAST", 0)
    with opened(tmp_path / "store") as made:
        fill(made, 60, notes=True)
        yield made


class Answered(Struct, frozen=True):
    """What a search finds, whatever the order: scores change a little until deleted texts are gone."""

    total: int
    hits: frozenset[tuple[str, str, int | None, str]]


def answers(
    store: Store, query: str | Plan, *, indexed: bool = True, limit: int | None = None
) -> tuple[Answered, int]:
    """All hits of a search by words, and how many rows were read for them."""
    plan = parse(query) if isinstance(query, str) else query
    search = Search(store, load(), plan, mode="lexical", scan=not indexed)
    with store.read() as read:
        found = search.run(read, limit, 0)
        hits = frozenset((hit.id, hit.type, hit.step, hit.excerpt) for hit in found.items)
        return Answered(found.total, hits), read.rows_read


def listed(store: Store, table: str, query: str, *, indexed: bool = True) -> tuple[Any, int]:
    """A whole list, and how many rows were read for it."""
    plan = parse(query)
    through = texts.glass(store, plan, TABLES[table]) if indexed else None
    with store.read() as read:
        found = page(read, narrowed(read, ROUTES[table](read, plan, 0), through), None)
        return found, read.rows_read


QUERIES = (
    "unique77",
    "rare7x",
    'rare7x "parser"',
    '"are7x uniq"',
    "cargo",
    '"rgo ch"',
    "nothing",
    "::",
    ":: unique12",
    '"_"',
    "src/m12",
    "run 3",
    "UNIQUE5",
)


def same_everywhere(store: Store) -> None:
    for query in QUERIES:
        assert answers(store, query)[0] == answers(store, query, indexed=False)[0], query
        for table in TABLES:
            assert listed(store, table, query)[0] == listed(store, table, query, indexed=False)[0], query
