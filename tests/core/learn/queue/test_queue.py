"""What is learned later is learned exactly as if it had been learned at once, whatever happened meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from transcript import START, habit
from waiting import Told, clock, contributed, evidence_of, exported, store_later, told_in, waits

from tacit import Memory
from tacit.core.backup_restore import restore_backup
from tacit.core.backups import create_backup
from tacit.core.funnel import explained
from tacit.core.learn.notes import Notes
from tacit.core.learn.queue import BATCH, drain, enqueue, waiting
from tacit.core.learn.records import Waiting
from tacit.core.learn.rederive import rederive
from tacit.core.statsform import stats_json
from tacit.core.tables import PENDING, key_of
from tacit.store.keys import u64


def test_a_stored_episode_waits_and_counts_as_stored_but_feeds_no_pattern(later: Memory, direct: Memory):
    assert later.review_due()
    later.review()
    assert later.waiting() == len(later.episodes()) == len(direct.episodes()) > 0
    assert later.patterns() == ()
    assert later.stats().outcomes == direct.stats().outcomes
    assert [one for one in later.doctor() if one.level != "ok"] == []
    assert evidence_of(later)["contributions"] == {}
    with later._store.read() as read:
        assert Notes(read, ()).strata == {}


def test_after_learning_the_store_is_what_learning_at_once_makes(
    later: Memory, direct: Memory, tmp_path: Path
):
    assert later.learn_pending() == len(direct.episodes())
    assert later.waiting() == 0
    assert evidence_of(later) == evidence_of(direct)
    assert exported(later, tmp_path / "a") == exported(direct, tmp_path / "b")
    assert later.learn_pending() == 0


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 1 << 32), cuts=st.lists(st.integers(0, 30), max_size=5))
def test_any_order_and_any_batches_give_the_same_export(
    direct: Memory, tmp_path_factory: pytest.TempPathFactory, seed: int, cuts: list[int]
):
    told = told_in(direct)
    Random(seed).shuffle(told)
    folder = tmp_path_factory.mktemp("any")
    edges = [0, *sorted(min(cut, len(told)) for cut in cuts), len(told)]
    with Memory.open(folder / "store", clock=clock) as memory:
        for number, (low, high) in enumerate(pairwise(edges)):
            store_later(memory, told[low:high])
            if number % 2:
                drain(memory._store, limit=1)
        memory.learn_pending()
        assert evidence_of(memory) == evidence_of(direct)
        assert exported(memory, folder / "a") == exported(direct, folder / "b")


def test_a_limit_and_a_cancelled_run_leave_the_rest_waiting(tmp_path: Path, told: list[Told]):
    asked = iter([False] * 5 + [True] * 1000)
    with Memory.open(tmp_path / "store", clock=clock) as memory:
        store_later(memory, told)
        number = memory.waiting()
        assert drain(memory._store, cancelled=lambda: True) == 0
        assert drain(memory._store, limit=0) == 0
        drain(memory._store, cancelled=lambda: next(asked))
        assert memory.waiting() == number
        seen: list[int] = []
        assert drain(memory._store, limit=1, progress=seen.append) == min(number, BATCH) == seen[-1]


def test_what_it_contributed_before_stays_in_force_until_it_is_learned_from_anew(
    at_once: Memory, told: list[Told], tmp_path: Path
):
    before = evidence_of(at_once)
    session, episode, steps = next(one for one in told if len(one[2]) > 5)
    shorter = steps[:-1]
    grown = replace(episode, steps=episode.steps - 1, digest="another")
    store_later(at_once, [(session, grown, shorter)])
    assert at_once.waiting() == 1
    at_once.review()
    assert evidence_of(at_once) == before
    assert [one for one in at_once.doctor() if one.level != "ok"] == []
    store_later(at_once, [(session, episode, steps)])
    at_once.learn_pending()
    assert evidence_of(at_once) == before


def test_a_row_of_an_episode_that_is_not_there_leaves_the_queue(later: Memory):
    later._store.write(lambda write: write.put(PENDING, u64(7), Waiting(1)))
    later.learn_pending()
    assert later.waiting() == 0


def test_who_waits_already_keeps_its_place(later: Memory):
    one = later.episodes()[0].id
    later._store.write(lambda write: enqueue(write, [one], START + 99))
    with later._store.read() as read:
        found = read.get(PENDING, key_of(one))
        assert found is not None
        assert found.at == START
        assert waiting(read) == len(later.episodes())


def test_a_backup_carries_what_waits(later: Memory, tmp_path: Path, direct: Memory):
    made = create_backup(later._store, tmp_path / "one.backup", at=START)
    restore_backup(str(made), str(tmp_path / "back"))
    with Memory.open(tmp_path / "back", clock=clock) as back:
        assert back.waiting() == later.waiting() > 0
        back.learn_pending()
        assert evidence_of(back) == evidence_of(direct)


def test_an_import_learns_from_what_waits(later: Memory, tmp_path: Path):
    habit("another").save(tmp_path / "in")
    later.import_path(tmp_path / "in")
    assert later.waiting() == 0
    assert later.patterns()


def test_a_damaged_row_of_the_queue_loses_no_episode(later: Memory, direct: Memory):
    one = later.episodes()[0].id
    later._store.write(lambda write: write.kv.put(PENDING.space, key_of(one), b"rubbish"))
    assert any(found.level == "damage" for found in later.doctor())
    later.repair()
    assert (waits(later, one), contributed(later, one)) == (False, True)
    assert later.waiting() == len(later.episodes()) - 1
    later.learn_pending()
    assert evidence_of(later) == evidence_of(direct)


def test_the_doctor_sees_an_episode_that_neither_waits_nor_was_learned_from(later: Memory, direct: Memory):
    later._store.write(lambda write: write.clear(PENDING))
    assert any(found.level == "damage" for found in later.doctor())
    later.repair()
    assert evidence_of(later) == evidence_of(direct)


def test_deriving_everything_at_once_empties_the_queue(later: Memory, direct: Memory):
    later._store.write(rederive)
    assert later.waiting() == 0
    assert evidence_of(later) == evidence_of(direct)


def test_the_funnel_tells_how_many_wait(later: Memory):
    number = later.waiting()
    stats = later.stats()
    assert f"{number} episodes wait to be learned from: `memory learn` does that." in list(
        explained(stats.funnel)
    )
    assert stats_json(stats)["funnel"]["waiting"] == number


PLUGGED = """
import time
class Raises:
    def extract(self, episode, steps):
        raise ValueError("no idea")
class Hangs:
    def extract(self, episode, steps):
        time.sleep(600)
"""


def test_a_plug_in_that_raises_or_hangs_is_named_and_keeps_nobody_waiting(
    later: Memory, direct: Memory, tmp_path: Path
):
    site = tmp_path / "site"
    (site / "plugged-1.dist-info").mkdir(parents=True)
    (site / "plugged.py").write_text(PLUGGED)
    (site / "plugged-1.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: plugged\nVersion: 1\n"
    )
    (site / "plugged-1.dist-info" / "entry_points.txt").write_text(
        "[tacit.extractors]\nraises = plugged:Raises\nhangs = plugged:Hangs\n"
    )
    number = later.waiting()
    done = subprocess.run(
        [sys.executable, "-m", "tacit", "--store", str(later.path), "learn", "--format", "json"],
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    said = json.loads(done.stdout)
    assert (said["episodes"], said["waiting"]) == (number, 0)
    assert said["skipped"]["by extractor raises: ValueError in plugged.py:5"] == 3
    assert said["skipped"]["by extractor hangs: it took more than 2 s"] == 3
    assert evidence_of(later) == evidence_of(direct)
