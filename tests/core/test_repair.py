"""What damage takes away comes back: from the other records, and from the transcripts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from transcript import START, Transcript, habit

from tacit import Memory
from tacit.core.errors import Corrupt
from tacit.core.learn.state import touch
from tacit.core.tables import (
    CANDIDATES,
    CONTRIBUTIONS,
    COPIES,
    EPISODES,
    EVENTS,
    FILES,
    MARKS,
    PATTERNS,
    SESSIONS,
    STATE,
    STEPS,
    TOMBSTONES,
    UNDO,
    step_key,
)
from tacit.core.tombstones import Role, bury, is_forgotten, tombstones
from tacit.store import quarantine
from tacit.store.transaction import Write

RECORDS = [table.space for table in (PATTERNS, SESSIONS, EPISODES, COPIES, STEPS, CONTRIBUTIONS)]
DERIVED = [EVENTS.space, CANDIDATES.space, "counters", "index.episodes.recent", "index.patterns.rank"]
REST = [FILES.space, STATE.space, "changes"]
EVERY = 10**9


@pytest.fixture
def transcripts(tmp_path: Path) -> Path:
    """Sessions of one habit, one of which was resumed and tells the other's episode with one step more."""
    folder = tmp_path / "transcripts"
    for number in range(5):
        habit(f"h{number}", start=START + number * 86_400_000, good=number != 2).save(folder)
    resumed = habit("h1", start=START + 86_400_000)
    resumed.native = Transcript("resumed").native
    for line in resumed.lines:
        line["sessionId"] = resumed.native
    resumed.bash("git push")
    resumed.save(folder)
    return folder


def harm(memory: Memory, space: str, place: int = 0) -> None:
    """Flip a bit in the value at a place of a space, or in every one."""

    def job(write: Write) -> None:
        items = list(write.kv.scan(space))
        assert items, f"nothing lies in {space}"
        for key, value in items if place == EVERY else [items[place % len(items)]]:
            write.kv.put(space, key, value[:-1] + bytes((value[-1] ^ 1,)))

    memory._store.write(job)


def exported(memory: Memory, where: Path) -> dict[str, bytes]:
    memory.export(where)
    return {str(path.relative_to(where)): path.read_bytes() for path in where.rglob("*.json")}


def damage(memory: Memory) -> list[str]:
    return [found.what for found in memory.doctor() if found.level == "damage"]


@pytest.mark.parametrize("place", [0, 3, EVERY])
@pytest.mark.parametrize("space", [*RECORDS, *DERIVED, *REST])
def test_after_repair_and_import_everything_is_as_it_was(
    memory: Memory, transcripts: Path, tmp_path: Path, space: str, place: int
) -> None:
    before = exported(memory, tmp_path / "before")
    harm(memory, space, place)
    assert damage(memory)
    repair = memory.repair()
    assert repair.done
    assert damage(memory) == []
    memory.import_path(transcripts)
    assert damage(memory) == []
    assert exported(memory, tmp_path / "after") == before


@pytest.mark.parametrize("space", [*RECORDS[:5], *DERIVED[2:]])
def test_what_is_damaged_is_left_out_of_every_answer_and_that_is_noted(
    memory: Memory, tmp_path: Path, space: str
) -> None:
    harm(
        memory, space, -2 if space == "counters" else 0
    )  # neither the first nor the last counter is read here
    stats = memory.stats()
    listed = len(memory.patterns()), len(memory.sessions()), len(memory.episodes())
    memory.search("parser", None)
    memory.export(tmp_path / "export")
    gone = {PATTERNS.space: (1, 0, 0), SESSIONS.space: (0, 1, 0), EPISODES.space: (0, 0, 1)}
    less = gone.get(space, (0, 0, 1) if space.startswith("index.ep") else (0, 0, 0))
    less = (1, 0, 0) if space == "index.patterns.rank" else less
    assert listed == (stats.patterns - less[0], stats.sessions - less[1], stats.episodes - less[2])
    assert len(memory.left_out) == 1


def test_to_show_a_damaged_thing_is_an_error_that_names_it(memory: Memory) -> None:
    pattern = memory.patterns()[0]
    harm(memory, PATTERNS.space, EVERY)
    with pytest.raises(Corrupt, match="table patterns is damaged") as caught:
        memory.get(pattern.id)
    assert "`memory doctor --repair`" in caught.value.hint


def test_an_import_heals_the_evidence_it_meets_damaged(
    memory: Memory, transcripts: Path, tmp_path: Path
) -> None:
    harm(memory, CONTRIBUTIONS.space, EVERY)
    harm(memory, EVENTS.space, EVERY)
    harm(memory, CANDIDATES.space, EVERY)
    habit("new", start=START + 40 * 86_400_000).save(transcripts)
    memory.import_path(transcripts)
    assert damage(memory) == []
    with Memory.open(tmp_path / "fresh", clock=memory.clock) as fresh:
        fresh.import_path(transcripts)
        assert exported(memory, tmp_path / "left") == exported(fresh, tmp_path / "right")


def test_repairing_a_sound_store_changes_nothing(memory: Memory) -> None:
    before = memory.sequence()
    repair = memory.repair()
    assert not repair.done
    assert memory.sequence() == before
    assert all(found.level == "ok" for found in repair.findings)


def test_what_was_set_aside_is_told_until_it_is_thrown_away(memory: Memory) -> None:
    harm(memory, STEPS.space)
    assert memory.repair().aside == {"steps": 1}
    warnings = [found for found in memory.doctor() if found.level == "warning"]
    assert [found.count for found in warnings] == [1]
    assert "1 of steps" in warnings[0].what
    assert "`memory import`" in warnings[0].hint
    memory._store.write(lambda write: quarantine.empty(write.kv))
    assert all(found.level == "ok" for found in memory.doctor())


@pytest.mark.parametrize("way", ["read", "repaired", "repaired and imported"])
@pytest.mark.parametrize("kind", ["patterns", "sessions", "episodes"])
def test_what_was_deleted_stays_deleted_when_its_tombstone_is_damaged(
    memory: Memory, transcripts: Path, way: str, kind: str
) -> None:
    things: Callable[[], tuple[object, ...]] = getattr(memory, kind)
    gone = getattr(memory, kind)()[0]
    memory.delete([gone.id])
    left = things()
    harm(memory, TOMBSTONES.space, EVERY)
    if way != "read":
        memory.repair()
        assert damage(memory) == []
    if way == "repaired and imported":
        memory.import_path(transcripts)
    memory.review()
    assert things() == left
    assert gone.id in dict(memory.tombstones())
    if way != "read":
        assert memory.undo() is not None
        assert gone.id in {thing.id for thing in getattr(memory, kind)()}


def test_a_tombstone_that_can_no_longer_say_its_role_hides_most(memory: Memory) -> None:
    session = memory.sessions()[0].id
    memory.delete([session])
    memory._store.write(lambda write: write.clear(UNDO))
    harm(memory, TOMBSTONES.space, EVERY)
    memory.repair()
    with memory._store.read() as read:
        assert dict(tombstones(read)) == {session: "forgotten"}
        assert is_forgotten(read, session)


def test_records_lost_from_the_trash_come_back_with_the_next_import(
    memory: Memory, transcripts: Path, tmp_path: Path
) -> None:
    before = exported(memory, tmp_path / "before")
    memory.delete([memory.sessions()[1].id])
    harm(memory, "trash", EVERY)
    memory.repair()
    assert damage(memory) == []
    memory.undo()
    memory.import_path(transcripts)
    assert damage(memory) == []
    assert exported(memory, tmp_path / "after") == before


def test_an_episode_whose_mark_is_lost_stands_as_it_was_judged(memory: Memory, tmp_path: Path) -> None:
    episode = memory.episodes()[0]
    memory.mark(episode.id, "failure")
    assert memory.get(episode.id).outcome.label == "failure"  # type: ignore[union-attr]
    harm(memory, MARKS.space)
    memory.repair()
    assert memory.get(episode.id).outcome == episode.outcome  # type: ignore[union-attr]
    assert damage(memory) == []


def test_the_number_of_an_undo_step_that_is_lost_is_not_given_again(memory: Memory) -> None:
    memory.delete([memory.patterns()[0].id])
    memory.delete([memory.patterns()[0].id])
    last = memory.undo_list()[0].number
    harm(memory, UNDO.space, EVERY)
    assert memory.undo_list() == ()
    memory.repair()
    memory.delete([memory.patterns()[0].id])
    assert memory.undo_list()[0].number == last + 1
    assert damage(memory) == []


def test_the_steps_of_an_episode_that_is_lost_go_with_it(memory: Memory) -> None:
    """Nothing tells whose they are, so no forgetting would find them."""
    told = sum(one.steps for one in memory.episodes())
    harm(memory, EPISODES.space)
    harm(memory, COPIES.space)
    memory.repair()
    with memory._store.read() as read:
        kept = sum(1 for _ in read.keys(STEPS))
    assert kept == sum(one.steps for one in memory.episodes()) < told
    assert damage(memory) == []


@pytest.mark.parametrize("thrown", [False, True])
def test_steps_that_no_episode_tells_are_found_and_removed(memory: Memory, thrown: bool) -> None:
    def stray(write: Write) -> None:
        step = next(step for _, step in write.records(STEPS))
        write.put(STEPS, step_key(7, 1), step)
        if thrown:
            write.trash(STEPS, step_key(7, 1))

    memory._store.write(stray)
    assert damage(memory) == ["steps that no episode tells"]
    assert memory.repair().rebuilt == ("steps",)
    assert damage(memory) == []


@pytest.mark.parametrize("role", ["single", "forgotten"])
def test_what_is_there_and_counts_as_deleted_is_made_one_or_the_other(memory: Memory, role: Role) -> None:
    session = memory.sessions()[0].id
    memory._store.write(lambda write: bury(write, "sessions", session, role))
    assert damage(memory) == ["sessions, episodes and notes that are there and count as deleted"]
    memory.purge_trash()
    assert session in {one.id for one in memory.sessions()}
    memory.repair()
    assert (session in {one.id for one in memory.sessions()}) == (role == "single")
    assert damage(memory) == []
    if role == "single":
        memory.delete([session])
        memory.undo()


@pytest.mark.parametrize("space", [PATTERNS.space, "index.patterns.rank", ""])
@pytest.mark.parametrize("place", [0, -1])
def test_a_pattern_that_is_gone_is_found_and_made_anew(
    memory: Memory, tmp_path: Path, space: str, place: int
) -> None:
    """Its record alone, its place in the list, or all of it as if it had never been."""
    before = memory.patterns(), exported(memory, tmp_path / "before")

    def lose(write: Write) -> None:
        key = list(write.keys(PATTERNS))[place]
        if not space:
            write.delete(PATTERNS, key)
        else:
            write.kv.delete(space, key if space == PATTERNS.space else next(write.kv.scan(space))[0])

    memory._store.write(lose)
    assert damage(memory)
    assert "patterns" in memory.repair().rebuilt
    assert damage(memory) == []
    assert (memory.patterns(), exported(memory, tmp_path / "after")) == before


def test_patterns_are_not_held_against_evidence_that_no_review_has_seen(memory: Memory) -> None:
    def go_on(write: Write) -> None:
        write.delete(PATTERNS, next(iter(write.keys(PATTERNS))))
        touch(write)

    memory._store.write(go_on)
    assert damage(memory) == []
    assert any("the next import makes them anew" in found.what for found in memory.doctor())
    assert memory.review()
    assert [found.what for found in memory.doctor() if "evidence makes" in found.what]
