"""Several threads, memories and processes that log to one episode."""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack
from threading import Barrier, Thread

import pytest
from transcript import START

from tacit import Memory
from tacit.core.errors import TacitError, Usage

LOG = """
import sys
from tacit import Memory
with Memory.open(sys.argv[1]) as memory:
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(120):
        memory.log_step(sys.argv[2], "bash", {"command": "ls"}, f"{sys.argv[3]} {number}")
"""


def at_once(*jobs):
    """Run jobs on threads that begin together; what went wrong in any is raised."""
    barrier, wrong = Barrier(len(jobs)), []

    def run(job):
        try:
            barrier.wait(120)
            job()
        except BaseException as error:
            wrong.append(error)

    threads = [Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads)
    return wrong


def numbers(steps, who):
    return [int(one.observation.split()[1]) for one in steps if one.observation.split()[0] == who]


def is_sound(memory):
    return all(finding.level == "ok" for finding in memory.doctor())


def test_threads_that_log_to_one_episode_lose_nothing_and_keep_their_order(live):
    one = live.start_episode("do it")

    def log(who):
        return lambda: [one.log("bash", {"command": "ls"}, f"{who} {number}") for number in range(100)]

    assert at_once(log("a"), log("b"), log("c"), live.flush) == []
    one.complete("success")
    steps = live.steps(one.id)
    assert [step.n for step in steps] == list(range(1, 301))
    for who in "abc":
        assert numbers(steps, who) == list(range(100))
    assert is_sound(live)


def test_processes_that_log_to_one_episode_lose_nothing_and_keep_their_order(live, tmp_path):
    one = live.start_episode("do it")
    children = [
        subprocess.Popen(
            [sys.executable, "-c", LOG, str(tmp_path / "store"), one.id, who],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for who in "ab"
    ]
    for child in children:
        assert child.stdout.readline() == "ready\n"
    for child in children:
        child.stdin.write("\n")
        child.stdin.flush()
    for number in range(120):
        one.log("bash", {"command": "ls"}, f"c {number}")
    for child in children:
        assert child.communicate(timeout=120)[1] == ""
        assert child.returncode == 0
    assert one.complete("success").steps == 360
    steps = live.steps(one.id)
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    for who in "abc":
        assert numbers(steps, who) == list(range(120))
    assert is_sound(live)


def test_steps_of_several_processes_stand_in_the_order_of_their_times(live, opened, clock):
    one, other = live.start_episode("do it"), opened()
    for number in range(3):
        one.log("bash", {"command": "ls"}, f"a {number}")
        clock.at += 1_000
        other.log_step(one.id, "bash", {"command": "ls"}, f"b {number}")
        clock.at += 1_000
    other.flush()
    one.complete()
    assert [step.observation for step in live.steps(one.id)] == ["a 0", "b 0", "a 1", "b 1", "a 2", "b 2"]


def test_of_several_who_complete_an_episode_one_does(live, opened):
    one, other = live.start_episode("do it"), opened()
    one.log("bash", {"command": "ls"}, "a 0")
    ends = [
        lambda: one.complete("success"),
        lambda: live.complete_episode(one, "failure"),
        lambda: other.complete_episode(one.id, "partial"),
        lambda: other.abandon_episode(one.id),
    ]
    wrong = at_once(*ends)
    assert [type(error) for error in wrong] == [Usage] * 3
    assert len(live.episodes()) == 1
    assert is_sound(live)


def test_steps_that_come_too_late_are_told_to_whoever_logged_them(live, opened, until):
    one, other = live.start_episode("do it"), opened()
    other.log_step(one.id, "bash", {"command": "ls"}, "late 0")
    other.log_step(one.id, "bash", {"command": "ls"}, "late 1")
    one.complete("success")
    with pytest.raises(Usage, match=r"was completed at .* not kept: 2 steps"):
        other.flush()
    other.flush()
    assert live.get(one.id).steps == 0


def test_completing_takes_what_another_stores_at_the_last_moment(live, opened, monkeypatch):
    one, other = live.start_episode("do it"), opened()
    from tacit.core.live import closing

    tell, left = closing.tell, iter(range(2))

    def late(*told):
        for number in left:
            other.log_step(one.id, "bash", {"command": "ls"}, f"late {number}")
            other.flush()
            break
        return tell(*told)

    monkeypatch.setattr(closing, "tell", late)
    one.log("bash", {"command": "ls"}, "a 0")
    assert one.complete("success").steps == 3


def test_many_who_start_log_and_complete_at_once_make_sound_episodes(live, opened):
    other = opened()

    def work(memory, session):
        def run():
            for number in range(8):
                with memory.start_episode(f"{session} {number}", session=session) as one:
                    one.log("bash", {"command": "pytest -q"}, "1 passed in 0.1s")
                    one.log("edit", {"path": "a.py"}, "changed")

        return run

    ids = iter(range(1_000))
    live.new_id = other.new_id = lambda: f"n{next(ids)}"
    assert at_once(work(live, "x"), work(live, "x"), work(other, "x"), work(other, "y")) == []
    assert sorted((one.episodes, one.steps) for one in live.sessions()) == [(8, 16), (24, 48)]
    live.learn_pending()
    assert is_sound(live)


def test_nobody_logs_to_an_episode_that_is_being_completed(live, monkeypatch):
    one = live.start_episode("do it")
    from tacit.core.live import closing

    tell, wrong = closing.tell, []

    def meanwhile(*told):
        for call in (lambda: one.log("bash"), one.complete):
            try:
                call()
            except TacitError as error:
                wrong.append(error.message)
        return tell(*told)

    monkeypatch.setattr(closing, "tell", meanwhile)
    one.complete()
    assert wrong == [f"{one.id} is being completed."] * 2


def test_the_same_episodes_make_the_same_export_whoever_tells_them_in_whatever_order(tmp_path, clock):
    def tell(name, memories, order, *, apart):
        with ExitStack() as stack:
            opened = [stack.enter_context(Memory.open(tmp_path / name, clock=clock)) for _ in range(memories)]
            begun = {}
            for task in range(4):
                memory = opened[task % memories]
                clock.at = START + task * 60_000
                memory.new_id = lambda task=task: f"id{task}"
                begun[task] = memory.start_episode(f"task {task}", session="s", directory="/home/me/app")
            for number in range(4):
                for task in order:
                    clock.at = START + task * 60_000 + number * 1_000
                    text = "1 failed" if number == 0 else "2 passed in 0.1s"
                    status = "error" if number == 0 else "ok"
                    teller = opened[(task + number * apart) % memories]
                    teller.log_step(begun[task].id, "bash", {"command": "pytest -q"}, text, status=status)
                    teller.log_step(begun[task].id, "edit", {"path": f"/home/me/app/{number}.py"}, "changed")
                    if apart:
                        teller.flush()
            for task in order:
                clock.at = START + task * 60_000 + 30_000
                begun[task].complete("failure" if task == 1 else None)
            clock.at = START + 86_400_000
            opened[0].learn()
            assert is_sound(opened[0])
            opened[0].export(tmp_path / f"{name}-out")
        folder = tmp_path / f"{name}-out"
        return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*.json"))}

    once = tell("one", 1, (0, 1, 2, 3), apart=False)
    assert len(once) > 2
    assert tell("two", 1, (3, 1, 0, 2), apart=False) == once
    assert tell("three", 3, (2, 3, 1, 0), apart=True) == once
