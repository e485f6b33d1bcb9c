"""Which index answers a query, and how many rows that reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from library import episode, opened, pattern, session
from msgspec.structs import replace
from transcript import START, Transcript

from tacit import Memory
from tacit.core.clock import DAY
from tacit.core.listing import ROUTES, page
from tacit.core.model import Outcome
from tacit.core.query import Plan, matches, parse
from tacit.core.tables import EPISODES, PATTERNS, SESSIONS, key_of
from tacit.core.window import Window
from tacit.store.keys import u64
from tacit.store.store import Store
from tacit.store.transaction import Write

NOW = 1_767_607_200_000
MANY = 3_000
KINDS = ("tool_sequence", "error_recovery", "heuristic")


def _filled(write: Write) -> None:
    for number in range(MANY):
        made = replace(
            pattern(number, f"pattern {number}"),
            kind=KINDS[number % 3],
            rank=u64(number),
            uses=number + 1,
            last_used=NOW - number * DAY,
            project_names=("one/big",) if number % 100 else ("one/big", "two/small"),
            files=(f"src/m{number}.rs",),
            low=1 - number / MANY,
            rate=1 - number / MANY,
        )
        write.put(PATTERNS, key_of(made.id), made)
    for number in range(1_000):
        home = "two/small" if number % 50 == 0 else "one/big"
        told = replace(session(number, f"session {number}"), project=home, ended=NOW - number * DAY)
        write.put(SESSIONS, key_of(told.id), told)
        one = replace(
            episode(number, f"task {number}"),
            project=home,
            ended=NOW - number * DAY,
            outcome=Outcome("failure" if number % 20 == 0 else "success"),
        )
        write.put(EPISODES, key_of(one.id), one)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with opened(tmp_path_factory.mktemp("routes") / "store") as made:
        made.write(_filled, large=True)
        yield made


def asked(store: Store, table: str, query: str) -> tuple[Any, int]:
    with store.read() as read:
        found = page(read, ROUTES[table](read, parse(query, table=table), NOW), None)
        return found, read.rows_read


@pytest.mark.parametrize(
    ("table", "query", "total", "rows"),
    [
        ("patterns", "limit:10", MANY, 25),
        ("patterns", "sort:uses limit:10", MANY, 25),
        ("patterns", "kind:recovery limit:10", MANY // 3, 25),
        ("patterns", "kind:recovery sort:effectiveness limit:10", MANY // 3, 60),
        ("patterns", "project:two/small limit:10", MANY // 100, 60),
        ("patterns", "sort:recent used:<9d", 10, 25),
        ("patterns", "used:<9d", 10, 40),
        ("patterns", "-kind:fact used:<9d", 7, 40),
        ("patterns", "file:src/m77.rs", 1, MANY + 10),
        ("sessions", "project:two/small limit:10", 20, 30),
        ("episodes", "project:two/small limit:10", 20, 30),
        ("episodes", "outcome:failure limit:10", 50, 30),
        ("episodes", "used:<9d", 10, 30),
        ("episodes", "outcome:failure used:<99d", 5, 15),
    ],
)
def test_what_an_index_answers_reads_what_it_shows(
    store: Store, table: str, query: str, total: int, rows: int
) -> None:
    found, read = asked(store, table, query)
    assert found.total == total
    assert len(found.items) == min(total, parse(query).limit or total)
    assert read <= rows


QUERIES = {
    "patterns": (
        "used:<100d", "used:<100d kind:recovery,fact", "file:m77.rs OR file:m78.rs", "file:*7.rs uses:<500",
        "-project:two/small uses:>=2950", "used:>2995d", "(kind:fact -uses:>20) OR uses:2990..", "used:2025",
        "project:two/small used:<900d", "project:two/small file:*.rs sort:uses", "success:>0.99",
    ),
    "sessions": ("project:two/small -used:<500d", "used:<30d", "ended:>2025-12-31", "project:two"),
    "episodes": (
        "outcome:failure project:two/small", "used:<300d outcome:failure", "outcome:failure,success used:<5d",
        "-outcome:success project:one/big", "started:>1970 task:debugging",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("table", "query"), [(table, one) for table, some in QUERIES.items() for one in some]
)
def test_whatever_the_route_all_that_fits_is_found_and_nothing_else(
    store: Store, table: str, query: str
) -> None:
    plan = parse(query, table=table)
    with store.read() as read:
        everything = page(read, ROUTES[table](read, Plan(), NOW), None).items
    found, _ = asked(store, table, query)
    assert {one.id for one in found.items} == {one.id for one in everything if matches(plan, one, NOW)}
    assert found.total == len(found.items)
    if plan.sort == "rank":
        places = [one.id for one in everything]
        assert [one.id for one in found.items] == sorted((one.id for one in found.items), key=places.index)


@pytest.mark.parametrize(
    "query", ["limit:7", "kind:fact limit:7", "uses:>100 limit:7", "sort:effectiveness limit:7"]
)
def test_a_limit_bounds_a_page_and_a_window(store: Store, query: str) -> None:
    plan = parse(query)
    window: Window[Any] = Window(store, "patterns", plan, lambda: NOW)
    window.walk(lambda: False)
    with store.read() as read:
        found = page(read, ROUTES["patterns"](read, plan, NOW), 20)
        assert len(page(read, ROUTES["patterns"](read, plan, NOW), 3).items) == 3
    assert window.total == 7
    assert window.exact
    assert tuple(window.rows(0, 50)) == found.items
    assert tuple(window.rows(5, 50)) == found.items[5:]
    assert len(found.items) == 7
    assert found.total > 7
    assert found.truncated


def test_a_project_goes_by_its_older_name_within_alternatives(tmp_path: Path) -> None:
    told = []
    for number, name in enumerate(("able", "baker", "baker")):
        one = Transcript(f"s{number}", cwd=f"/home/dev/work/{name}", start=START + number * DAY)
        one.prompt(f"fix case {number}")
        one.bash("ruff check", "All checks passed!")
        told.append(one.save(tmp_path / "in"))
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths(told)
        memory.merge_projects("work/able", "work/baker")
        assert len(memory.sessions("project:able OR project:none/such")) == 3
        assert not memory.sessions("-project:able")
