"""The funnel tells, in numbers that add up and in words, why there is as much as there is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from transcript import Transcript, habit, habits

from tacit import Memory
from tacit.core.funnel import Funnel, explained, stages
from tacit.core.model import KINDS
from tacit.core.statsform import stats_json

DAY = 86_400_000


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Memory]:
    with Memory.open(tmp_path / "store") as memory:
        yield memory


def told(memory: Memory) -> str:
    return "\n".join(explained(memory.stats().funnel))


def of_role(funnel: Funnel, role: str) -> int:
    return sum(stage.number or 0 for stage in stages(funnel) if stage.role == role)


def test_an_empty_memory_says_that_nothing_was_read(empty: Memory):
    assert told(empty) == "Nothing was read yet: `memory import` reads what your coding agents did."


def test_a_single_session_says_that_it_was_seen_too_rarely_and_names_what_is_nearly_there(
    empty: Memory, tmp_path: Path
):
    habit("once").save(tmp_path / "told")
    empty.import_path(tmp_path / "told")
    funnel = empty.stats().funnel
    assert (funnel.patterns, funnel.judged) == (0, 1)
    assert "Nothing was seen often enough" in told(empty)
    assert "lint in work/app: ruff check (heuristic, 1 of 2 tasks)" in told(empty)
    assert funnel.lacking >= len(funnel.near) > 1


def test_one_of_a_thing_is_told_as_one():
    one = Funnel(1, 1, 1, {}, 1, {}, 0, 1)
    told = [f"{stage.number} {stage.text}" for stage in stages(one) if stage.role == "stage"]
    assert told[:3] == ["1 session read", "1 task in them", "1 task whose end is known"]
    assert told[-1] == "1 pattern in the list"


def test_what_was_named_becomes_a_pattern_with_the_next_task(empty: Memory, tmp_path: Path):
    habit("one").save(tmp_path / "told")
    empty.import_path(tmp_path / "told")
    named = {(one.kind, one.title) for one in empty.stats().funnel.near}
    habit("two").save(tmp_path / "told")
    empty.import_path(tmp_path / "told")
    listed = {(pattern.kind, pattern.title) for pattern in empty.patterns()}
    assert named & listed
    assert not listed & {(one.kind, one.title) for one in empty.stats().funnel.near}


def test_what_is_named_lacks_exactly_one_task_and_is_varied(empty: Memory, tmp_path: Path):
    habits(tmp_path / "told", 2)
    empty.import_path(tmp_path / "told")
    near = empty.stats().funnel.near
    assert near
    assert len(near) <= 5
    assert all(one.episodes == one.needed - 1 for one in near)
    assert all(sum(one.kind == kind for one in near) <= 2 for kind in KINDS)


def test_the_numbers_add_up(empty: Memory, tmp_path: Path):
    habits(tmp_path / "told")
    talk = Transcript("talk")
    talk.prompt("what is this?")
    talk.read("a.py")
    talk.save(tmp_path / "told")
    empty.import_path(tmp_path / "told")
    funnel = empty.stats().funnel
    assert funnel.sessions == funnel.episodes == 5
    assert funnel.unworthy == {"fewer than two steps": 1}
    assert sum(funnel.sources.values()) == funnel.judged == 4
    assert funnel.candidates == sum(funnel.rejected.values()) + funnel.variants + funnel.patterns
    lessened = sum(funnel.unworthy.values()) + (funnel.episodes - funnel.judged)
    assert of_role(funnel, "minus") == lessened + sum(funnel.rejected.values()) + funnel.variants
    assert any(stage.text == "tasks whose end is known, by test 4" for stage in stages(funnel))


def test_every_reason_is_told_in_words(empty: Memory, tmp_path: Path):
    habits(tmp_path / "told")
    empty.import_path(tmp_path / "told")
    texts = {stage.text for stage in stages(empty.stats().funnel)}
    assert not texts & set(empty.stats().funnel.rejected)


def test_without_any_known_end_it_says_how_to_tell_one(empty: Memory, tmp_path: Path):
    one = Transcript("quiet")
    one.prompt("look around")
    one.read("a.py")
    one.read("b.py")
    one.save(tmp_path / "told")
    empty.import_path(tmp_path / "told")
    assert "No task shows how it ended, so nothing has a rate: `memory mark` says how one ended." in told(
        empty
    )


def test_a_deleted_candidate_is_not_named(empty: Memory, tmp_path: Path):
    paths = habits(tmp_path / "told", 2)
    empty.import_path(tmp_path / "told")
    gone = empty.patterns("kind:recovery")[0]
    empty.delete([gone.id])
    empty.delete([session.id for session in empty.sessions()][:1])
    assert len(paths) == 2
    assert gone.title not in {one.title for one in empty.stats().funnel.near}


def test_success_is_told_by_type_of_task_and_by_language(empty: Memory, tmp_path: Path):
    habits(tmp_path / "told", 5)
    site = Transcript("site", cwd="/home/dev/work/site")
    site.prompt("add a button")
    site.edit("src/button.ts")
    site.tests_pass()
    site.save(tmp_path / "told")
    empty.import_path(tmp_path / "told")
    stats = empty.stats()
    rows = [(one.name, one.outcomes.success, one.outcomes.judged) for one in stats.task_types]
    assert rows == [("debugging", 4, 5), ("code_generation", 1, 1)]
    rows = [(one.name, one.outcomes.success, one.outcomes.judged) for one in stats.languages]
    assert rows == [("python", 4, 5), ("typescript", 1, 1)]
    form = stats_json(stats)
    assert [one["task_type"] for one in form["task_types"]] == ["debugging", "code_generation"]
    assert form["languages"][0]["outcomes"]["rate"] == 0.8


def test_a_mark_and_a_deletion_move_the_counts_of_their_group(empty: Memory, tmp_path: Path):
    habits(tmp_path / "told", 3)
    empty.import_path(tmp_path / "told")
    failed = empty.episodes("", limit=1)[0]
    empty.mark(failed.id, "success")
    assert empty.stats().languages[0].outcomes.success == 3
    empty.undo()
    empty.delete([failed.id])
    outcomes = empty.stats().languages[0].outcomes
    assert (outcomes.success, outcomes.failure) == (2, 0)
    assert all(finding.level == "ok" for finding in empty.doctor())
