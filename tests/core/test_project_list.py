"""The list of projects, and which of them look like one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from checkouts import (
    COUNT,
    DAY,
    exported,
    is_sound,
    names,
    opened,
    write,
)
from transcript import START

from tacit import Memory
from tacit.core.project_likeness import Places as Changed
from tacit.core.project_likeness import likeness, places_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "in", *range(COUNT))
    return tmp_path / "in"


@pytest.fixture
def memory(tmp_path: Path, folder: Path) -> Iterator[Memory]:
    with opened(tmp_path / "store") as one:
        one.import_paths([folder])
        yield one


def test_the_list_tells_what_there_is_and_what_is_alike(memory: Memory):
    listed = memory.projects()
    assert [one.name for one in listed] == sorted(
        (one.name for one in listed), key=lambda name: (-len(memory.sessions(project=name)), name)
    )
    for one in listed:
        episodes = memory.episodes(project=one.name)
        assert (one.episodes, one.last_used) == (len(episodes), max(episode.ended for episode in episodes))
        assert one.patterns == len(memory.patterns(project=one.name))
    first, *rest = listed
    assert first.like is None
    assert {one.like.project for one in rest if one.like} == {first.name}
    assert all(one.like is not None and one.like.example == "src/core/parser/lexer" for one in rest)
    memory.merge_projects(rest[0].name, first.name)
    (again,) = [one for one in memory.projects() if one.others]
    assert (again.name, again.others) == (first.name, (rest[0].name,))


def test_likeness_needs_more_than_names_that_are_anywhere():
    def changed(*paths: str) -> Changed:
        return places_in(paths)

    java = changed("src/main/java/App.java", "src/main/java/Web.java", "src/test/java/AppTest.java")
    assert likeness("a", ("b",), {"a": java, "b": java}) is None
    shop = changed("src/main/java/com/acme/shop/Cart.java", "src/main/java/com/acme/shop/model/Item.java")
    bill = changed("src/main/java/com/acme/bill/Due.java", "src/main/java/com/acme/bill/model/Tax.java")
    assert likeness("shop", ("bill",), {"shop": shop, "bill": bill}) is None
    rust = changed("Cargo.toml", "src/main.rs", "src/lib.rs", "README.md", ".gitignore", "src/error.rs")
    assert likeness("a", ("b",), {"a": rust, "b": rust}) is None
    flat = changed(*(f"{name}.py" for name in ("ledger", "tax", "post", "rate", "book", "due")))
    more = changed(*(f"{name}.py" for name in ("ledger", "tax", "post", "rate", "book", "other", "more")))
    found = likeness("flat", ("java", "more"), {"flat": flat, "java": java, "more": more})
    assert found is not None
    assert (found.project, found.what, found.same, found.of) == ("more", "paths", 5, 6)


def test_the_places_of_the_one_sample_repository_are_proposed_for_merging(samples: Path, tmp_path: Path):
    with opened(tmp_path / "store") as memory:
        memory.import_paths([samples / "claude-code"])
        first, *rest = memory.projects()
        assert rest
        assert {one.like.project for one in rest if one.like is not None} == {first.name}
        assert all(one.like is not None for one in rest)
        before = exported(memory, tmp_path / "out")
        for one in rest:
            memory.merge_projects(one.name, first.name)
        assert names(memory) == {first.name}
        assert is_sound(memory)
        for _ in rest:
            memory.undo()
        assert exported(memory, tmp_path / "out") == before


def test_no_two_projects_of_the_demo_look_alike(tmp_path: Path):
    from tacit.core.demo.transcripts import write_transcripts

    (tmp_path / "in").mkdir()
    write_transcripts(tmp_path / "in", START + 200 * DAY)
    with Memory.open(tmp_path / "store", clock=lambda: START + 200 * DAY) as memory:
        memory.import_paths([tmp_path / "in"])
        assert len(memory.projects()) == 5
        assert all(one.like is None for one in memory.projects())
