"""Whether two texts are really alike does not depend on what else is stored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.core.recall.like_errors import SHARED
from tacit.core.recall.likeness import shared, words_of


def test_marks_endings_and_words_that_say_nothing_are_left_out() -> None:
    assert words_of("<path>:<n>: the tests failed in ModelSessionID") == {
        "test",
        "fail",
        "model",
        "session",
        "id",
    }
    assert words_of("<name> is a <hash>") == frozenset()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("File has not been read yet. Read it first.", "the file was not read yet: read it first"),
        ("String to replace not found in file.", "the string you want to replace is not in the file"),
        ("<path>:<n>: undefined: regexp", "main.go undefined regexp"),
    ],
)
def test_the_same_told_otherwise_is_alike(one: str, other: str) -> None:
    assert shared(one, other) >= SHARED


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("bash: foo: command not found", "File not found"),
        ("connection refused", "permission denied"),
        ("", ""),
        ("找不到文件", "权限被拒绝"),
    ],
)
def test_what_only_sounds_alike_is_not(one: str, other: str) -> None:
    assert shared(one, other) < SHARED


@given(st.text(), st.text())
def test_it_is_a_share_and_works_both_ways(one: str, other: str) -> None:
    assert 0 <= shared(one, other) == shared(other, one) <= 1
    assert shared(one, one) == (1 if words_of(one) else 0)
