"""A person's word on how an episode ended overrules what was judged, and outlives everything else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transcript import START, Transcript, habit

from tacit import Memory
from tacit.core.errors import NotFound, StoreReadOnly, Usage
from tacit.core.model import Episode
from tacit.core.tables import CANDIDATES, MARKS

DAY = 86_400_000


def exported(memory: Memory, folder: Path) -> dict[str, bytes]:
    memory.export(folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.json"))}


def is_sound(memory: Memory) -> bool:
    return all(finding.level == "ok" for finding in memory.doctor())


def counts(memory: Memory) -> dict[int, tuple[int, ...]]:
    """The counts of every candidate, rows of the list or not."""
    with memory._store.read() as read:
        return dict(read.tallies(CANDIDATES))


def episode_of(memory: Memory, public_id: str) -> Episode:
    found = memory.get(public_id)
    assert isinstance(found, Episode)
    return found


@pytest.mark.parametrize(
    ("label", "score"), [("success", 1.0), ("partial", 0.5), ("failure", 0.0), ("unknown", None)]
)
def test_a_mark_decides_and_what_was_judged_stays_behind_it(
    memory: Memory, now: int, label: str, score: float | None
):
    before = memory.episodes()[0]
    assert before.outcome.source == "test"
    marking = memory.mark(before.id[:8], label, "I looked")
    outcome = episode_of(memory, before.id).outcome
    assert (marking.before, marking.after, marking.mark) == (
        before.outcome.label,
        label,
        memory.mark_of(before.id),
    )
    assert (outcome.label, outcome.score, outcome.source) == (label, score, "mark")
    assert outcome.evidence[1:] == before.outcome.evidence
    mark = memory.mark_of(before.id)
    assert mark is not None
    assert (mark.label, mark.at, mark.note) == (label, now, "I looked")
    assert is_sound(memory)


def test_what_a_marked_episode_contributed_is_replaced(memory: Memory):
    (row, *_) = memory.patterns("kind:tool_sequence")
    (use, *_) = [use for use in memory.evidence(row.id) if use.result == "success"]
    memory.mark(use.episode, "failure")
    (marked,) = [one for one in memory.patterns("kind:tool_sequence") if one.id == row.id]
    assert (marked.uses, marked.successes, marked.failures) == (row.uses, row.successes - 1, row.failures + 1)
    memory.mark(use.episode, "unknown")
    (marked,) = [one for one in memory.patterns("kind:tool_sequence") if one.id == row.id]
    assert (marked.uses, marked.judged) == (row.uses, row.judged - 1)
    assert memory.stats().outcomes.unknown == 1


def test_clearing_gives_back_exactly_what_was_judged(memory: Memory, tmp_path: Path):
    before = exported(memory, tmp_path / "out")
    for episode in memory.episodes():
        memory.mark(episode.id, "failure")
        memory.mark(episode.id, "partial", "well")
    assert exported(memory, tmp_path / "out") != before
    for episode in memory.episodes():
        memory.unmark(episode.id)
    assert exported(memory, tmp_path / "out") == before
    assert is_sound(memory)


def test_undo_takes_marks_back_one_by_one_after_a_restart(memory: Memory, tmp_path: Path):
    episode = memory.episodes()[0].id
    states = [exported(memory, tmp_path / "out")]
    for deed in (
        lambda: memory.mark(episode, "failure"),
        lambda: memory.mark(episode, "success", "it was right after all"),
        lambda: memory.unmark(episode),
    ):
        deed()
        states.append(exported(memory, tmp_path / "out"))
    assert [step.op for step in memory.undo_list()] == ["unmark", "mark", "mark"]
    path = memory.path
    memory.close()
    with Memory.open(path) as again:
        for state in states[-2::-1]:
            receipt = again.undo()
            assert receipt is not None
            assert (receipt.marks, receipt.ids) == (1, (episode,))
            assert exported(again, tmp_path / "out") == state
        assert again.undo() is None
        with again._store.read() as read:
            assert list(read.items(MARKS)) == []


def test_what_another_said_later_stands_when_an_earlier_word_is_taken_back(memory: Memory):
    episode = memory.episodes()[0].id
    memory.mark(episode, "failure")
    with Memory.open(memory.path, actor="agent") as agent:
        agent.mark(episode, "partial")
        memory.undo()
        assert episode_of(memory, episode).outcome.label == "partial"
        agent.undo()
        assert memory.mark_of(episode) is None
        assert episode_of(memory, episode).outcome.source == "test"


def test_saying_the_same_again_is_no_step(memory: Memory):
    episode = memory.episodes()[0].id
    assert memory.unmark(episode).step == 0
    assert memory.mark(episode, "failure").step == 1
    assert memory.mark(episode, "failure").step == 0
    assert len(memory.undo_list()) == 1


def test_a_mark_stays_when_the_episode_grows(tmp_path: Path):
    one = habit("h0")
    path = one.save(tmp_path / "in")
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths([path])
        (episode,) = memory.episodes()
        memory.mark(episode.id, "failure", "no")
        one.tests_pass()
        one.save(tmp_path / "in")
        memory.import_paths([path])
        grown = episode_of(memory, episode.id)
        assert (grown.steps, grown.outcome.label, grown.outcome.source) == (9, "failure", "mark")
        memory.unmark(episode.id)
        with Memory.open(tmp_path / "fresh") as fresh:
            fresh.import_paths([path])
            assert fresh.episodes() == memory.episodes()


def test_a_mark_survives_delete_and_undo_of_the_episode_and_of_its_session(memory: Memory, tmp_path: Path):
    episode = memory.episodes()[0]
    memory.mark(episode.id, "failure", "a word only I would write")
    before = exported(memory, tmp_path / "out")
    for gone in (episode.id, episode.session):
        memory.delete([gone])
        files = exported(memory, tmp_path / "out")
        assert b"a word only" not in b"".join(files.values())
        memory.undo()
        assert exported(memory, tmp_path / "out") == before
    assert is_sound(memory)


def test_the_mark_stays_with_the_episode_when_another_session_takes_it_over(tmp_path: Path):
    first, second = habit("first"), habit("first")
    second.native = habit("second").native
    for line in second.lines:
        line["sessionId"] = second.native
    second.read("more.py")
    paths = [first.save(tmp_path / "in"), second.save(tmp_path / "in")]
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths(paths[:1])
        (episode,) = memory.episodes()
        memory.mark(episode.id, "failure")
        memory.import_paths(paths)
        taken = episode_of(memory, episode.id)
        assert (taken.session != episode.session, taken.outcome.source) == (True, "mark")
        memory.delete([taken.session])
        back = episode_of(memory, episode.id)
        assert (back.session, back.outcome.source) == (episode.session, "mark")
        memory.undo()
        memory.unmark(episode.id)
        memory.delete([taken.session])
        assert memory.episodes() == (episode,)
        assert is_sound(memory)


def test_an_export_takes_marks_along_and_brings_them_back(memory: Memory, tmp_path: Path):
    marked, cleared, _, other = (one.id for one in memory.episodes())
    secret = "ghp_" + "a1B2" * 9
    memory.mark(marked, "failure", f"no, not with {secret}")
    memory.mark(cleared, "failure")
    memory.unmark(cleared)
    memory.mark(other, "unknown")
    tree = exported(memory, tmp_path / "out")
    assert secret.encode() not in b"".join(tree.values())
    with Memory.open(tmp_path / "other", clock=lambda: START) as restored:
        restored.import_paths([tmp_path / "out"])
        assert exported(restored, tmp_path / "again") == tree
        mark = restored.mark_of(marked)
        assert mark is not None
        assert "[REDACTED:" in mark.note
        restored.unmark(marked)
        restored.unmark(other)
        assert restored.undo_list()
        assert {one.outcome for one in restored.episodes()} == {
            memory.unmark(one.id) and episode_of(memory, one.id).outcome for one in memory.episodes()
        }
        restored.import_paths([tmp_path / "out"])
        assert restored.mark_of(marked) is None, "what was said here stands"
        assert is_sound(restored)


def test_the_marks_of_chosen_sessions_leave_with_them(memory: Memory, tmp_path: Path):
    here, there, *_ = memory.episodes()
    memory.mark(here.id, "failure")
    memory.mark(there.id, "failure")
    memory.export(tmp_path / "part", ids=[here.session])
    with Memory.open(tmp_path / "other") as restored:
        restored.import_paths([tmp_path / "part"])
        assert restored.mark_of(here.id) == memory.mark_of(here.id)
        assert restored.mark_of(there.id) is None


def test_a_mark_that_a_tree_tells_only_in_an_episode_is_none(memory: Memory, tmp_path: Path):
    episode = memory.episodes()[0]
    memory.mark(episode.id, "failure")
    memory.export(tmp_path / "out")
    manifest = tmp_path / "out" / "manifest.json"
    text = manifest.read_text()
    start = text.index('"marks"')
    manifest.write_text(text[:start] + '"marks": []\n}')
    with Memory.open(tmp_path / "other") as restored:
        restored.import_paths([tmp_path / "out"])
        assert episode_of(restored, episode.id).outcome == episode.outcome


def test_what_cannot_be_marked_is_refused(memory: Memory):
    row, episode = memory.patterns()[0], memory.episodes()[0]
    with pytest.raises(Usage, match="no episode"):
        memory.mark(row.id, "success")
    with pytest.raises(Usage, match="no mark"):
        memory.mark(episode.id, "abstained")
    with pytest.raises(Usage, match="1,000 bytes"):
        memory.mark(episode.id, "success", "ü" * 501)
    with pytest.raises(NotFound, match="There is no"):
        memory.mark("e-000000000000", "success")
    memory.delete([episode.id])
    with pytest.raises(NotFound, match="deleted"):
        memory.mark(episode.id, "success")
    path = memory.path
    memory.close()
    with Memory.open(path, readonly=True) as closed, pytest.raises(StoreReadOnly):
        closed.unmark(closed.episodes()[0].id)


class Story:
    """Three sessions that grow, the third of which resumes the first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        whole = [habit("h0"), habit("h1", start=START + DAY, good=False), habit("h0")]
        whole[0].prompt("and now the reader, please")
        for one in (whole[0], whole[1]):
            one.edit("src/reader.py")
            one.tests_fail()
        whole[2].native = Transcript("resumed").native
        whole[2].read("more.py")
        whole[2].prompt("something else")
        whole[2].edit("src/else.py")
        whole[2].tests_pass()
        for line in whole[2].lines:
            line["sessionId"] = whole[2].native
        self.lines = [one.text().splitlines(keepends=True) for one in whole]
        self.paths = [folder / f"{one.native}.jsonl" for one in whole]
        self.told = [0, 0, 0]
        folder.mkdir()

    def grow(self, number: int, lines: int) -> None:
        """Let a session's file have some lines more."""
        self.told[number] = min(len(self.lines[number]), self.told[number] + lines)
        self.paths[number].write_text("".join(self.lines[number][: self.told[number]]))


MARKED = st.tuples(
    st.just("mark"), st.integers(0, 5), st.sampled_from(["success", "failure", "partial", "unknown", None])
)
DELETED = st.tuples(st.just("delete"), st.integers(0, 5), st.booleans())
UNDONE = st.just(("undo", 0, None))
GROWN = st.tuples(st.just("grow"), st.sampled_from([2, 0, 2, 1]), st.sampled_from([8, 3, 16]))
STEPS = st.one_of(MARKED, GROWN, DELETED, UNDONE, MARKED, GROWN)


def apply(memory: Memory, story: Story, step: tuple) -> tuple[str, tuple[str, ...], str | None] | None:
    """Do one step; what it asked of the memory that can be undone."""
    deed, which, how = step
    if deed == "grow":
        story.grow(which, how)
        memory.import_paths([story.folder])
        return None
    if deed == "undo":
        memory.undo()
        return None
    things = memory.sessions() if deed == "delete" and how else memory.episodes()
    if not things:
        return None
    chosen = sorted(one.id for one in things)[which % len(things)]
    if deed == "delete":
        memory.delete([chosen])
        return ("delete", (chosen,), None)
    done = memory.mark(chosen, how) if how else memory.unmark(chosen)
    return ("mark", (chosen,), how) if done.step else None


@settings(max_examples=30, deadline=None)
@given(steps=st.lists(STEPS, min_size=6, max_size=12))
def test_import_mark_grow_delete_and_undo_in_any_order_equal_the_end_imported_and_marked_once(
    steps: list[tuple], tmp_path_factory: pytest.TempPathFactory
):
    folder = tmp_path_factory.mktemp("any")
    story = Story(folder / "in")
    standing: list[tuple[str, tuple[str, ...], str | None]] = []
    with (
        Memory.open(folder / "one", clock=lambda: START) as memory,
        Memory.open(folder / "two", clock=lambda: START) as once,
    ):
        for number, lines in enumerate((16, 12, 14)):
            apply(memory, story, ("grow", number, lines))
        for step in steps:
            asked = apply(memory, story, step)
            if asked is not None:
                standing.append(asked)
            elif step[0] == "undo" and standing:
                standing.pop()
        once.import_paths([story.folder])
        said = {ids[0]: how for deed, ids, how in standing if deed == "mark"}
        for episode, how in said.items():
            if how is not None:
                once.mark(episode, how)
                assert episode_of(once, episode).outcome.label == how
        for deed, ids, _ in standing:
            if deed == "delete":
                once.delete(ids)
        memory.import_paths([story.folder])
        memory.review()
        assert exported(memory, folder / "a") == exported(once, folder / "b")
        assert counts(memory) == counts(once)
        assert is_sound(memory)
