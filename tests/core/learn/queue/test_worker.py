"""The thread that learns: it starts when something waits, learns, reviews, and never stands in the way."""

from __future__ import annotations

import logging
import multiprocessing
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import waiting as support
from transcript import START, habits
from waiting import Told, evidence_of, store_later, told_in

from tacit import Memory
from tacit.core import learner
from tacit.core.config import load
from tacit.core.learn import worker
from tacit.core.learn.queue import BATCH

PATIENCE = 120.0
FULL = "4 episodes wait to be learned from, 3 may (learn.queue): so storing one waits for learning from some"


def clock() -> int:
    return START


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """No long waits for a moment's quiet."""
    monkeypatch.setattr(worker, "IDLE", 0.01)
    monkeypatch.setattr(worker, "QUIET", 0.05)
    monkeypatch.setattr(worker, "GRACE", PATIENCE)


@pytest.fixture(scope="module")
def direct(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    folder = tmp_path_factory.mktemp("direct")
    with Memory.open(folder / "store", clock=clock) as memory:
        memory.import_paths(habits(folder / "in", 8))
        yield memory


@pytest.fixture
def told(direct: Memory) -> list[Told]:
    return told_in(direct)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    with Memory.open(tmp_path / "store", clock=clock) as opened:
        yield opened


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def learners() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name == "tacit-learner"]


def test_it_learns_and_then_reviews_by_itself(memory: Memory, told: list[Told], direct: Memory):
    store_later(memory, told)
    assert memory.after_enqueue() == 0
    until(lambda: memory.waiting() == 0)
    until(lambda: not memory.review_due())
    assert evidence_of(memory) == evidence_of(direct)
    assert memory.patterns() == direct.patterns()


def test_it_goes_on_with_what_comes_later(memory: Memory, told: list[Told], direct: Memory):
    for one in told:
        store_later(memory, [one])
        memory.after_enqueue()
        until(lambda: memory.waiting() == 0)
    until(lambda: not memory.review_due())
    assert memory.patterns() == direct.patterns()
    assert len(learners()) == 1


def test_who_only_reads_learns_or_imports_starts_no_thread(direct: Memory, tmp_path: Path, told: list[Told]):
    with Memory.open(tmp_path / "store", clock=clock) as memory:
        store_later(memory, told)
        memory.learn_pending()
        memory.review()
        memory.patterns()
    assert learners() == []


def test_closing_ends_it_and_what_waits_stays(
    tmp_path: Path, told: list[Told], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(worker, "IDLE", PATIENCE)
    with Memory.open(tmp_path / "store", clock=clock) as memory:
        store_later(memory, told)
        memory.after_enqueue()
        assert len(learners()) == 1
    assert learners() == []
    with Memory.open(tmp_path / "store", clock=clock) as memory:
        assert memory.waiting() == len(told)


def test_a_program_that_ends_without_closing_is_not_held_up_and_loses_nothing(direct: Memory, tmp_path: Path):
    source = f"""
import sys
sys.path.insert(0, {str(Path(support.__file__).parent)!r})
from waiting import told_in, store_later
from tacit import Memory
with Memory.open(sys.argv[2]) as one:
    told = told_in(one)
memory = Memory.open(sys.argv[1], clock=lambda: {START})
for one in told:
    store_later(memory, [one])
    memory.after_enqueue()
"""
    store = tmp_path / "store"
    command = [sys.executable, "-c", source, str(store), str(direct.path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    with Memory.open(store, clock=clock) as memory:
        memory.learn_pending()
        assert evidence_of(memory) == evidence_of(direct)


@pytest.mark.parametrize("every", [3600.0, 0.0])
def test_a_full_queue_makes_who_stores_learn_and_says_so_now_and_then(
    tmp_path: Path,
    told: list[Told],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    every: float,
):
    monkeypatch.setattr(learner, "WARN_EVERY", every)
    monkeypatch.setattr(worker, "IDLE", PATIENCE)
    monkeypatch.setenv("TACIT_LEARN_QUEUE", "3")
    with Memory.open(tmp_path / "store", clock=clock, config=load()) as memory:
        counts = []
        for one in told:
            store_later(memory, [one])
            with caplog.at_level(logging.WARNING, "tacit"):
                counts.append(memory.after_enqueue())
        assert counts[:4] == [0, 0, 0, 4]
        assert max(counts) <= BATCH
        assert memory.waiting() <= 3
        full = sum(1 for count in counts if count)
        assert full > 1
    assert caplog.messages == [FULL] * (1 if every else full)


def test_what_stops_it_is_told_ends_nothing_and_passes(
    memory: Memory, told: list[Told], own_home: Path, caplog: pytest.LogCaptureFixture
):
    declared = own_home / "tacit" / "patterns.toml"
    declared.parent.mkdir(parents=True, exist_ok=True)
    declared.write_text("[[pattern]]\n", encoding="utf-8")
    store_later(memory, told)
    memory.after_enqueue()
    until(lambda: any(found.what.startswith("learning stopped") for found in memory.doctor()))
    assert "patterns.toml, line 1" in caplog.text
    assert memory.waiting() == len(told)
    declared.write_text("", encoding="utf-8")
    until(lambda: memory.waiting() == 0)
    until(lambda: all(found.level == "ok" for found in memory.doctor()))


def test_the_file_can_be_written_anew_while_it_is_there(memory: Memory, told: list[Told]):
    store_later(memory, told[:4])
    memory.after_enqueue()
    until(lambda: memory.waiting() == 0)
    assert memory.compact().done
    store_later(memory, told[4:])
    memory.after_enqueue()
    until(lambda: memory.waiting() == 0)


def test_a_review_that_fails_is_told_once_however_often_it_is_tried(
    memory: Memory, told: list[Told], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    tried = []

    def fails(store: object) -> None:
        tried.append(store)
        raise ZeroDivisionError("no idea")

    monkeypatch.setattr("tacit.core.learn.review.review", fails)
    store_later(memory, told)
    memory.after_enqueue()
    until(lambda: len(tried) > 2)
    assert memory.trouble.startswith("ZeroDivisionError in ")
    assert "no idea" not in memory.trouble
    assert caplog.messages == [f"learning stopped for now: {memory.trouble}"]
    monkeypatch.undo()
    until(lambda: not memory.review_due() and not memory.trouble)


def test_what_was_stored_is_stored_although_there_is_no_thread_to_learn_from_it(
    memory: Memory, told: list[Told], monkeypatch: pytest.MonkeyPatch
):
    def none_left(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    store_later(memory, told)
    with monkeypatch.context() as patch:
        patch.setattr(worker.threading.Thread, "start", none_left)
        assert memory.after_enqueue() == 0
    memory.after_enqueue()
    until(lambda: memory.waiting() == 0)


def test_a_forked_child_ends_although_its_parent_learned_at_that_moment(memory: Memory, told: list[Told]):
    store_later(memory, told)
    memory.after_enqueue()
    held, forked, busy = memory._working(), threading.Event(), threading.Event()

    def learn() -> None:
        with held._changed:
            busy.set()
            forked.wait(PATIENCE)

    thread = threading.Thread(target=learn)
    thread.start()
    busy.wait(PATIENCE)
    child = multiprocessing.get_context("fork").Process(target=held.close)
    child.start()
    forked.set()
    thread.join()
    child.join(120)
    ended, code = not child.is_alive(), child.exitcode
    child.kill()
    assert (ended, code) == (True, 0)
