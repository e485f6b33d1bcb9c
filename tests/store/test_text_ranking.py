"""Ranked texts: the index and a look at every text say the same, also while the index is behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_sample import NOTES, Note, opened
from text_sample import SOURCES, built, followed

from tacit.store.keys import u64
from tacit.store.store import Store
from tacit.store.text_look import look
from tacit.store.text_query import Fit
from tacit.store.text_ranking import Ranking
from tacit.store.text_words import MOST, asked, words

WORDS = (
    "parser",
    "parsers",
    "token",
    "tokenStream",
    "lint",
    "failing",
    "fails",
    "the",
    "of",
    "naïve",
    "日本",
)
KINDS = (("notes", False), ("notes", True))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened(tmp_path / "store") as made:
        yield made


def put(store: Store, texts: dict[int, str]) -> None:
    notes = {number: Note(text) for number, text in texts.items()}
    store.write(lambda write: [write.put(NOTES, u64(number), note) for number, note in notes.items()])


def ranked(store: Store, text: str, *, scan: bool = False, most: int = 1000) -> list[Fit]:
    through = None if scan else look(store, SOURCES)
    with store.read() as read:
        found = Ranking(read, SOURCES, through, asked(text), kinds=KINDS)
        best = found.best(most)
        assert found.total >= len(best)
        assert most < 1000 or found.total == len(best)
        return best


def scores(found: list[Fit]) -> dict[tuple[bytes, int], tuple[float, bool]]:
    return {(one.key, one.number): (one.score, one.whole) for one in found}


def numbers(found: list[Fit]) -> list[int]:
    return [int.from_bytes(one.key, "big") for one in found]


def sentences(seed: int, count: int, first: int = 0) -> dict[int, str]:
    rng = Random(seed)
    return {
        number: " ".join(rng.choices(WORDS, k=rng.randrange(1, 90))) for number in range(first, first + count)
    }


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 99),
    query=st.lists(st.sampled_from((*WORDS, "pars", "tok", "nothing")), min_size=1, max_size=7),
)
def test_the_index_scores_as_a_look_at_every_text(
    tmp_path_factory: pytest.TempPathFactory, seed: int, query: list[str]
) -> None:
    with opened(tmp_path_factory.mktemp("store") / "store") as store:
        put(store, sentences(seed, 40))
        assert built(store)
        text = " ".join(query)
        indexed, scanned = (scores(ranked(store, text, scan=scan)) for scan in (False, True))
        assert indexed.keys() == scanned.keys()
        for place, (score, whole) in indexed.items():
            assert (pytest.approx(score, abs=0.002), whole) == scanned[place]


def test_what_changed_since_is_found_as_it_is_now_and_what_went_is_not(store: Store) -> None:
    put(store, {1: "the zebra crossing", 2: "a zebra", 3: "horses", 4: "zebra finch"})
    assert built(store)
    put(store, {1: "the horse crossing", 5: "zebra zebra"})
    store.write(lambda write: write.delete(NOTES, u64(2)))
    assert set(numbers(ranked(store, "zebra"))) == {4, 5}
    assert set(numbers(ranked(store, "horse"))) == {1, 3}
    assert followed(store)
    assert set(numbers(ranked(store, "zebra"))) == {4, 5}


def test_the_scores_of_some_records_are_those_of_the_snapshot(store: Store) -> None:
    put(store, dict.fromkeys(range(1, 9), "zebra"))
    assert built(store)
    put(store, {1: "horse", 2: "zebra and horse"})
    through = look(store, SOURCES)
    with store.read() as read:
        found = Ranking(read, SOURCES, through, asked("zebra"), kinds=KINDS)
        among = found.among([("notes", u64(number)) for number in (1, 2, 3)], 100)
        every = {one.key: one.score for one in found.best(100)}
    assert {one.key: one.score for one in among} == {key: every[key] for key in (u64(2), u64(3))}


def test_what_has_all_words_comes_before_what_has_one_of_them_often(store: Store) -> None:
    put(store, {1: "cargo " * 30, 2: "check " * 30, 3: f"cargo {'other words ' * 40} checking", 4: "nothing"})
    assert numbers(ranked(store, "cargo check"))[0] == 3
    assert built(store)
    assert numbers(ranked(store, "cargo check"))[0] == 3
    assert numbers(ranked(store, "cargo check", most=1)) == [3]
    assert numbers(ranked(store, "car che"))[0] == 3


def test_a_word_also_finds_what_begins_with_it_and_less_well(store: Store) -> None:
    put(store, {1: "tok", 2: "token", 3: "stock"})
    for _ in range(2):
        found = ranked(store, "tok")
        assert numbers(found) == [1, 2]
        assert found[0].score > found[1].score
        built(store)


def test_words_that_say_little_add_to_a_score_and_find_nothing_alone(store: Store) -> None:
    put(store, {1: "what is it", 2: "what is the parser", 3: "parser"})
    for _ in range(2):
        assert set(numbers(ranked(store, "what is the parser"))) == {2, 3}
        assert set(numbers(ranked(store, "what is"))) == {1, 2}
        built(store)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("parseQuery HTTPServer", ["pars", "queri", "httpserver"]),
        ("src/main_loop.rs E0308", ["src", "main", "loop", "rs", "e0308"]),
        ("Failed FAILING fails", ["fail", "fail", "fail"]),
        ("naïve Ωmega", ["naiv", "ωmega"]),
        ("日本 ab", ["日", "本", "ab"]),
        ("\x00\x1b😀 \u202e", []),
        ("שלום", ["שלום"]),
    ],
)
def test_words_of_a_text(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_of_an_enormous_query_the_first_words_count(store: Store) -> None:
    put(store, {1: "w3", 2: f"w{MOST + 5}x"})
    huge = " ".join(f"w{number}x" if number > MOST else f"w{number}" for number in range(100_000))
    assert numbers(ranked(store, huge)) == [1]


@pytest.mark.parametrize("text", ["", " ", "\x00", "::", "😀"])
def test_every_text_fits_where_no_word_is_asked(store: Store, text: str) -> None:
    put(store, {1: "one", 2: "two"})
    built(store)
    assert {one.key for one in ranked(store, text)} == {u64(1), u64(2)}
