"""Importing what a watcher found changed: what becomes of files that grow, shrink, move and go."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from transcript import START, Transcript, habit, habits
from waiting import exported

from tacit import Memory
from tacit.core.learn import state
from tacit.core.watching_report import Taken

NOW = START + 30 * 86_400_000


@pytest.fixture
def taking(tmp_path: Path) -> Iterator[Memory]:
    with Memory.open(tmp_path / "taking", clock=lambda: NOW) as memory:
        yield memory


def take(memory: Memory, *paths: Path) -> Taken:
    return memory.take([str(path) for path in paths])[0]


def plain(folder: Path, *paths: Path) -> dict[str, bytes]:
    """The export of a memory that imported these files at once."""
    with Memory.open(folder / "plain", clock=lambda: NOW) as memory:
        memory.import_paths(paths)
        return exported(memory, folder / "plain-export")


def test_it_ends_as_an_import_of_the_same_files(taking: Memory, tmp_path: Path) -> None:
    paths = habits(tmp_path / "in", 5)
    for path in paths:
        take(taking, path)
    assert exported(taking, tmp_path / "out") == plain(tmp_path, *paths)


def test_a_line_cut_in_the_middle_of_a_character_is_left(taking: Memory, tmp_path: Path) -> None:
    one = habit("ümlaut")
    one.prompt("und jetzt die Übersetzung 日本語")
    one.bash("pytest -q", "3 passed — schön 🎉")
    data, path = one.text().encode(), tmp_path / "one.jsonl"
    head = data.index(b"\n")
    inside = [place for place in range(head, len(data)) if data[place] & 0xC0 == 0x80]
    assert inside
    for cut in (inside[0], inside[len(inside) // 2], inside[-1], len(data) - 1, len(data)):
        path.write_bytes(data[:cut])
        assert not take(taking, path).refused
    assert exported(taking, tmp_path / "out") == plain(tmp_path, path)


def test_a_head_that_is_not_whole_yet_is_tried_again(taking: Memory, tmp_path: Path) -> None:
    data, path = habit("one").text().encode(), tmp_path / "one.jsonl"
    path.write_bytes(data[:40])
    assert take(taking, path).report.sessions == 0
    path.write_bytes(data)
    assert take(taking, path).report.sessions == 1


def test_what_was_renamed_counts_once(taking: Memory, tmp_path: Path) -> None:
    path = habit("one").save(tmp_path / "in")
    take(taking, path)
    moved = path.rename(tmp_path / "in" / "moved.jsonl")
    assert take(taking, moved).report.episodes == 0
    assert exported(taking, tmp_path / "out") == plain(tmp_path, moved)


def test_a_file_that_another_took_the_place_of_tells_both(taking: Memory, tmp_path: Path) -> None:
    first, second = habit("one"), habit("two")
    path = tmp_path / "in.jsonl"
    path.write_text(first.text())
    take(taking, path)
    (tmp_path / "new").write_text(second.text())
    os.utime(tmp_path / "new", ns=(1, 1))  # a time that lies before
    (tmp_path / "new").rename(path)
    assert take(taking, path).report.sessions == 1
    both = [first.save(tmp_path / "both"), second.save(tmp_path / "both")]
    assert exported(taking, tmp_path / "out") == plain(tmp_path, *both)


def test_what_disappears_before_it_is_read_is_nobodys_fault(taking: Memory, tmp_path: Path) -> None:
    there = habit("one").save(tmp_path)
    taken = take(taking, tmp_path / "gone.jsonl", there)
    assert (taken.report.sessions, taken.refused) == (1, ())


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_what_may_not_be_read_is_read_when_it_may(taking: Memory, tmp_path: Path) -> None:
    path = habit("one").save(tmp_path)
    path.chmod(0)
    taken = take(taking, path)
    assert (taken.report.sessions, taken.refused) == (0, ())
    path.chmod(0o600)
    assert take(taking, path).report.sessions == 1


def test_what_is_no_transcript_is_named(taking: Memory, tmp_path: Path) -> None:
    log, binary = tmp_path / "build.log", tmp_path / "a.out"
    log.write_text("compiling\n")
    binary.write_bytes(b"\0\1\2")
    assert set(take(taking, log, binary).refused) == {str(log), str(binary)}


def test_of_very_much_the_first_is_imported_and_the_rest_is_left(
    taking: Memory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = habits(tmp_path, 4)
    monkeypatch.setattr("tacit.core.watching_taking._AT_ONCE", paths[2].stat().st_size + 1)
    taken = take(taking, paths[2], paths[0], paths[3], paths[1])
    assert taken.report.sessions == 2
    assert taken.left == (str(paths[3]), str(paths[1]))
    assert take(taking, *map(Path, taken.left)).left == ()


def test_what_was_deleted_stays_so_while_its_file_grows_and_comes_back_with_undo(
    taking: Memory, tmp_path: Path
) -> None:
    one = habit("one")
    path = one.save(tmp_path)
    take(taking, path)
    (session,) = taking.sessions()
    taking.delete([session.id])
    one.prompt("go on")
    one.tests_pass()
    one.save(tmp_path)
    take(taking, path)
    assert not taking.sessions()
    taking.undo()
    assert take(taking, path).files == 1
    assert exported(taking, tmp_path / "out") == plain(tmp_path, path)


def test_a_review_that_takes_long_is_owed(
    taking: Memory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *others = habits(tmp_path, 4)
    assert taking.take([str(first)])[1] is False
    monkeypatch.setattr(state, "QUICK", 0)
    taken, owed = taking.take([str(path) for path in others])
    assert (taken.report.new_patterns, owed, taking.waiting()) == (None, True, 0)
    taking.learn()
    assert not taking.review_due()
    assert taking.patterns()


def test_a_session_without_a_task_yet_gets_it_later(taking: Memory, tmp_path: Path) -> None:
    one = Transcript("slow")
    one.prompt("fix it")
    path = one.save(tmp_path)
    take(taking, path)
    one.tests_pass()
    one.save(tmp_path)
    take(taking, path)
    assert [episode.outcome.label for episode in taking.episodes()] == ["success"]
