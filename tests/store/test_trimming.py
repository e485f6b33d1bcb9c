"""The change log loses its oldest lines in small bites, and never its newest."""

from __future__ import annotations

from pathlib import Path

import pytest
from store_sample import NOTES, SCHEMA, STATE, Note, opened

from tacit.store import changelog
from tacit.store.keys import u64
from tacit.store.schema import CHANGES
from tacit.store.store import Store
from tacit.store.transaction import Write
from tacit.store.verify import verify

DAY = 86_400_000
START = 1_700_000_000_000


class Days:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Days:
    return Days()


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The numbers of a day, not of a year."""
    monkeypatch.setattr(changelog, "KEPT", 500)
    monkeypatch.setattr(changelog, "TRIM_EVERY", 16)
    monkeypatch.setattr(changelog, "TRIM_LINES", 100)


def put(store: Store, count: int, *, at_once: bool = False) -> None:
    """Add lines to the log, one a commit or all in one."""
    top = store.sequence()

    def job(write: Write, first: int, many: int) -> None:
        for n in range(first, first + many):
            write.put(NOTES, u64(n % 50), Note("n", n))

    steps = [(top, count)] if at_once else [(top + n, 1) for n in range(count)]
    for first, many in steps:
        store.write(lambda write, first=first, many=many: job(write, first, many))  # type: ignore[misc]


def held(store: Store) -> tuple[int, int]:
    """The first and the last number; there are no holes, and the doctor has nothing to say."""
    with store.read() as read:
        numbers = [change.seq for change in read.changes(0)]
        assert verify(read, SCHEMA) == []
        assert (read.first_sequence(), read.sequence()) == (numbers[0], numbers[-1])
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
    return numbers[0], numbers[-1]


def test_a_new_store_has_no_first_line(place: Path) -> None:
    with opened(place) as store, store.read() as read:
        assert (read.first_sequence(), read.sequence()) == (0, 0)


def test_lines_older_than_thirty_days_go_bite_by_bite(place: Path, clock: Days) -> None:
    with opened(place, clock=clock) as store:
        put(store, 300, at_once=True)
        clock.now += 29 * DAY
        put(store, 30)
        assert held(store) == (1, 330)
        clock.now += 2 * DAY
        put(store, 5)
        assert held(store) == (1, 335), "it is not looked at in every write"
        put(store, 1)
        assert held(store) == (101, 336)
        put(store, 32)
        assert held(store) == (301, 368), "what is younger stays"


def test_of_very_many_lines_those_go_that_nobody_needs(place: Path, clock: Days) -> None:
    with opened(place, clock=clock) as store:
        put(store, 900, at_once=True)
        put(store, 100)
        assert held(store) == (1, 1000), "nobody said how far the log was followed"
        store.floor = 200
        put(store, 64)
        assert held(store) == (201, 1064)
        store.floor = 10_000
        put(store, 960)
        assert held(store) == (2024 - 500 + 1 - 2024 % 16, 2024), "the newest stay, needed or not"


def test_the_newest_line_stays_however_old_it_is(place: Path, clock: Days) -> None:
    with opened(place, clock=clock) as store:
        store.floor = 10_000
        put(store, 90, at_once=True)
        clock.now += 365 * DAY
        put(store, 6, at_once=True)
        assert held(store) == (91, 96)
        clock.now += 365 * DAY
        store.write(lambda write: write.set_value(STATE, b"unlogged", b""))
        assert held(store) == (91, 96)
    with opened(place, clock=clock) as store:
        put(store, 16, at_once=True)
        assert held(store) == (97, 112), "numbers go on where they were"


def test_a_write_of_many_lines_drops_as_many_and_more(place: Path, clock: Days) -> None:
    with opened(place, clock=clock) as store:
        store.floor = 10_000
        for _ in range(8):
            put(store, 400, at_once=True)
        first, last = held(store)
        assert last - first < 500 + 400 + 16


def test_what_a_failing_write_dropped_is_there_again(place: Path, clock: Days) -> None:
    with opened(place, clock=clock) as store:
        put(store, 40, at_once=True)
        clock.now += 31 * DAY

        def job(write: Write) -> None:
            for n in range(20):
                write.put(NOTES, u64(n), Note("other", n))
            write.trim(0)
            assert write.first_sequence() == 41
            raise ValueError("enough")

        with pytest.raises(ValueError, match="enough"):
            store.write(job)
        assert held(store) == (1, 40)


@pytest.mark.parametrize("damaged", [1, 7, 20])
def test_a_damaged_line_goes_with_its_neighbours(place: Path, clock: Days, damaged: int) -> None:
    with opened(place, clock=clock) as store:
        put(store, 20, at_once=True)
        store.write(lambda write: write.kv.put(CHANGES, u64(damaged), b"damaged"))
        clock.now += 31 * DAY
        put(store, 44)
        first, last = (read_first(store), store.sequence())
        assert (first, last) == (20 if damaged == 20 else 21, 64)


def read_first(store: Store) -> int:
    with store.read() as read:
        return read.first_sequence()
