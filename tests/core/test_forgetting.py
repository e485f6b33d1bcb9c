"""What is forgotten is nowhere, and does not come back."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from everywhere import places_of
from hypothesis import given, settings
from hypothesis import strategies as st
from transcript import START, Transcript, habit, habits

from tacit import Memory
from tacit.core.errors import NotFound, Usage
from tacit.core.texts import rebuild_text

WORD = "Zanzibar"
DAY = 86_400_000


def telling(name: str, *, start: int, where: str) -> Transcript:
    """A session of three tasks, the second of which is a habit, with the word in one place of another."""
    told = Transcript(name, start=start)
    told.prompt(f"look into {WORD}" if where == "title" else f"look into case {name}")
    told.tests_pass()
    told.lines += habit(f"{name} too", start=start + 1_000_000).lines
    for line in told.lines:
        line["sessionId"] = told.native
    told.at += 2_000_000
    told.prompt(f"and now {WORD}, please" if where == "prompt" else "and now the rest, please")
    if where == "parameters":
        told.bash(f"curl https://{WORD.upper()}.example", "ok")
    elif where == "escaped":
        told.call("Write", {"file_path": f"{told.cwd}/a.py", "content": f'x = "\u00df{WORD}"\n\t'}, "ok")
    elif where == "output":
        told.bash("make", f"long ago\n{'.' * 5_000}\nin {WORD.lower()}\n")
    elif where == "path":
        told.edit(f"src/{WORD}.py")
    elif where == "error":
        told.edit("src/a.py", refused=f"no such thing as {WORD}")
    told.read("src/a.py")
    told.tests_pass()
    return told


PLACES = ("title", "prompt", "parameters", "escaped", "output", "path", "error")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Transcripts of four sessions without the word and of seven with it, each in another place."""
    folder = tmp_path / "in"
    habits(folder)
    for number, where in enumerate(PLACES):
        telling(where, start=START + (10 + number) * DAY, where=where).save(folder)
    return folder


def exported(memory: Memory, folder: Path) -> dict[str, bytes]:
    memory.export(folder)
    files = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.json"))}
    files.pop("manifest.json")
    return files


def is_sound(memory: Memory) -> bool:
    return all(finding.level == "ok" for finding in memory.doctor())


def everything(memory: Memory) -> None:
    """Mirror, text index, trash and a backup, each holding what the memory holds."""
    memory.delete([memory.patterns()[0].id])
    memory.delete([next(one.id for one in memory.sessions() if WORD in one.title)])
    memory.delete([next(one.id for one in memory.episodes() if WORD in one.prompt)])
    memory.export()
    assert rebuild_text(memory._store)
    memory.create_backup()


def roots(tmp_path: Path, memory: Memory) -> list[Path]:
    return [tmp_path / name for name in (memory.path.name, "store-export", "store-backups")]


def test_a_text_is_found_nowhere_after_it_was_forgotten(tmp_path: Path, folder: Path) -> None:
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths([folder])
        everything(memory)
        before = places_of(WORD, *roots(tmp_path, memory))
        for part in ("mdb: table.steps", "trash b'sessions", "trash b'copies", "data.mdb: raw", "a term",
                     "sessions/", "backup: table.steps", "backup: trash b'copies"):  # fmt: skip
            assert any(part in place for place in before), part
        plan = memory.forget(matching=WORD, dry_run=True)
        assert places_of(WORD, *roots(tmp_path, memory)) == before, "a dry run changes nothing"
        receipt = memory.forget(matching="zanziBAR")
        assert (receipt.sessions, receipt.episodes, receipt.steps) == (
            plan.sessions,
            plan.episodes,
            plan.steps,
        )
        assert (receipt.patterns, receipt.bytes) == (plan.patterns, plan.bytes)
        assert (receipt.episodes, receipt.pending) == (7, ())
        assert len(receipt.transcripts) == 7
        assert places_of(WORD, *roots(tmp_path, memory)) == []
        assert is_sound(memory)
        for path in folder.iterdir():
            path.touch()
        memory.import_paths([folder])
        assert places_of(WORD, *roots(tmp_path, memory)) == []
    assert places_of(WORD, tmp_path / "store") == []


@pytest.mark.parametrize("choice", ["sessions", "project", "before"])
def test_whole_sessions_are_found_nowhere_after_they_were_forgotten(
    tmp_path: Path, folder: Path, choice: str
) -> None:
    told = telling("path", start=START - 9 * DAY, where="path")
    told.cwd = "/home/dev/work/elsewhere"
    told = Transcript("only", cwd="/home/dev/work/elsewhere", start=START - 9 * DAY)
    told.prompt("where is it")
    told.edit("src/quetzal.py")
    told.bash("make", "a Quetzal")
    told.tests_pass()
    told.save(folder)
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths([folder])
        everything(memory)
        (session,) = [one for one in memory.sessions() if one.title == "where is it"]
        assert len(places_of("quetzal", *roots(tmp_path, memory))) > 5
        arguments = {"sessions": [session.id], "project": session.project, "before": START - DAY}
        receipt = memory.forget(**{choice: arguments[choice]})
        assert (receipt.sessions, receipt.episodes, receipt.steps) == (1, 1, 3)
        assert receipt.transcripts == (str(told.save(folder)),)
        assert places_of("quetzal", *roots(tmp_path, memory)) == []
        assert is_sound(memory)
        assert memory.import_paths([folder]).skipped["deleted"] >= 1


def test_a_forgotten_session_stays_forgotten_when_it_grows(tmp_path: Path) -> None:
    told = habit("one")
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths([told.save(tmp_path / "in")])
        memory.forget(sessions=[memory.sessions()[0].id])
        told.prompt("go on")
        told.tests_pass()
        assert memory.import_paths([told.save(tmp_path / "in")]).skipped == {"deleted": 1}
        assert not memory.sessions()
        assert memory.undo() is None


def test_a_session_goes_on_without_what_was_forgotten_of_it(tmp_path: Path) -> None:
    told = Transcript("one")
    told.prompt(f"tell me of {WORD}")
    told.read("a.py")
    told.tests_pass()
    path = told.save(tmp_path / "in")
    with (
        Memory.open(tmp_path / "store", clock=lambda: START) as memory,
        Memory.open(tmp_path / "other", clock=lambda: START) as other,
    ):
        memory.import_paths([path])
        assert memory.forget(matching=WORD).sessions == 1, "nothing was left of it"
        assert memory.import_paths([path]).sessions == 0
        told.prompt("something else now")
        told.edit("b.py")
        told.tests_pass()
        memory.import_paths([told.save(tmp_path / "in")])
        (session,) = memory.sessions()
        assert (session.title, session.episodes) == ("something else now", 1)
        other.import_paths([path])
        other.forget(matching=WORD)
        assert exported(memory, tmp_path / "a") == exported(other, tmp_path / "b")
        assert other.import_paths([path]).changed is False
        assert exported(memory, tmp_path / "a") == exported(other, tmp_path / "b")


def test_a_session_whose_own_record_holds_the_text_goes_whole(tmp_path: Path) -> None:
    named = habit("named")
    named.lines.append({"type": "custom-title", "customTitle": f"{WORD} plan", "sessionId": named.native})
    placed = habit("placed", cwd=f"/home/dev/{WORD}", start=START + DAY)
    paths = [named.save(tmp_path / "in"), placed.save(tmp_path / "in"), habit("x").save(tmp_path / "in")]
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths(paths)
        receipt = memory.forget(matching=WORD)
        assert receipt.sessions == 2
        assert [one.native for one in memory.sessions()] == [paths[2].stem]
        assert places_of(WORD, memory.path) == []


def test_a_note_of_a_mark_loses_the_text_and_the_mark_stands(memory: Memory) -> None:
    episode = memory.episodes()[0]
    memory.mark(episode.id, "failure", f"as in {WORD}")
    memory.mark(episode.id, "partial", "as they said")
    assert places_of(WORD, memory.path)
    receipt = memory.forget(matching=WORD)
    assert (receipt.notes, receipt.episodes) == (1, 0)
    assert places_of(WORD, memory.path) == []
    memory.undo()
    said = memory.mark_of(episode.id)
    assert said is not None
    assert (said.label, said.note) == ("failure", "")


def test_a_mark_goes_with_its_episode(memory: Memory, transcripts: Path) -> None:
    episode = memory.episodes()[0]
    memory.mark(episode.id, "failure", f"as in {WORD}")
    memory.forget(sessions=[episode.session])
    assert places_of(WORD, memory.path) == []
    assert not [step for step in memory.undo_list() if step.marked == (episode.id,)]


def test_undo_of_an_earlier_delete_brings_back_only_the_rest(tmp_path: Path) -> None:
    paths = habits(tmp_path / "in", 5)
    with (
        Memory.open(tmp_path / "store", clock=lambda: START) as memory,
        Memory.open(tmp_path / "other", clock=lambda: START) as other,
    ):
        memory.import_paths(paths)
        other.import_paths(paths[1:])
        ids = {one.native: one.id for one in memory.sessions()}
        memory.delete([ids[paths[0].stem], ids[paths[1].stem]])
        memory.forget(sessions=[ids[paths[0].stem]])
        assert [len(step.removed) for step in memory.undo_list()] == [1]
        memory.undo()
        assert exported(memory, tmp_path / "a") == exported(other, tmp_path / "b")
        with pytest.raises(NotFound, match="forgotten already"):
            memory.forget(sessions=[ids[paths[0].stem]])


def test_the_trash_can_be_emptied_in_part_and_whole(tmp_path: Path) -> None:
    paths = habits(tmp_path / "in", 6)
    now = [START]
    with Memory.open(tmp_path / "store", clock=lambda: now[0]) as memory:
        memory.import_paths(paths)
        ids = {one.native: one.id for one in memory.sessions()}
        first, second, third = (ids[path.stem] for path in paths[:3])
        memory.delete([first, second])
        now[0] += 40 * DAY
        memory.delete([third])
        assert [one.sessions for one in memory.trash_list()] == [1, 2]
        purged = memory.purge_trash(now[0] - 30 * DAY)
        assert (purged.steps, purged.pending) == (1, ())
        assert purged.records > 2
        assert [one.ids for one in memory.trash_list()] == [(third,)]
        memory.undo()
        assert {one.id for one in memory.sessions()} == set(ids.values()) - {first, second}
        assert memory.undo() is None
        assert memory.import_paths(paths).skipped == {"deleted": 2, "unchanged": 4}
        memory.delete([third])
        memory.purge_trash()
        assert memory.trash_list() == ()
        with memory._store.read() as read:
            assert list(read.trash_items()) == []
        assert places_of("case h2", memory.path) == []
        assert is_sound(memory)


def test_no_number_of_a_step_is_given_twice(memory: Memory) -> None:
    one, two = (session.id for session in memory.sessions()[:2])
    first = memory.delete([one]).step
    memory.purge_trash()
    assert memory.delete([two]).step > first


def test_what_a_later_delete_took_as_well_stays_for_its_undo(tmp_path: Path) -> None:
    now = [START]
    with Memory.open(tmp_path / "store", clock=lambda: now[0]) as memory:
        memory.import_paths(habits(tmp_path / "in", 5))
        row = max(memory.patterns("kind:tool_sequence"), key=lambda one: one.variants + len(one.explained))
        memory.delete([row.id], single=True)
        now[0] += DAY
        memory.delete([memory.sessions()[0].id])
        assert memory.purge_trash(now[0]).steps == 1
        memory.undo()
        assert len(memory.sessions()) == 5
        assert row.id not in {one.id for one in memory.patterns()}


def test_a_choice_is_one_and_makes_sense(memory: Memory) -> None:
    session = memory.sessions()[0]
    for wrong in ({}, {"matching": "ab"}, {"matching": "  a  "}, {"project": "x", "before": 1}):
        with pytest.raises(Usage):
            memory.forget(**wrong)  # type: ignore[arg-type]
    with pytest.raises(Usage):
        memory.forget(sessions=[memory.episodes()[0].id])
    letter = "0" if session.id[-1] != "0" else "1"
    for nothing in ({"sessions": [session.id[:-1] + letter]}, {"project": session.project[:-1]}):
        with pytest.raises(NotFound) as caught:
            memory.forget(**nothing)  # type: ignore[arg-type]
        assert caught.value.nearest
    for nothing in ({"before": 1}, {"matching": "not in here"}):
        with pytest.raises(NotFound):
            memory.forget(**nothing)  # type: ignore[arg-type]
    assert len(memory.sessions()) == 4


def test_a_mirror_that_is_being_written_is_done_by_the_next_who_writes(tmp_path: Path, folder: Path) -> None:
    from tacit.exports.directory import locked

    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths([folder])
        memory.export()
        with locked(tmp_path / "store-export"):
            receipt = memory.forget(matching=WORD)
        assert [one.chore for one in receipt.pending] == ["mirror"]
        assert memory.chores() == ("mirror",)
        assert [finding.level for finding in memory.doctor()].count("warning") == 1
        assert places_of(WORD, tmp_path / "store") == []
        assert places_of(WORD, tmp_path / "store-export")
        assert memory.finish_chores() == ()
        assert places_of(WORD, tmp_path / "store-export") == []
        assert memory.chores() == ()
        assert is_sound(memory)


def test_what_only_a_backup_holds_is_forgotten_there_and_here(tmp_path: Path, folder: Path) -> None:
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths([folder])
        made = memory.create_backup()
        elsewhere = memory.create_backup(tmp_path / "elsewhere.backup")
        times = [path.stat().st_mtime_ns for path in (made, elsewhere)]
        sessions = [one.id for one in memory.episodes() if WORD in one.prompt]
        memory.delete(sessions)
        memory.purge_trash()
        memory.forget(matching=WORD)
        assert places_of(WORD, tmp_path / "store", tmp_path / "store-backups") == []
        assert places_of(WORD, elsewhere.parent / "store-backups") == []
        assert [path.stat().st_mtime_ns for path in (made, elsewhere)] == times
        assert not [path.name for path in memory.path.iterdir() if path.name.startswith(".")]
        from everywhere import in_backup

        assert list(in_backup(WORD, elsewhere)) == []


def test_a_damaged_backup_stays_pending_with_its_name(tmp_path: Path, folder: Path) -> None:
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths([folder])
        made = memory.create_backup()
        data = bytearray(made.read_bytes())
        data[len(data) // 2] ^= 1
        made.write_bytes(bytes(data))
        (left,) = memory.forget(matching=WORD).pending
        assert left.chore == "backups"
        assert made.name in left.why
        made.unlink()
        assert memory.finish_chores() == ()


ACTS = ("import", "delete session", "delete episode", "delete pattern", "undo", "forget")


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_forgetting_a_session_equals_never_having_imported_it(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever is imported, deleted, taken back and forgotten in whatever order."""
    folder = tmp_path_factory.mktemp("never")
    paths = [*habits(folder / "in", 5), *resumed(folder / "in")]
    gone: set[str] = set()
    with (
        Memory.open(folder / "one", clock=lambda: START) as memory,
        Memory.open(folder / "two", clock=lambda: START) as plain,
    ):
        memory.import_paths(paths[: data.draw(st.integers(1, 7))])
        for act in data.draw(st.lists(st.sampled_from(ACTS), min_size=2, max_size=8)):
            gone |= do(memory, act, paths, data)
        while memory.undo() is not None:
            pass
        memory.import_paths(paths)
        left = [path for path in paths if path.stem not in gone]
        if left:
            plain.import_paths(left)
        assert exported(memory, folder / "a") == exported(plain, folder / "b")
        assert is_sound(memory)


def resumed(folder: Path) -> list[Path]:
    """Two sessions that tell the same episode, the second one further."""
    first, second = habit("first"), habit("first")
    second.native = habit("second").native
    for line in second.lines:
        line["sessionId"] = second.native
    second.read("more.py")
    second.prompt("and on")
    second.tests_pass()
    return [first.save(folder), second.save(folder)]


def do(memory: Memory, act: str, paths: list[Path], data: st.DataObject) -> set[str]:
    """Do one thing if it can be done; the native ids of sessions forgotten."""
    sessions = memory.sessions()
    if act == "import":
        memory.import_paths(data.draw(st.lists(st.sampled_from(paths), min_size=1, unique=True)))
    elif act == "undo":
        memory.undo()
    elif act == "forget" and sessions:
        chosen = data.draw(st.sampled_from(sessions))
        memory.forget(sessions=[chosen.id])
        return {chosen.native}
    elif act.startswith("delete"):
        lists = {"session": sessions, "episode": memory.episodes(), "pattern": memory.patterns()}
        things = lists[act.split()[1]]
        if things:
            memory.delete([data.draw(st.sampled_from([one.id for one in things]))])
    return set()


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_in_whatever_order_transcripts_grow_and_are_imported_the_text_leaves_the_same(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("order")
    tellings = [telling(where, start=START + n * DAY, where=where) for n, where in enumerate(PLACES[:4])]
    habits(folder / "in", 3)
    tellings += again(tellings[0]), again(tellings[2])
    with (
        Memory.open(folder / "one", clock=lambda: START) as memory,
        Memory.open(folder / "two", clock=lambda: START) as plain,
    ):
        for _ in range(data.draw(st.integers(1, 3))):
            for one in data.draw(st.permutations(tellings))[: data.draw(st.integers(1, 6))]:
                some = data.draw(st.integers(2, len(one.lines)))
                save(one, some, folder / "in")
                memory.import_paths([folder / "in"])
            with contextlib.suppress(NotFound):
                memory.forget(matching=WORD)
        for one in tellings:
            save(one, len(one.lines), folder / "in")
        for opened in (memory, plain):
            opened.import_paths([folder / "in"])
            with contextlib.suppress(NotFound):
                opened.forget(matching=WORD)
            opened.import_paths([folder / "in"])
        assert places_of(WORD, memory.path) == []
        assert exported(memory, folder / "a") == exported(plain, folder / "b")
        assert is_sound(memory)


def save(told: Transcript, lines: int, folder: Path) -> None:
    """The transcript as it was after so many lines."""
    kept, told.lines = told.lines, told.lines[:lines]
    told.save(folder)
    told.lines = kept


def again(told: Transcript) -> Transcript:
    """A session that resumes another: it tells the same, and one task more."""
    resumed = Transcript(f"{told.name} again", start=told.at)
    resumed.lines = [{**line, "sessionId": resumed.native} for line in told.lines]
    resumed.parent = told.parent
    resumed.prompt("one more")
    resumed.tests_pass()
    return resumed
