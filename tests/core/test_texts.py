"""The text index of a memory: the same answers with it, without it and while it is behind, for less."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from library import episode, fill, opened, pattern, put_episode, sentence, session
from looking import answers, listed, same_everywhere
from looking import small as small
from looking import store as store

from tacit import Memory
from tacit.core import texts
from tacit.core.listing import ROUTES, TABLES, narrowed, page
from tacit.core.query import SORTS, Plan, parse, text_matches
from tacit.core.tables import EPISODES, PATTERNS, SESSIONS, key_of
from tacit.store.store import Store
from tacit.store.text_index import TextIndex
from tacit.store.text_runs import wants


def change(store: Store) -> None:
    """Other words in some records, some gone, some new."""
    rng = Random(5)

    def write(write: Any) -> None:
        for number in range(30, 60):
            put_episode(write, episode(number, f"unique77 {number}", 1), [sentence(rng, number)])
        for number in range(60, 70):
            write.put(PATTERNS, key_of(pattern(number, "").id), pattern(number, f"rare7x parser {number}"))
            write.trash(SESSIONS, key_of(session(number, "").id))
        write.delete(EPISODES, key_of(episode(77, "").id))
        write.put(SESSIONS, key_of(session(9000, "").id), session(9000, "unique12 ::"))

    store.write(write)


def test_answers_are_the_same_with_the_index_without_it_and_while_it_is_behind(store: Store) -> None:
    same_everywhere(store)
    assert texts.rebuild_text(store)
    same_everywhere(store)
    change(store)
    same_everywhere(store)
    assert texts.catch_up(store)
    same_everywhere(store)
    assert [finding.level for finding in texts.check_text(store)] == ["ok"]


def test_a_search_reads_what_it_finds(tmp_path: Path) -> None:
    with opened(tmp_path / "store") as store:
        fill(store, 20_000, notes=True)
        assert texts.rebuild_text(store)
        for query, most in (("unique7654", 2), ("rare77x", 60), ('"are77x uni"', 60), ("nothing", 0)):
            found, rows = answers(store, query)
            scanned, all_rows = answers(store, query, indexed=False)
            assert found == scanned
            assert rows <= most + 2 * found.total
            assert all_rows > 50_000
        for table in TABLES:
            found, rows = listed(store, table, "rare77x")
            scanned, all_rows = listed(store, table, "rare77x", indexed=False)
            assert found == scanned
            assert 0 < found.total < 20
            assert rows == found.total
            assert all_rows > 10_000


def test_a_list_of_many_hits_keeps_its_order_and_its_filters(store: Store) -> None:
    assert texts.rebuild_text(store)
    for query in ("kind:fact parser", "project:one parser rare1", "verdict:fact rare7", "parser"):
        for sort in SORTS:
            plan = parse(query, sort=sort)
            through = texts.glass(store, plan, PATTERNS)
            with store.read() as read:
                route = ROUTES["patterns"](read, plan, 0)
                assert page(read, narrowed(read, route, through), 7) == page(read, route, 7)


# Exactness

HOSTILE = "aAbBxſßẞKİıiIÅÉé\u0301\u0307_-.:/\\\"'() \n\t0१²½ⅷ日本ーﬁΣσς\u200d\u00ad😀\x00"
TEXT = st.text(st.sampled_from(HOSTILE), max_size=12) | st.text(max_size=6)
LONG_RUN = st.builds(
    lambda letter, n, end: letter * n + end, st.sampled_from("xß日"), st.integers(120, 300), TEXT
)


@st.composite
def texts_and_queries(draw: st.DrawFn) -> tuple[list[str], list[Plan]]:
    """Texts, and queries most of which are parts of them."""
    found = draw(st.lists(TEXT | LONG_RUN, min_size=1, max_size=6))
    plans = []
    for _ in range(6):
        source = draw(st.sampled_from(found) | TEXT)
        start = draw(st.integers(0, len(source)))
        part = source[start : start + draw(st.integers(1, 200))]
        words = part.casefold().split() if draw(st.booleans()) else []
        phrases = [] if words else [part]
        if draw(st.booleans()):
            phrases.append(draw(TEXT))
        plans.append(Plan(words=tuple(words), phrases=tuple(phrase for phrase in phrases if phrase)))
    return found, plans


@settings(max_examples=80, deadline=None)
@given(case=texts_and_queries())
def test_the_index_names_every_text_that_fits(
    tmp_path_factory: pytest.TempPathFactory, case: tuple[list[str], list[Plan]]
) -> None:
    found, plans = case
    index = TextIndex(str(tmp_path_factory.mktemp("index")), ["things"], create=True)
    with index.writer() as writer:
        for number, text in enumerate(found):
            writer.replace("things", bytes(7) + bytes([number]), [(0, text)])
        writer.commit()
    index = TextIndex(index.folder, ["things"])
    for plan in plans:
        wanted = wants(plan.words, plan.phrases)
        if not wanted:
            continue
        hits = index.find("things", wanted, most=len(found))
        assert hits is not None
        named = {key for key, _ in hits}
        for number, text in enumerate(found):
            assert number in named or not text_matches(plan, text), (plan, text)


@settings(max_examples=25, deadline=None)
@given(case=texts_and_queries(), seed=st.integers(0, 99))
def test_hostile_texts_are_found_as_a_scan_finds_them(
    tmp_path_factory: pytest.TempPathFactory, case: tuple[list[str], list[Plan]], seed: int
) -> None:
    words, plans = case
    rng = Random(seed)
    least, texts.LEAST = texts.LEAST, 0
    try:
        with opened(tmp_path_factory.mktemp("store") / "store") as store:
            fill(store, 18, steps=1, say=lambda _, __: rng.choice(words))
            texts.rebuild_text(store)
            if seed % 2:
                fill(store, 9, steps=2, say=lambda _, __: rng.choice(words))
            for plan in plans:
                if plan.has_text:
                    assert answers(store, plan)[0] == answers(store, plan, indexed=False)[0], plan
    finally:
        texts.LEAST = least


def test_the_excerpt_is_the_line_of_the_word_where_folding_lengthens_letters(small: Store) -> None:
    text = "ß" * 200 + "\nthe zebra"
    small.write(lambda write: write.put(SESSIONS, key_of(session(1, "").id), session(1, text)))
    ((_, _, _, excerpt),) = answers(small, "zebra")[0].hits
    assert excerpt == "the zebra"
    ((_, _, _, excerpt),) = answers(small, '"ssss"')[0].hits
    assert excerpt.startswith("ß")


# What changes with what


def test_other_steps_make_the_episode_another(tmp_path: Path) -> None:
    """Steps leave no line in the log; the episode's digest tells of them."""
    from transcript import habit

    one = habit("h0")
    path = one.save(tmp_path / "in")
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths([path])
        (before,) = memory.episodes()
        text = path.read_text("utf-8").replace("All checks passed!", "All checks passed, zebra")
        path.write_text(text, "utf-8")
        at = memory.sequence()
        memory.import_paths([path])
        (after,) = memory.episodes()
        assert before.digest != after.digest
        assert memory.search("zebra").total == 1
        with memory._store.read() as read:
            assert key_of(after.id).hex() in {
                line.key for line in read.changes(at) if line.table == "episodes"
            }
