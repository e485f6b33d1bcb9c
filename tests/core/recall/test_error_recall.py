"""What got past an error: the same one here, elsewhere, its class, one that reads alike, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from transcript import START, Transcript, habit, habits

from tacit import Memory
from tacit.core.errors import Usage
from tacit.core.recall.error_recall import Recovering

UNREAD = "File has not been read yet. Read it first before writing to it."
LATER = START + 20 * 86_400_000


def once(folder: Path, name: str, error: str, *, cwd: str = "/home/dev/work/app", start: int = LATER) -> None:
    """A session in which an edit is refused, and writing the file anew gets past it."""
    one = Transcript(name, cwd=cwd, start=start)
    one.prompt(f"change the loader, case {name}")
    one.edit("src/loader.py", refused=error)
    one.call("Write", {"file_path": f"{cwd}/src/loader.py", "content": "x"}, "File written")
    one.tests_pass()
    one.save(folder)


def test_the_same_error_names_what_came_first_and_the_steps(memory: Memory) -> None:
    found = memory.recall_error(UNREAD)
    first = found.recoveries[0]
    assert found.signature == UNREAD
    assert (first.where, first.action, first.intent) == ("same", "read", "edit")
    assert (first.uses, first.successes, first.judged, first.episodes) == (4, 4, 4, 4)
    assert first.pattern in {pattern.id for pattern in memory.patterns()}
    seen = first.seen[0]
    assert (seen.result, seen.error, seen.family) == ("success", UNREAD, "edit refused")
    assert [step.actions for step in seen.steps] == [("edit *.py failed",), ("read *.py",), ("edit *.py",)]
    assert [step.n for step in seen.steps] == [1, 2, 3]


def test_a_class_that_is_one_exact_error_says_nothing_new(memory: Memory) -> None:
    assert {one.where for one in memory.recall_error(UNREAD).recoveries} == {"same"}


def test_what_was_seen_in_one_episode_only_is_told_without_a_pattern(
    memory: Memory, transcripts: Path
) -> None:
    once(transcripts, "w1", "String to replace not found in file.")
    memory.import_paths([transcripts])
    found = memory.recall_error("String to replace not found in file.").recoveries
    assert [(one.where, one.action, one.pattern, one.episodes) for one in found] == [
        ("same", "write", None, 1),
        ("class", "read", found[1].pattern, 4),
    ]
    assert found[1].signature == "edit refused"


def test_here_comes_before_elsewhere_each_with_its_own_counts(memory: Memory, transcripts: Path) -> None:
    habits_elsewhere = [habit(f"x{n}", start=LATER + n, cwd="/home/dev/work/other") for n in range(2)]
    for one in habits_elsewhere:
        one.save(transcripts)
    memory.import_paths([transcripts])
    found = memory.recall_error(UNREAD, project="other").recoveries
    assert [(one.where, one.uses, one.episodes) for one in found] == [("here", 2, 2), ("elsewhere", 4, 4)]
    assert {seen.project for seen in found[0].seen} == {"work/other"}
    assert [one.where for one in memory.recall_error(UNREAD, project="nowhere").recoveries] == ["elsewhere"]
    assert memory.recall_error(UNREAD).recoveries[0].uses == 6


def test_an_error_that_reads_alike_is_told_apart(memory: Memory) -> None:
    found = memory.recall_error("The file was not read yet: read it first, before you write to it").recoveries
    assert found
    assert {one.where for one in found} == {"similar"}
    assert found[0].action == "read"
    assert 0.6 <= (found[0].likeness or 0) <= 1


@pytest.mark.parametrize(
    "text",
    [
        "The oven is too hot for bread",
        "file",
        "Error",
        "connection refused by 10.0.0.1:5432",
        "первая ошибка",
        "找不到",
        "\x00\x1b[31m\u202e",
        "🎉🎉🎉",
    ],
)
def test_nothing_rather_than_something_unrelated(memory: Memory, text: str) -> None:
    assert memory.recall_error(text).recoveries == ()


def test_a_class_is_looked_into_by_the_tool_that_failed(memory: Memory) -> None:
    text = "something nobody has ever seen"
    assert memory.recall_error(text).recoveries == ()
    found = memory.recall_error(text, command="ruff check src").recoveries
    assert {(one.where, one.signature, one.action) for one in found} == {("class", "lint failed", "edit")}


def test_no_text_is_an_error_of_usage(memory: Memory) -> None:
    with pytest.raises(Usage):
        memory.recall_error(" \n ")


def test_what_was_deleted_is_told_no_more_until_undo(memory: Memory) -> None:
    before = memory.recall_error(UNREAD)
    gone = before.recoveries[0].pattern
    assert gone is not None
    memory.delete([gone])
    assert all(one.pattern != gone for one in memory.recall_error(UNREAD).recoveries)
    memory.undo()
    assert memory.recall_error(UNREAD) == before


def test_deleting_the_episodes_takes_their_recoveries(memory: Memory) -> None:
    memory.delete([one.id for one in memory.sessions()])
    assert memory.recall_error(UNREAD).recoveries == ()
    memory.undo()
    assert memory.recall_error(UNREAD).recoveries[0].uses == 4


def test_the_cost_follows_the_answer(memory: Memory, transcripts: Path) -> None:
    def rows() -> int:
        with memory._store.read() as read:
            Recovering(read, None).exact(UNREAD)
            return read.rows_read

    before = rows()
    for n in range(12):
        once(
            transcripts,
            f"m{n}",
            f"Matches of the string to replace differ in rule{chr(97 + n)}",
            start=LATER + n,
        )
    memory.import_paths([transcripts])
    assert rows() == before


def test_the_sample_names_read_and_edit_from_two_refusals_and_the_class(
    tmp_path: Path, samples: Path
) -> None:
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths([samples / "claude-code"])
        found = memory.recall_error(UNREAD).recoveries
    exact = [one for one in found if one.where == "same"]
    assert [(one.action, one.intent, one.uses, one.successes, one.episodes) for one in exact] == [
        ("read", "edit", 2, 2, 1)
    ]
    assert exact[0].pattern is None
    assert len({seen.episode for seen in exact[0].seen}) == 1
    of_class = next(one for one in found if one.where == "class" and one.action == "read")
    assert (of_class.signature, of_class.intent) == ("edit refused", "edit")
    assert of_class.pattern is not None


def test_counts_are_the_same_after_everything_is_learned_anew(memory: Memory, tmp_path: Path) -> None:
    before = memory.recall_error(UNREAD)
    memory.rebuild()
    assert memory.recall_error(UNREAD) == before
    habits(tmp_path / "again", 2)
    memory.import_paths([tmp_path / "again"])
    assert memory.recall_error(UNREAD) == before
