"""What was told live and stands in a transcript too counts once: as the transcript has it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from told_beside import AGENT, during, is_sound, known, public, save, session
from transcript import Transcript

from tacit import Memory
from tacit.core.errors import NotFound, Usage
from tacit.core.ids import session_id
from tacit.core.loop.outcomes import told_in

DAY = 86_400_000


@pytest.fixture
def one() -> Transcript:
    return session()


@pytest.fixture
def memory(opened: Callable[[], Memory]) -> Memory:
    memory = opened()
    memory.background = False
    return memory


def labels(memory: Memory) -> list[str]:
    return [one.outcome.label for one in sorted(memory.episodes(), key=lambda one: one.started)]


def report(
    memory: Memory, clock, one: Transcript, task: int, outcome: str | None = None, note: str = ""
) -> str:
    """Tell live what was done in a task of the transcript, as an agent would; the id of the episode."""
    clock.at = during(one, task)
    episode = begin(memory, one)
    memory.log_step(episode, "edit", {"path": "/home/dev/work/app/src/parser.py"}, "changed")
    clock.at += 1_000
    memory.complete_episode(episode, outcome, note)
    return episode


def begin(memory: Memory, one: Transcript) -> str:
    return memory.start_episode("do it", directory=one.cwd, agent=AGENT, session=one.native).id


def imported(memory: Memory, clock, one: Transcript, folder: Path, tasks: int = 3) -> None:
    clock.at = one.at + DAY
    memory.import_paths([save(one, folder, tasks)])


def test_an_import_of_what_was_also_told_live_counts_once(memory, clock, one, tmp_path):
    for task in range(3):
        report(memory, clock, one, task)
    assert len(memory.episodes()) == 3
    imported(memory, clock, one, tmp_path / "in")
    with Memory.open(tmp_path / "alone", clock=clock) as alone:
        imported(alone, clock, one, tmp_path / "in")
        assert known(memory) == known(alone)
        assert memory.stats() == alone.stats()
    assert is_sound(memory)


def test_what_was_said_of_the_end_of_a_live_episode_is_said_of_the_transcripts(memory, clock, one, tmp_path):
    first = report(memory, clock, one, 0, "success", "the person said so")
    report(memory, clock, one, 1)
    third = report(memory, clock, one, 2)
    memory.complete_episode(begin(memory, one), "partial")
    imported(memory, clock, one, tmp_path)
    assert labels(memory) == ["success", "success", "partial"]
    told = sorted(memory.episodes(), key=lambda one: one.started)
    assert told[0].outcome.evidence[0].text == "labelled success: the person said so"
    assert {one.session for one in told} == {public(one)}
    for live, now in ((first, told[0]), (third, told[2])):
        with pytest.raises(NotFound, match="recorded live") as missing:
            memory.get(live)
        assert now.id in missing.value.hint
        assert missing.value.nearest == (now.id,)
        with pytest.raises(Usage):
            memory.log_step(live, "bash", {"command": "ls"})
    with pytest.raises(Usage, match="was completed at"):
        memory.complete_episode(first, "failure")
    memory.learn_pending()
    assert is_sound(memory)


def test_an_episode_left_open_says_nothing_of_how_the_transcripts_ended(memory, clock, one, tmp_path):
    clock.at = during(one, 1)
    begin(memory, one)
    clock.at += 3 * DAY
    assert memory.close_stale() == 1
    assert [one.outcome.source for one in memory.episodes()] == ["label"]
    clock.at = one.at
    imported(memory, clock, one, tmp_path)
    assert labels(memory) == ["failure", "success", "failure"]


def test_an_open_episode_is_closed_by_the_import_and_its_end_added_to_the_transcripts(
    memory, clock, one, tmp_path
):
    clock.at = during(one, 1)
    with memory.start_episode("do it", directory=one.cwd, agent=AGENT, session=one.native) as episode:
        episode.log("bash", {"command": "pytest -q"}, "3 passed")
        memory.flush()
        episode.log("bash", {"command": "ls"}, "held back")
        imported(memory, clock, one, tmp_path, tasks=2)
        memory.flush()
        with pytest.raises(Usage, match=f"transcript of the session {one.native}"):
            episode.log("bash", {"command": "ls"}, "after")
        clock.at = during(one, 1) + 2_000
        done = episode.complete("partial", "half")
        with memory._store.read() as read:
            assert [word.label for word in told_in(read, public(one))] == ["partial"]
    assert (done.session, done.outcome.label, done.prompt) == (
        public(one),
        "partial",
        "now the reader, please",
    )
    assert len(memory.sessions()) == 1
    imported(memory, clock, one, tmp_path)
    assert labels(memory) == ["failure", "partial", "failure"]
    assert is_sound(memory)


def test_where_the_transcript_is_stored_already_only_the_end_is_kept(memory, opened, clock, one, tmp_path):
    imported(memory, clock, one, tmp_path)
    clock.at = during(one, 2)
    episode = begin(memory, one)
    other = opened()
    for at in (memory, other):
        with pytest.raises(Usage, match="nothing is lost"):
            at.log_step(episode, "bash", {"command": "ls"}, "x")
    assert other.complete_episode(episode, "success").prompt == "and the writer, please"
    assert labels(memory) == ["failure", "success", "success"]
    assert len(memory.sessions()) == 1
    with pytest.raises(Usage, match="was completed at"):
        memory.complete_episode(episode)
    with memory.start_episode("do it", agent=AGENT, session=one.native) as again:
        pass
    with pytest.raises(NotFound, match="recorded live"):
        memory.get(again.id)
    assert labels(memory) == ["failure", "success", "success"]


def test_a_mark_moves_to_the_transcripts_episode_and_goes_with_its_undo(memory, clock, one, tmp_path):
    live = report(memory, clock, one, 1)
    memory.mark(live, "partial", "as I saw it")
    imported(memory, clock, one, tmp_path)
    assert labels(memory) == ["failure", "partial", "failure"]
    second = sorted(memory.episodes(), key=lambda one: one.started)[1]
    assert memory.mark_of(second.id).note == "as I saw it"
    assert memory.undo().ids == (second.id,)
    assert labels(memory) == ["failure", "success", "failure"]
    assert is_sound(memory)


@pytest.mark.parametrize("how", ["delete", "forget"])
def test_a_live_session_that_was_deleted_keeps_the_transcript_out(memory, clock, one, tmp_path, how):
    report(memory, clock, one, 0)
    gone = session_id(AGENT, f"live:{one.native}")
    if how == "delete":
        memory.delete([gone])
    else:
        memory.forget(sessions=[gone])
    path = save(one, tmp_path, 3)
    for _ in range(2):
        assert memory.import_paths([path]).skipped == {"deleted": 1}
    assert memory.episodes() == ()
    with pytest.raises(NotFound, match="was deleted"):
        begin(memory, one)
    if how == "delete":
        memory.undo()
        assert memory.import_paths([path]).episodes == 3
        assert len(memory.sessions()) == 1
    assert is_sound(memory)


@pytest.mark.parametrize("how", ["delete", "purge", "forget"])
def test_what_was_deleted_of_a_live_session_is_deleted_of_the_transcript(memory, clock, one, tmp_path, how):
    report(memory, clock, one, 0)
    live = report(memory, clock, one, 1, "partial", "Zanzibar")
    memory.delete([live]) if how != "forget" else memory.forget(matching="Zanzibar")
    if how == "purge":
        memory.purge_trash()
    for tasks in (2, 3, 3):
        imported(memory, clock, one, tmp_path / "in", tasks)
    assert labels(memory) == ["failure", "failure"]
    if how == "delete":
        memory.undo()
        assert labels(memory) == ["failure", "partial", "failure"]
    else:
        assert memory.chores(), "what was stored for a moment may lie in freed pages"
        assert memory.finish_chores() == ()
    assert is_sound(memory)


def test_a_tree_with_what_was_told_live_adds_only_what_was_said_to_the_transcripts(
    memory, opened, clock, one, tmp_path
):
    report(memory, clock, one, 1, "partial", "half")
    memory.export(tmp_path / "tree")
    with Memory.open(tmp_path / "other", clock=clock) as other:
        imported(other, clock, one, tmp_path)
        report_of = other.import_path(tmp_path / "tree")
        assert report_of.skipped == {"told by a transcript": 1}
        assert labels(other) == ["failure", "partial", "failure"]
        assert is_sound(other)
        assert len(other.sessions()) == 1
    with Memory.open(tmp_path / "third", clock=clock) as third:
        third.import_path(tmp_path / "tree")
        imported(third, clock, one, tmp_path)
        assert labels(third) == ["failure", "partial", "failure"]
        assert len(third.sessions()) == 1
