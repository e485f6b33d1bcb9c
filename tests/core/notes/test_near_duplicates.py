"""Near duplicates: exactly what the likeness says, found among many, the same every time."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tacit.core.notes.near_duplicates import (
    SHINGLE,
    THRESHOLD,
    Alike,
    jaccard,
    near_duplicates,
    shingles,
    words,
)

TWENTY = " ".join(f"word{n}" for n in range(20))


def told(texts: list[str]) -> dict[int, int]:
    return {one.text: one.earlier for one in near_duplicates(texts)}


def test_one_word_of_twenty_makes_a_near_duplicate_and_one_at_the_end_of_seven_does_not() -> None:
    assert near_duplicates([TWENTY, TWENTY.replace("word9 ", "other ")]) == [Alike(1, 0, 15 / 21)]
    assert not near_duplicates(["the user likes tabs more than spaces", "the user likes tabs more than dots"])


def test_case_and_punctuation_make_no_difference() -> None:
    assert near_duplicates([TWENTY, TWENTY.upper().replace(" ", ", ")]) == [Alike(1, 0, 1.0)]


def test_texts_of_fewer_words_than_a_shingle_are_like_no_other() -> None:
    assert not near_duplicates(["two words", "two words", "", "one", "one"])


def test_a_script_without_blanks_is_compared_by_its_characters() -> None:
    text = "用户更喜欢在早上喝茶而不是咖啡并且住在海边"
    assert words("日本語 text") == ["日", "本", "語", "text"]
    assert told([text, text.replace("海", "山")]) == {1: 0}


def test_what_is_found_is_like_a_text_that_is_no_copy_itself_so_that_no_chain_forms() -> None:
    chain = TWENTY.split()
    texts = []
    for place in range(0, 20, 2):
        texts.append(" ".join(chain))
        chain[place] = f"other{place}"
    found = near_duplicates(texts)
    copies = {one.text for one in found}
    assert found
    assert len(copies) < len(texts) - 1
    for one in found:
        assert one.earlier not in copies
        assert jaccard(shingles(texts[one.text]), shingles(texts[one.earlier])) == one.likeness >= THRESHOLD


def test_nearly_all_of_what_comparing_each_with_each_finds_is_found() -> None:
    rng = random.Random(4)
    vocabulary = [f"w{n}" for n in range(3_000)]
    texts: list[str] = []
    for _ in range(1_500):
        if texts and rng.random() < 0.3:
            own = rng.choice(texts).split()
            for _ in range(rng.randint(1, 3)):
                own[rng.randrange(len(own))] = rng.choice(vocabulary)
            texts.append(" ".join(own))
        else:
            texts.append(" ".join(rng.choices(vocabulary, k=rng.randint(10, 60))))
    sets = list(map(shingles, texts))
    firsts: list[int] = []
    alike: set[int] = set()
    for text in range(len(texts)):
        if any(jaccard(sets[one], sets[text]) >= THRESHOLD for one in firsts):
            alike.add(text)
        else:
            firsts.append(text)
    found = told(texts)
    assert len(alike) > 150
    assert len(alike - set(found)) <= len(alike) * 0.03
    assert all(jaccard(sets[one], sets[found[one]]) >= THRESHOLD for one in found)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="ab 　\n日\ud800\U0001f600", max_size=40), max_size=12))
def test_any_texts_give_the_same_answer_twice_and_only_true_pairs(texts: list[str]) -> None:
    found = near_duplicates(texts)
    assert found == near_duplicates(list(texts))
    for one in found:
        assert one.earlier < one.text
        assert one.likeness == jaccard(shingles(texts[one.earlier]), shingles(texts[one.text])) >= THRESHOLD
        assert len(words(texts[one.text])) >= SHINGLE


def test_very_many_texts_that_are_all_alike_are_told_of_the_first() -> None:
    texts = [f"the same text of some five words in all number {n}" for n in range(20_000)]
    found = told(texts)
    assert len(found) == len(texts) - 1
    assert set(found.values()) == {0}
