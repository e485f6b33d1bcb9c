"""How effective a pattern is, and lists in that order: the index gives what sorting everything would."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tacit.core.clock import DAY, WEEK
from tacit.core.effective import by_effectiveness
from tacit.core.ids import format_id
from tacit.core.learn.effectiveness import effectiveness, interval_of, recency, steady
from tacit.core.learn.statistics import wilson
from tacit.core.listing import page, route_patterns
from tacit.core.model import KINDS, Offered, Pattern
from tacit.core.query import Plan, parse
from tacit.core.tables import PATTERNS, SCHEMA, key_of
from tacit.core.window import Window
from tacit.store.keys import text, u32
from tacit.store.store import Store

NOW = 1_775_000_000_000  # a Tuesday


def pattern(number: int = 1, **changes: object) -> Pattern:
    told: dict[str, object] = {
        "id": format_id("p", number),
        "kind": KINDS[number % len(KINDS)],
        "title": f"pattern {number}",
        "key": (str(number),),
        **dict.fromkeys(("uses", "judged", "successes", "failures", "partial"), 0),
        **dict.fromkeys(("episodes", "sessions", "first_used", "learned_at"), 0),
        "last_used": NOW,
        "rank": u32(number * 7919 % 4093) + u32(number),
    }
    return Pattern(**{**told, **changes})  # type: ignore[arg-type]


def judged(successes: int, of: int, *, uses: int | None = None, **changes: object) -> Pattern:
    low, high = wilson(successes, of)
    numbers = {"judged": of, "successes": successes, "low": low, "high": high, "uses": uses or of}
    return pattern(**{**numbers, **changes})  # type: ignore[arg-type]


def made(count: int, seed: int = 3) -> Iterator[Pattern]:
    """As varied as learned ones: a tenth unjudged, most used lately, many alike, some in time to come."""
    rng = Random(seed)
    for number in range(1, count + 1):
        last = NOW - int(rng.expovariate(1 / 60) * DAY) + (rng.random() < 0.02) * 30 * DAY
        of = rng.choice((0, 1, 2, 3, 5, 8, 13, 40, 200, 900))
        uses = of + rng.randrange(4)
        told = {"number": number, "last_used": last, "head": "p-x" if number % 50 == 0 else None}
        if of:
            yield judged(rng.randint(of // 2, of), of, uses=uses, **told)
        else:
            yield pattern(**told, uses=uses)  # type: ignore[arg-type]


def mixed(count: int, seed: int = 5) -> Iterator[Pattern]:
    """Such patterns of which half were given to agents, in some tasks used, of some never known."""
    rng = Random(seed)
    for one in made(count, seed):
        known = rng.choice((0, 1, 3, 9, 40))
        applied = rng.randint(0, known)
        judged_ones = rng.randint(0, applied)
        offered = Offered(known, applied, judged_ones, rng.randint(0, judged_ones))
        yield replace(one, offered=offered if rng.random() < 0.6 else None)


def filled(path: Path, patterns: Iterator[Pattern] | list[Pattern]) -> Store:
    store = Store.open(path, SCHEMA, clock=lambda: NOW)
    held = list(patterns)
    for first in range(0, len(held), 5000):
        batch = held[first : first + 5000]
        store.write(lambda write, batch=batch: [write.put(PATTERNS, key_of(one.id), one) for one in batch])
    return store


def in_order(patterns: list[Pattern], now: int) -> list[str]:
    """All that are listed, sorted whole."""

    def place(one: Pattern) -> tuple[float, float, bytes]:
        number, part = effectiveness(one, now), steady(one)
        return (1.0, 0.0, one.rank) if number is None or part is None else (-number, -part, one.rank)

    return [one.id for one in sorted((one for one in patterns if one.head is None), key=place)]


def test_what_nobody_judged_has_no_effectiveness():
    assert effectiveness(pattern(uses=30), NOW) is None
    assert steady(pattern(uses=30)) is None


def test_effectiveness_is_the_weighted_mean_of_its_terms():
    one = judged(9, 10, uses=12)
    low = wilson(9, 10)[0]
    assert steady(one) == pytest.approx((0.4 * low + 0.1 * 12 / 20) / 0.5)
    assert effectiveness(one, NOW) == pytest.approx((0.4 * low + 0.1 * 12 / 20 + 0.2) / 0.7)
    later = effectiveness(one, NOW + 56 * DAY)
    assert later == pytest.approx((0.4 * low + 0.1 * 12 / 20 + 0.2 * 2 ** (-56 / 30)) / 0.7)


def test_what_was_given_has_a_term_more_once_it_is_known_what_came_of_it():
    one = judged(9, 10, uses=12)
    low = wilson(9, 10)[0]
    assert effectiveness(replace(one, offered=Offered(0, 0, 0, 0)), NOW) == effectiveness(one, NOW)
    given_ = replace(one, offered=Offered(8, 6, 4, 1))
    terms = 0.4 * low + 0.3 * 6 / 8 + 0.1 * 12 / 20
    assert steady(given_) == pytest.approx(terms / 0.8)
    assert effectiveness(given_, NOW) == pytest.approx((terms + 0.2) / 1.0)


def test_five_judged_uses_after_it_was_given_tell_more_than_all_uses():
    one = judged(9, 10, uses=12)
    assert interval_of(replace(one, offered=Offered(9, 9, 4, 0))) == (one.low, one.high)
    assert interval_of(replace(one, offered=Offered(9, 9, 5, 1))) == wilson(1, 5)
    worse, better = (effectiveness(replace(one, offered=Offered(9, 9, 5, won)), NOW) for won in (1, 5))
    assert worse is not None
    assert better is not None
    assert worse < better


def test_what_was_only_ever_judged_by_words_has_an_effectiveness_after_five_of_them():
    assert effectiveness(pattern(uses=3, offered=Offered(4, 4, 4, 4)), NOW) is None
    assert effectiveness(pattern(uses=3, offered=Offered(5, 5, 5, 5)), NOW) is not None


def test_twenty_uses_are_as_good_as_a_thousand():
    assert steady(judged(20, 20)) == steady(judged(20, 20, uses=1000))


def test_recency_is_whole_in_the_week_of_use_and_halves_in_thirty_days():
    assert recency(NOW, NOW) == recency(NOW - DAY, NOW) == recency(NOW + 3 * WEEK, NOW) == 1.0
    assert recency(NOW - 30 * WEEK, NOW) == pytest.approx(2**-7)


@given(st.integers(0, 300), st.integers(1, 300), st.integers(0, 400 * DAY))
def test_effectiveness_lies_between_nothing_and_one_and_falls_with_time(won: int, of: int, gone: int):
    one = judged(min(won, of), of)
    number, later = effectiveness(one, NOW), effectiveness(one, NOW + gone)
    assert number is not None
    assert later is not None
    assert 0 <= later <= number <= 1


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 250), st.integers(-30 * DAY, 400 * DAY), st.integers(1, 30))
def test_with_patterns_that_were_given_the_index_and_its_pages_give_what_sorting_everything_gives(
    tmp_path_factory: pytest.TempPathFactory, seed: int, count: int, gone: int, size: int
):
    patterns, now = list(mixed(count, seed)), NOW + gone
    with filled(tmp_path_factory.mktemp("mixed") / "store", patterns) as store, store.read() as read:
        entries = list(by_effectiveness(read, "effective", b"", now))
        found = [read.get(PATTERNS, key) for _, key in entries]
        assert [one.id for one in found if one] == in_order(patterns, now)
        paged, after = [], None
        while page_ := list(islice(by_effectiveness(read, "effective", b"", now, after), size)):
            paged += page_
            after = page_[-1]
        assert paged == entries
        for kind in KINDS[:2]:
            entries = list(by_effectiveness(read, "kind_effective", text(kind), now))
            own = [read.get(PATTERNS, key) for _, key in entries]
            those = [one for one in patterns if one.kind == kind]
            assert [one.id for one in own if one] == in_order(those, now)


@pytest.mark.parametrize("now", [NOW, NOW + 3 * DAY, NOW + 40 * DAY, NOW + 700 * DAY, NOW - 20 * DAY])
def test_the_index_gives_what_sorting_everything_gives(tmp_path: Path, now: int):
    patterns = list(made(1500))
    with filled(tmp_path / "store", patterns) as store, store.read() as read:
        found = [read.get(PATTERNS, key) for _, key in by_effectiveness(read, "effective", b"", now)]
        assert [one.id for one in found if one] == in_order(patterns, now)
        for count in (1, 10, 75):
            top = page(read, route_patterns(read, Plan(sort="effectiveness"), now), count)
            assert [one.id for one in top.items] == in_order(patterns, now)[:count]
            assert top.total == sum(one.head is None for one in patterns)


@pytest.mark.parametrize("now", [NOW, NOW + 40 * DAY, NOW - 20 * DAY])
@pytest.mark.parametrize("prefix", [b"", text("custom")])
def test_it_goes_on_behind_any_entry_also_one_that_is_gone(tmp_path: Path, now: int, prefix: bytes):
    index = "kind_effective" if prefix else "effective"
    with filled(tmp_path / "store", made(900)) as store:
        with store.read() as read:
            everything = list(by_effectiveness(read, index, prefix, now))
            for at in range(0, len(everything), 13):
                rest = by_effectiveness(read, index, prefix, now, everything[at])
                assert list(islice(rest, 30)) == everything[at + 1 : at + 31]
        gone = everything[5::11]
        store.write(lambda write: [write.delete(PATTERNS, key) for _, key in gone])
        with store.read() as read:
            left = [one for one in everything if one not in gone]
            for one in gone:
                rest = [other for other in everything[everything.index(one) :] if other in left]
                assert list(by_effectiveness(read, index, prefix, now, one)) == rest


def test_a_kind_and_any_other_filter_keep_the_order(tmp_path: Path):
    patterns = list(made(800))
    with filled(tmp_path / "store", patterns) as store, store.read() as read:
        for kind in KINDS:
            those = [one for one in patterns if one.kind == kind]
            found = page(read, route_patterns(read, Plan(sort="effectiveness", kind=kind), NOW), 20)
            assert [one.id for one in found.items] == in_order(those, NOW)[:20]
            assert found.total == sum(one.head is None for one in those)
        recent = page(read, route_patterns(read, Plan(sort="effectiveness", used_within=30), NOW), None)
        those = [one for one in patterns if one.uses and one.last_used >= NOW - 30 * DAY]
        assert [one.id for one in recent.items] == in_order(those, NOW)


def test_an_old_and_certain_pattern_is_met_behind_a_fresh_and_good_one_and_before_a_fresh_and_bad_one(
    tmp_path: Path,
):
    old = judged(900, 900, number=1, last_used=NOW - 300 * DAY)
    fresh = judged(18, 20, number=2)
    bad = judged(1, 20, number=3)
    with filled(tmp_path / "store", [old, fresh, bad]) as store, store.read() as read:
        top = page(read, route_patterns(read, Plan(sort="effectiveness"), NOW), 3)
    assert [one.id for one in top.items] == [fresh.id, old.id, bad.id]


def test_the_first_ten_cost_the_same_in_a_store_of_any_size(tmp_path: Path):
    cost = {}
    for count in (100, 20_000):
        with filled(tmp_path / str(count), made(count)) as store:
            for plan in (Plan(sort="effectiveness"), Plan(sort="effectiveness", kind="tool_sequence")):
                with store.read() as read:
                    assert len(page(read, route_patterns(read, plan, NOW), 10).items) == 10
                    cost[count, plan.kind] = read.rows_read
    assert cost[20_000, None] <= cost[100, None]
    assert cost[20_000, "tool_sequence"] <= cost[100, "tool_sequence"]
    assert cost[100, None] < 80


def test_a_window_scrolls_in_the_same_order(tmp_path: Path):
    patterns = list(made(600))
    with filled(tmp_path / "store", patterns) as store:
        window: Window[Pattern] = Window(store, "patterns", Plan(sort="effectiveness"), lambda: NOW)
        window.walk(lambda: False)
        expected = in_order(patterns, NOW)
        assert (window.exact, window.total) == (True, len(expected))
        assert [one.id for one in window.rows(100, 20)] == expected[100:120]
        assert window.position(expected[311]) == 311


def test_a_query_asks_for_it_by_name_or_its_beginning():
    assert parse("", sort="effect").sort == parse("", sort="effectiveness").sort == "effectiveness"
