"""What another process does in the worst moment: between a look at the store and the write that follows."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from everywhere import places_of
from msgspec.structs import replace
from transcript import START, Transcript, habit, habits

from tacit import Memory
from tacit.core import ingest
from tacit.core.deletion import remove
from tacit.core.errors import NotFound
from tacit.core.forgetting import forget
from tacit.core.holders import Found
from tacit.core.ingest import Importer
from tacit.core.learn import review as reviewing
from tacit.core.selecting import Chosen
from tacit.core.tombstones import bury, is_buried
from tacit.store.reading import Read
from tacit.store.transaction import Write

DAY = 86_400_000


def is_sound(memory: Memory) -> bool:
    return all(finding.level == "ok" for finding in memory.doctor())


def imported_while(memory: Memory, paths: list[Path], deed: Callable[[], object]) -> None:
    """Import, and do something when the first file is read and not yet stored."""

    def progress(state: object) -> None:
        if getattr(state, "files", 0) == 1:
            deed()

    memory.import_paths(paths, progress=progress)  # type: ignore[arg-type]


def test_a_session_deleted_while_it_is_imported_stays_deleted(tmp_path: Path):
    first, other = habit("h0"), habit("h1", start=START + DAY)
    paths = [first.save(tmp_path / "in"), other.save(tmp_path / "in")]
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths(paths[:1])
        gone = memory.sessions()[0].id
        first.read("more.py")
        first.save(tmp_path / "in")
        imported_while(memory, paths, lambda: memory.delete([gone]))
        assert gone not in {session.id for session in memory.sessions()}
        with pytest.raises(NotFound, match="deleted"):
            memory.get(gone)
        assert is_sound(memory)
        memory.undo()
        memory.import_paths(paths)
        assert {session.steps for session in memory.sessions()} == {8, 9}


def test_what_was_read_earlier_does_not_replace_what_was_read_later(tmp_path: Path):
    first, other = habit("h0"), habit("h1", start=START + DAY)
    paths = [first.save(tmp_path / "in"), other.save(tmp_path / "in")]
    with Memory.open(tmp_path / "store") as memory, Memory.open(tmp_path / "store") as later:

        def grow() -> None:
            first.read("more.py")
            later.import_paths([first.save(tmp_path / "in")])

        imported_while(memory, paths, grow)
        assert [session.steps for session in memory.sessions()] == [8, 9]
        assert memory.import_paths(paths).skipped == {"unchanged": 2}


def test_a_review_that_was_overtaken_puts_no_deleted_pattern_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    paths = habits(tmp_path / "in", 6)
    with Memory.open(tmp_path / "store") as memory, Memory.open(tmp_path / "store") as other:
        memory.import_paths(paths[:5])
        row = memory.patterns()[0]
        compare, deleted = reviewing._compare, []

        def late(read: object, wanted: object) -> object:
            found = compare(read, wanted)  # type: ignore[arg-type]
            if not deleted:
                deleted.append(row.id)
                other.delete([row.id])
            return found

        monkeypatch.setattr(reviewing, "_compare", late)
        memory.import_paths(paths)
        assert deleted
        assert row.id not in {pattern.id for pattern in memory.patterns()}
        assert not memory.review_due()


def test_a_review_overtaken_again_and_again_is_left_due(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    paths = habits(tmp_path / "in", 6)
    with Memory.open(tmp_path / "store") as memory:
        monkeypatch.setattr(reviewing, "_check", lambda write, seen: (_ for _ in ()).throw(overtaken()))
        overtaken = reviewing._Overtaken
        assert memory.import_paths(paths).new_patterns == 0
        assert (memory.patterns(), memory.review_due()) == ((), True)
        monkeypatch.undo()
        assert memory.review()
        assert memory.patterns()


def test_of_two_who_delete_the_same_at_once_one_did_it(memory: Memory):
    session = memory.sessions()[0]
    for actor in ("one", "other"):
        job = lambda write, actor=actor: remove(write, [session], START, actor)  # noqa: E731
        if actor == "one":
            memory._store.write(job)
        else:
            with pytest.raises(NotFound, match="deleted"):
                memory._store.write(job)
    assert [step.actor for step in memory.undo_list()] == ["one"]


def test_what_two_deletes_took_along_comes_back_with_the_later_undo(memory: Memory):
    rows = memory.patterns()
    shared, foreign = "p-000000000000", "p-111111111111"
    memory._store.write(lambda write: bury(write, "patterns", foreign, "with"))
    for actor, row in (("one", rows[0]), ("other", rows[1])):
        taking = replace(row, explained=(shared, foreign))
        memory._store.write(lambda write, t=taking, a=actor: remove(write, [t], START, a))  # type: ignore[misc]

    def buried() -> list[bool]:
        with memory._store.read() as read:
            return [is_buried(read, one) for one in (rows[0].id, rows[1].id, shared, foreign)]

    assert buried() == [True, True, True, True]
    for actor, left in (("one", [False, True, True, True]), ("other", [False, False, False, True])):
        with Memory.open(memory.path, actor=actor) as own:
            own.undo()
        assert buried() == left


CHURN = """
import sys
from tacit import Memory
with Memory.open(sys.argv[1]) as memory:
    print("ready", flush=True)
    while True:
        memory.delete([memory.sessions()[0].id])
        memory.undo()
"""


def test_the_doctor_finds_nothing_in_a_sound_store_that_is_being_written_to(tmp_path: Path):
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths(habits(tmp_path / "in", 40))
        command = [sys.executable, "-c", CHURN, str(tmp_path / "store")]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            try:
                assert writer.stdout is not None
                writer.stdout.readline()
                found = [one for _ in range(40) for one in memory.doctor() if one.level != "ok"]
                assert writer.poll() is None
            finally:
                writer.kill()
        assert found == []


def test_growth_read_while_its_session_was_deleted_is_stored_after_an_undo_in_the_worst_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = habit("h0")
    path = one.save(tmp_path / "in")
    with Memory.open(tmp_path / "store") as memory, Memory.open(tmp_path / "store") as other:
        memory.import_paths([path])
        other.delete([memory.sessions()[0].id])
        one.tests_pass()
        one.save(tmp_path / "in")
        note = Importer._note

        def late(self: Importer, *args: Any) -> None:
            monkeypatch.undo()
            other.undo()
            note(self, *args)

        monkeypatch.setattr(Importer, "_note", late)
        memory.import_paths([path])
        memory.import_paths([path])
        assert [session.steps for session in memory.sessions()] == [9]


def test_a_part_dropped_while_its_session_was_deleted_is_read_again_after_an_undo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = habit("h0")
    path = one.save(tmp_path / "in")
    with Memory.open(tmp_path / "store") as memory, Memory.open(tmp_path / "store") as other:
        memory.import_paths([path])
        one.prompt("and the reader, please")
        one.edit("src/reader.py")
        one.tests_pass()
        one.save(tmp_path / "in")
        monkeypatch.setattr(ingest, "_BATCH_BYTES", 1)  # every telling is a batch of its own
        flush = Importer._flush
        flushes = 0

        def between(self: Importer) -> None:
            nonlocal flushes
            flushes += 1
            if flushes == 1:
                other.delete([memory.sessions()[0].id])
            flush(self)
            if flushes == 1:
                other.undo()

        monkeypatch.setattr(Importer, "_flush", between)
        memory.import_paths([path])
        monkeypatch.undo()
        memory.import_paths([path])
        whole = Memory.open(tmp_path / "whole")
        whole.import_paths([path])
        assert [session.steps for session in memory.sessions()] == [whole.sessions()[0].steps]
        whole.close()


def test_a_title_forgotten_between_two_batches_of_its_session_does_not_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ingest, "_BATCH_BYTES", 0)
    told = Transcript("one", start=START)
    told.prompt("go to Zanzibar")
    told.tests_pass()
    told.prompt("and now something else")
    told.tests_pass()
    path = told.save(tmp_path / "in")
    with Memory.open(tmp_path / "store") as memory, Memory.open(tmp_path / "store") as other:
        real = memory._store.write

        def write(job: Any, **options: Any) -> Any:
            done = real(job, **options)
            if any("Zanzibar" in one.prompt for one in other.episodes()):
                assert other.forget(matching="zanzibar").episodes == 1
            return done

        monkeypatch.setattr(memory._store, "write", write)
        memory.import_paths([path])
        monkeypatch.undo()
        assert [one.title for one in memory.sessions()] == ["and now something else"]
        assert all(finding.level != "damage" for finding in memory.doctor())
    Memory.open(tmp_path / "store").close()  # alone now, so that the file is written anew
    assert places_of("Zanzibar", tmp_path / "store") == []


def test_everything_is_looked_through_again_before_others_have_to_wait_for_it(tmp_path: Path):
    looked: list[bool] = []

    class Meanwhile(Chosen):
        def find(self, read: Read) -> Found:
            found = super().find(read)
            looked.append(isinstance(read, Write))
            if len(looked) == 1:
                memory.import_paths([habit("h0 again", start=START + DAY).save(tmp_path / "more")])
            return found

    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths(habits(tmp_path / "in", 3))
        receipt = forget(memory._store, Meanwhile(matching="case h0"), START, dry_run=False)
        assert (receipt.sessions, looked) == (2, [False, False])
        memory.finish_chores()
        assert is_sound(memory)
