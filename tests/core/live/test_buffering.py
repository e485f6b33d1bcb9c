"""What is held back, what is stored when, and what is left of it when a process ends in whatever way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import warnings

import pytest

from tacit import Memory
from tacit.core.errors import StoreError, TacitError, Usage
from tacit.core.learn.understand import understand
from tacit.core.live import buffer

TELL = """
import os, sys, time
from tacit import Memory
memory = Memory.open(sys.argv[1])
one = memory.start_episode("told by a child")
for number in range(3):
    one.log("bash", {"command": "ls"}, f"stored {number}")
memory.flush()
one.log("bash", {"command": "ls"}, "held back")
print(one.id, flush=True)
%s
"""

HOLD = """
import sys
from tacit import Memory
Memory.open(sys.argv[1])._store.write(lambda _: (print("held", flush=True), sys.stdin.readline()))
"""


@pytest.fixture
def small(monkeypatch, opened):
    """A memory that holds two steps back at most."""
    monkeypatch.setenv("TACIT_RECORD_BUFFER_STEPS", "2")
    monkeypatch.setenv("TACIT_RECORD_BUFFER_TIME", "1h")
    return opened()


def python(source, *arguments):
    words = [sys.executable, "-c", source, *map(str, arguments)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(words, text=True, **pipes)


def tell(tmp_path, end):
    return python(TELL % end, tmp_path / "store")


def test_steps_are_held_back_until_there_are_enough(small, stored, until):
    one = small.start_episode("do it")
    one.log("bash", {"command": "ls"}, "a")
    one.log("bash", {"command": "ls"}, "b")
    assert stored(small, one.id) == []
    one.log("bash", {"command": "ls"}, "c")
    until(lambda: stored(small, one.id) == ["a", "b", "c"])
    one.log("bash", {"command": "ls"}, "d")
    assert one.complete().steps == 4


def test_steps_are_stored_when_they_were_held_back_for_long(monkeypatch, opened, stored, until):
    monkeypatch.setenv("TACIT_RECORD_BUFFER_TIME", "1s")
    memory = opened()
    one = memory.start_episode("do it")
    one.log("bash", {"command": "ls"}, "a")
    until(lambda: stored(memory, one.id) == ["a"])
    one.log("bash", {"command": "ls"}, "b")
    until(lambda: stored(memory, one.id) == ["a", "b"])


def test_closing_a_memory_stores_what_it_held_and_leaves_the_episode_open(live, opened, stored):
    one = live.start_episode("do it")
    one.log("bash", {"command": "ls"}, "a")
    live.close()
    other = opened()
    assert stored(other, one.id) == ["a"]
    other.log_step(one.id, "bash", {"command": "ls"}, "b")
    assert other.complete_episode(one.id).steps == 2
    with pytest.raises(StoreError, match="closed"):
        one.log("bash", {"command": "ls"}, "c")


@pytest.mark.parametrize("end", ["", "sys.exit(3)", "raise ValueError"])
def test_the_end_of_the_interpreter_stores_what_was_held_back(tmp_path, live, stored, end):
    child = tell(tmp_path, end)
    out, _ = child.communicate(timeout=120)
    assert stored(live, out.strip()) == ["stored 0", "stored 1", "stored 2", "held back"]


def test_a_kill_loses_what_was_held_back_and_nothing_else(tmp_path, live, stored):
    child = tell(tmp_path, "time.sleep(60)")
    episode_id = child.stdout.readline().strip()
    child.send_signal(signal.SIGKILL)
    child.communicate(timeout=120)
    assert stored(live, episode_id) == ["stored 0", "stored 1", "stored 2"]
    assert live.complete_episode(episode_id, "partial").steps == 3


def test_an_end_while_another_process_holds_the_lock_says_what_is_lost_and_does_not_hang(
    tmp_path, live, stored
):
    child = tell(tmp_path, "memory._store._timeout = 0.5; sys.stdin.readline()")
    episode_id = child.stdout.readline().strip()
    errors = live._store.write(lambda _: child.communicate("\n", timeout=120)[1])
    assert "tacit: what was logged last could not be stored" in errors
    assert "Traceback" not in errors
    assert stored(live, episode_id) == ["stored 0", "stored 1", "stored 2"]


def test_a_forked_child_stores_nothing_of_its_parents_and_records_in_a_memory_of_its_own(
    live, tmp_path, stored
):
    one = live.start_episode("do it")
    one.log("bash", {"command": "ls"}, "the parent's")
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # from Python 3.12 on: that threads and forks go badly together
        child = os.fork()
    if not child:
        os._exit(in_the_child(one, tmp_path, writing))
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    assert os.waitpid(child, 0)[1] == 0, said
    live.flush()
    assert stored(live, one.id) == ["the child's", "the parent's"]
    assert one.complete().steps == 2


def in_the_child(one, tmp_path, writing):
    with os.fdopen(writing, "w") as pipe:
        try:
            with pytest.raises(StoreError, match="process"):
                one.log("bash", {"command": "ls"}, "not like this")
            with Memory.open(tmp_path / "store", clock=lambda: 1_767_607_200_000) as own:
                own.log_step(one.id, "bash", {"command": "ls"}, "the child's")
        except BaseException as error:
            pipe.write(repr(error))
            return 1
    return 0


def test_what_cannot_be_stored_is_held_and_stored_later(live, tmp_path):
    one = live.start_episode("do it")
    one.log("bash", {"command": "ls"}, "a")
    live._store._timeout = 0.3
    holder = python(HOLD, tmp_path / "store")
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(StoreError):
        live.flush()
    with pytest.raises(StoreError):
        one.complete("success")
    one.log("bash", {"command": "ls"}, "b")
    holder.communicate("\n", timeout=120)
    live._store._timeout = 120.0
    assert one.complete("success").steps == 2


def interrupted_after(memory, monkeypatch, call):
    """Ctrl-C in the worst moment: what was asked of the store is done, and nobody knows."""
    write = memory._store.write

    def late(job, **options):
        write(job, **options)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(memory._store, "write", late)
        with pytest.raises(KeyboardInterrupt):
            call()


@pytest.mark.parametrize("how", ["flush", "close"])
def test_steps_the_thread_found_to_come_too_late_are_told_to_whoever_flushes_or_closes(
    small, opened, until, how
):
    one, other = small.start_episode("do it"), opened()
    other.complete_episode(one.id)
    for text in "abc":
        one.log("bash", {"command": "ls"}, text)
    until(lambda: small._recorder._buffers[one.id].gone)
    with pytest.raises(Usage, match=r"was completed at .* not kept: 3 steps"):
        getattr(small, how)()
    small.flush()


@pytest.mark.parametrize("then", ["flush", "complete", "log and complete"])
def test_steps_whose_storing_was_interrupted_are_there_once(live, stored, monkeypatch, then):
    one = live.start_episode("do it")
    for text in "ab":
        one.log("bash", {"command": "ls"}, text)
    interrupted_after(live, monkeypatch, live.flush)
    assert stored(live, one.id) == ["a", "b"]
    if then != "complete":
        one.log("bash", {"command": "ls"}, "c")
    if then == "flush":
        live.flush()
        live.flush()
    one.complete("success")
    assert [step.observation for step in live.steps(one.id)] == ["a", "b", "c"][: 2 + (then != "complete")]


def test_an_episode_whose_completion_was_interrupted_is_completed_once(live, monkeypatch):
    one = live.start_episode("do it")
    one.log("bash", {"command": "ls"}, "a")
    interrupted_after(live, monkeypatch, lambda: one.complete("success"))
    with pytest.raises(Usage, match=r"was completed at [^ ]+Z\. Start a new episode"):
        one.complete("success")
    live.flush()
    assert live.get(one.id).steps == 1


def test_a_step_that_cannot_be_understood_waits_for_whoever_flushes(small, stored, until, monkeypatch):
    tries = []

    def failing(draft, directory):
        if draft.tool != "odd":
            return understand(draft, directory)
        tries.append(draft)
        raise RecursionError

    monkeypatch.setattr(buffer, "understand", failing)
    one, other = small.start_episode("do it"), small.start_episode("do more")
    one.log("bash", {"command": "ls"}, "before")
    one.log("odd")
    until(lambda: tries)
    for text in "abc":
        other.log("bash", {"command": "ls"}, text)
    until(lambda: stored(small, other.id) == ["a", "b", "c"])
    assert len(tries) == 1, "the thread does not try again"
    other.log("bash", {"command": "ls"}, "d")
    for call in (small.flush, one.complete):
        with pytest.raises(TacitError, match=r"could not be understood \(RecursionError\)"):
            call()
    assert (stored(small, one.id), stored(small, other.id)) == (["before"], ["a", "b", "c", "d"])
    monkeypatch.undo()
    assert one.complete().steps == 2
