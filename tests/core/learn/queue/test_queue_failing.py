"""An episode that one of our own extractors fails on waits, with the reason; the others are learned from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from transcript import habit
from waiting import clock, contributed, evidence_of, store_later, told_in, waits

from tacit import Memory
from tacit.core.config import load
from tacit.core.learn import queue, worker
from tacit.core.learn.extractors.recovery import RecoveryExtractor
from tacit.core.model import Episode, Step, Use


@pytest.fixture
def fail(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How the prompts begin of the episodes that one of Tacit's own extractors fails on."""
    beginnings: list[str] = []
    real = RecoveryExtractor.extract

    def extract(self: RecoveryExtractor, episode: Episode, steps: Sequence[Step]) -> list[Use]:
        if episode.prompt.startswith(tuple(beginnings)):
            raise KeyError(episode.prompt)
        return real(self, episode, steps)

    monkeypatch.setattr(RecoveryExtractor, "extract", extract)
    return beginnings


def failing(memory: Memory) -> set[str]:
    return {one.id for one in memory.episodes() if one.prompt.startswith("now the reader")}


def warnings(memory: Memory) -> list[str]:
    return [found.what for found in memory.doctor() if found.level != "ok"]


_HERE = "/".join([*filter(None, (__package__ or "").split(".")), Path(__file__).name])
WHY = f"KeyError in {_HERE}:"


def test_it_waits_and_the_others_are_learned_from(
    later: Memory, direct: Memory, fail: list[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(queue, "BATCH", 1)
    monkeypatch.setattr(queue, "_FRUITLESS", 2)
    fail.append("now the reader")
    bad = failing(later)
    done = later.learn()
    assert 2 < len(bad) == done.waiting == sum(done.failed.values())
    assert [why.startswith(WHY) for why in done.failed] == [True]
    assert {one.id for one in later.episodes() if contributed(later, one.id)} == {
        one.id for one in later.episodes() if one.id not in bad and one.unworthy is None
    }
    (found,) = warnings(later)
    assert found.startswith(f"episodes that could not be learned from: {WHY}")
    assert "reader" not in found


def test_it_is_learned_from_once_that_works(later: Memory, direct: Memory, fail: list[str]):
    fail.append("")
    assert later.learn_pending() == 0
    assert warnings(later)
    fail.clear()
    assert later.learn().failed == {}
    assert warnings(later) == []
    assert evidence_of(later) == evidence_of(direct)


def test_it_slows_nobody_down(
    tmp_path: Path,
    direct: Memory,
    fail: list[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    monkeypatch.setattr(worker, "IDLE", 60.0)
    monkeypatch.setenv("TACIT_LEARN_QUEUE", "2")
    fail.append("now the reader")
    with Memory.open(tmp_path / "store", clock=clock, config=load()) as memory:
        store_later(memory, told_in(direct))
        assert memory.learn().waiting == len(failing(memory)) > 2
        with caplog.at_level("WARNING", "tacit"):
            assert memory.after_enqueue() == 0
        assert caplog.messages == []


def test_what_was_contributed_stays_when_a_rebuild_or_a_mark_fails(at_once: Memory, fail: list[str]):
    before = evidence_of(at_once)
    fail.append("now the reader")
    bad = failing(at_once)
    at_once.rebuild()
    assert evidence_of(at_once) == before
    assert all(waits(at_once, one) for one in bad)
    at_once.mark(min(bad), "failure")
    assert waits(at_once, min(bad))
    assert at_once.learn().waiting == len(bad)


def test_an_import_stores_it_names_the_reason_and_learns_from_the_rest(tmp_path: Path, fail: list[str]):
    one = habit("one")
    one.prompt("now the reader, please")
    one.edit("src/reader.py")
    one.tests_pass()
    one.save(tmp_path / "in")
    fail.append("now the reader")
    with Memory.open(tmp_path / "store", clock=clock) as memory:
        report = memory.import_path(tmp_path / "in")
        assert report.episodes == len(memory.episodes()) == 2
        assert [why.startswith(f"by Tacit's own extractors: {WHY}") for why in report.skipped] == [True]
        assert failing(memory) == {one.id for one in memory.episodes() if waits(memory, one.id)}
        memory.repair()
        assert len(warnings(memory)) == 1
