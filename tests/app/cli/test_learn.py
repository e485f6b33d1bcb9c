"""``memory learn``: what waits is learned from, everything is learned from anew, and it says so."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from transcript import START, habits
from waiting import store_later, told_in

from tacit import Memory
from tacit.core.learn import derivers
from tacit.core.tables import STATE

Call = Callable[..., object]

SLOW = """
import sys, time
from tacit.app import cli
from tacit.core.learn import queue
queue.BATCH = 2
real = queue.derive
def slowly(*args):
    time.sleep(0.05)
    return real(*args)
queue.derive = slowly
sys.exit(cli.run(sys.argv[1:]))
"""


@pytest.fixture
def waits(home: Path) -> Path:
    """A home in which two sessions more are stored and nothing was learned from them."""
    with Memory.open(home / "other", clock=lambda: START) as other:
        other.import_paths(habits(home / "more", 6)[4:])
        with Memory.open(home / "store", clock=lambda: START) as memory:
            store_later(memory, told_in(other))
    return home


def test_it_learns_from_what_waits_and_then_nothing_waits(call, waits: Path):
    done = call("learn", home=waits)
    assert done.code == 0
    assert "Learned from 2 episodes" in done.out
    assert "No episode waited to be learned from." in call("learn", "--pending", home=waits).out
    assert "wait" not in call("patterns", home=waits).err


def test_lists_and_totals_say_how_many_wait(call, waits: Path):
    assert "2 episodes wait to be learned from: `memory learn` does that." in call("patterns", home=waits).err
    assert "2 episodes wait to be learned from" in call("stats", home=waits).out
    assert call("stats", "--format", "json", home=waits).json()["funnel"]["waiting"] == 2
    looked = call("doctor", home=waits)
    assert looked.code == 0
    assert "episodes that wait to be learned from (2)" in looked.out


def test_a_rebuild_learns_from_everything_and_tells_it_as_data(call, waits: Path):
    done = call("learn", "--rebuild", "--format", "json", home=waits)
    assert done.code == 0
    episodes = call("stats", "--format", "json", home=waits).json()["episodes"]
    said = done.json()
    assert (said["episodes"], said["waiting"], said["skipped"]) == (episodes, 0, {})
    assert said["patterns"] >= said["new_patterns"] >= 0
    assert call("doctor", home=waits).code == 0


def test_a_store_that_is_not_to_be_changed_is_not(call, waits: Path):
    refused = call("--readonly", "learn", home=waits)
    assert refused.code == 3
    assert "`memory learn` changes the store, and --readonly forbids it." in refused.err
    assert "2 episodes wait" in call("patterns", home=waits).err


def test_both_flags_are_a_mistake_and_no_store_is_an_error(call, waits: Path, tmp_path: Path):
    assert call("learn", "--pending", "--rebuild", home=waits).code == 2
    (tmp_path / "empty").mkdir()
    assert call("learn", home=tmp_path / "empty").code == 3


def test_what_was_declared_since_is_told_until_a_rebuild_applies_it(call, waits: Path):
    text = '[[pattern]]\nname = "look"\nactions = ["read *", "edit *"]\n'
    (waits / "patterns.toml").write_text(text, encoding="utf-8")
    for command in (("learn",), ("import", str(waits / "more"))):
        done = call(*command, home=waits)
        assert "`memory learn --rebuild` applies them to all that was imported before." in done.err
    assert "--rebuild" not in call("learn", "--rebuild", home=waits).err
    assert "--rebuild" not in call("import", str(waits / "more"), home=waits).err
    assert "look" in call("patterns", "kind:custom", home=waits).out


def test_what_an_older_tacit_learned_is_told_as_that(call, waits: Path):
    with Memory.open(waits / "store", clock=lambda: START) as memory:
        memory._store.write(lambda write: write.delete_value(STATE, derivers._KEY))
        assert memory.learned_by_older()
    done = call("import", str(waits / "more"), home=waits)
    assert "What is stored was learned by an older Tacit: `memory learn --rebuild`" in done.err
    assert "have changed" not in done.err
    assert "older Tacit" not in call("learn", "--rebuild", home=waits).err


def test_a_mistake_in_what_is_declared_is_told_with_its_line(call, waits: Path):
    (waits / "patterns.toml").write_text("[[pattern]]\n", encoding="utf-8")
    done = call("learn", home=waits)
    assert done.code == 2
    assert "patterns.toml, line 1" in done.err
    assert "Traceback" not in done.err


def test_ctrl_c_ends_it_with_130_and_the_next_run_goes_on(call, tmp_path: Path):
    with Memory.open(tmp_path / "other", clock=lambda: START) as other:
        other.import_paths(habits(tmp_path / "in", 30))
        with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
            store_later(memory, told_in(other))
    environment = os.environ | {"TACIT_HOME": str(tmp_path)}
    run = subprocess.Popen(
        [sys.executable, "-c", SLOW.replace("0.05", "0.5"), "learn"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )
    with Memory.open(tmp_path / "store", readonly=True) as memory:
        while memory.waiting() == 30:
            assert run.poll() is None
    run.send_signal(signal.SIGINT)
    _, errors = run.communicate(timeout=120)
    assert run.returncode == 130
    assert b"Interrupted. The store is whole; `memory learn` goes on." in errors
    assert b"Traceback" not in errors
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        left = memory.waiting()
        assert 0 < left < 30
    assert f"Learned from {left} episodes" in call("learn", home=tmp_path).out
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        assert all(found.level == "ok" for found in memory.doctor())


def test_progress_is_told_on_stderr(tmp_path: Path):
    with Memory.open(tmp_path / "other", clock=lambda: START) as other:
        other.import_paths(habits(tmp_path / "in", 12))
        with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
            store_later(memory, told_in(other))
    told = SLOW.replace("sys.exit", "from tacit.app.commands import learn\nlearn.EVERY = 0.0\nsys.exit")
    environment = os.environ | {"TACIT_HOME": str(tmp_path)}
    command = [sys.executable, "-c", told, "learn"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, check=False)
    assert done.returncode == 0
    assert "2 of 12 episodes learned from" in done.stderr
    assert "12 of 12 episodes learned from" in done.stderr
    assert "of 12" not in done.stdout
