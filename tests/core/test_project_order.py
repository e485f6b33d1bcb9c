"""Importing, merging, marking, deleting and undoing in any order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from checkouts import (
    COUNT,
    OLD,
    SRC,
    WORK,
    counts,
    exported,
    is_sound,
    opened,
    story,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from tacit import Memory
from tacit.core.errors import NotFound, Usage

STEPS = st.one_of(
    st.tuples(st.just("grow"), st.integers(0, COUNT - 1), st.integers(4, 40)),
    st.tuples(st.just("merge"), st.integers(0, 2), st.integers(0, 2)),
    st.tuples(st.just("merge"), st.integers(0, 2), st.integers(0, 2)),
    st.tuples(st.just("mark"), st.integers(0, 20), st.sampled_from(("success", "failure"))),
    st.tuples(st.just("delete"), st.integers(0, 20), st.booleans()),
    st.tuples(st.just("undo"), st.just(0), st.just(0)),
)


def apply(memory: Memory, folder: Path, step: tuple[str, int, Any]) -> tuple[str, Any, Any] | None:
    """Do one step; what it said, unless it said nothing."""
    deed, which, how = step
    if deed == "grow":
        one = story(which)
        one.lines = one.lines[: max(how, len((folder / f"{one.native}.jsonl").read_text().splitlines()))]
        memory.import_paths([one.save(folder)])
    elif deed == "undo":
        memory.undo()
    elif deed == "merge":
        pair = ((WORK, SRC, OLD)[which], (WORK, SRC, OLD)[how])
        try:
            memory.merge_projects(*pair)
        except (Usage, NotFound):
            return None
        return ("merge", *pair)
    else:
        things = memory.sessions() if deed == "delete" and how else memory.episodes()
        if not things:
            return None
        chosen = sorted(one.id for one in things)[which % len(things)]
        if deed == "delete":
            memory.delete([chosen])
            return ("delete", chosen, None)
        return ("mark", chosen, how) if memory.mark(chosen, how).step else None
    return None


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(STEPS, min_size=6, max_size=14))
def test_import_merge_mark_delete_and_undo_in_any_order_equal_the_end_told_once(
    steps: list[tuple[str, int, Any]], tmp_path_factory: pytest.TempPathFactory
):
    folder = tmp_path_factory.mktemp("any")
    standing: list[tuple[str, Any, Any]] = []
    with opened(folder / "one") as memory, opened(folder / "two") as once:
        for number in range(COUNT):
            one = story(number)
            one.lines = one.lines[: 8 + 5 * (number % 4)]
            one.save(folder / "in")
        memory.import_paths([folder / "in"])
        for step in steps:
            said = apply(memory, folder / "in", step)
            if said is not None:
                standing.append(said)
            elif step[0] == "undo" and standing:
                standing.pop()
        once.import_paths([folder / "in"])
        for deed, first, second in standing:
            if deed == "merge":
                once.merge_projects(first, second)
            elif deed == "mark":
                once.mark(first, second)
            else:
                once.delete([first])
        memory.import_paths([folder / "in"])
        memory.review()
        assert exported(memory, folder / "a") == exported(once, folder / "b")
        assert counts(memory) == counts(once)
        assert is_sound(memory)
