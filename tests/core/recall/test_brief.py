"""What a hook is told, and that it costs the same whatever is stored."""

from __future__ import annotations

from pathlib import Path

import pytest
from library import opened
from many import PROJECTS, fill
from transcript import START, Transcript

from tacit import Memory
from tacit.core.config import Config, load
from tacit.core.errors import StoreMissing, StoreReadOnly
from tacit.core.hook_memory import Hooked
from tacit.core.places import Places
from tacit.core.recall.brief import at_start, for_request
from tacit.core.recall.brief_recoveries import ways_past
from tacit.core.recall.brief_words import ROWS, may_quote_error
from tacit.core.recall.lines import chain_of
from tacit.core.recall.signing import Signed
from tacit.core.recall.tokens import tokens

PROMPT = "Look at f3.py and at src/f5.py"


@pytest.fixture
def config() -> Config:
    """The settings of nobody."""
    return load(Places())


@pytest.mark.parametrize("patterns", [400, 2_400])
def test_a_brief_reads_the_first_rows_of_a_project_and_no_more(tmp_path: Path, patterns: int) -> None:
    fill(tmp_path / "store", patterns)
    with opened(tmp_path / "store") as store:
        with store.read() as read:
            assert at_start(read, PROJECTS[0], 5_000).patterns
            assert read.rows_read < 100
        with store.read() as read:
            for_request(read, PROJECTS[0], PROMPT, errors=(), limit=5_000, told=())
            assert 100 < read.rows_read <= 2 * ROWS + 2


def test_what_was_told_is_left_out_and_a_long_line_makes_room_for_a_short_one(tmp_path: Path) -> None:
    fill(tmp_path / "store", 400)
    with opened(tmp_path / "store") as store, store.read() as read:
        whole = for_request(read, PROJECTS[0], PROMPT, errors=(), limit=5_000, told=())
        first, *others = whole.patterns
        rest = for_request(read, PROJECTS[0], PROMPT, errors=(), limit=5_000, told=(first,))
        assert rest.patterns == tuple(others)
        for limit in range(0, 600, 40):
            part = for_request(read, PROJECTS[0], PROMPT, errors=(), limit=limit, told=())
            assert tokens(part.text) <= limit
            assert set(part.patterns) <= set(whole.patterns)


def test_what_has_little_support_and_mostly_failed_is_not_told(tmp_path: Path) -> None:
    seldom, often = "It works now and then.", "It works more often than not."
    one = Transcript("tried", cwd="/home/dev/work/app", start=START)
    one.prompt("change the parser")
    for error, tries in ((seldom, 12), (often, 1)):
        for _ in range(tries):
            one.edit("parser.py", refused=error)
            one.read("parser.py")
        one.edit("parser.py")
    one.tests_pass()
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths([one.save(tmp_path / "transcripts")])
    with opened(tmp_path / "store") as store, store.read() as read:
        for error, ways in ((seldom, []), (often, [("read", "edit")])):
            asked = Signed((error,), (), error, "edit")
            assert [(way.action, way.intent) for way in ways_past(read, asked, "work/app")] == ways


def test_what_was_only_tried_again_is_not_named_twice() -> None:
    assert chain_of("edit", "edit") == "`edit` again"
    assert chain_of("read", "edit") == "`read`, then `edit` again"


def test_of_no_project_nothing_is_told(tmp_path: Path) -> None:
    fill(tmp_path / "store", 100)
    with opened(tmp_path / "store") as store, store.read() as read:
        assert at_start(read, "", 5_000).text == ""
        assert at_start(read, "un/heard", 5_000).text == ""
        assert for_request(read, "", PROMPT, errors=(), limit=5_000, told=()).text == ""


def test_a_request_without_any_word_of_an_error_is_not_read_as_one() -> None:
    assert not may_quote_error("Please add a page on the history of cheese")
    for line in (
        "TypeError: x",
        "bash: foo: command not found",
        "src/a.py:3:1: F401 `os`",
        "No such file",
        "it fails",
    ):
        assert may_quote_error(line)


def test_a_hook_makes_no_store_and_leaves_one_it_may_not_write(tmp_path: Path, config: Config) -> None:
    with pytest.raises(StoreMissing):
        Hooked.open(str(tmp_path / "none"), config, "codex", "one")
    assert not (tmp_path / "none").exists()
    fill(tmp_path / "store", 10)
    memory = Hooked.open(str(tmp_path / "store"), config, "codex", "one", readonly=True)
    with memory, pytest.raises(StoreReadOnly):
        memory.note("prompt", ())


def test_beside_a_command_that_fails_stands_one_that_serves(tmp_path: Path) -> None:
    paths = []
    for day in range(4):
        one = Transcript(f"d{day}", cwd="/home/dev/work/app", start=START + day * 86_400_000)
        one.prompt(f"fix case {day}")
        for _ in range(4):
            one.edit("parser.py")
            one.tests_fail()
        one.bash("make test", "3 passed in 0.10s")
        paths.append(one.save(tmp_path / "told"))
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths(paths)
        lines = memory.brief("work/app").text.splitlines()
    [serves, fails] = [line for line in lines if line.startswith("- test: ")]
    assert serves.startswith("- test: `make test` went well 4 of 4 times")
    assert "(it fails more often than not)" in fails
