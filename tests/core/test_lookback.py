"""Looking back at stored episodes: derived from what is stored, the same whenever it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from transcript import START, Transcript, habits

from tacit import Memory
from tacit.core.errors import NotFound, Usage
from tacit.core.model import Episode

DAY = 86_400_000


@pytest.fixture
def learned(tmp_path: Path) -> Iterator[Memory]:
    habits(tmp_path / "told", 5)
    with Memory.open(tmp_path / "store", clock=lambda: START + 90 * DAY) as memory:
        memory.import_path(tmp_path / "told")
        yield memory


def oldest_first(memory: Memory) -> list[Episode]:
    return list(reversed(memory.episodes()))


def test_the_reward_is_the_product_of_its_parts_and_a_failure_has_none(learned: Memory):
    good, _, bad, *_ = oldest_first(learned)
    found = learned.reward(good.id)
    assert found is not None
    parts = found.base * found.efficiency * (1 + found.complexity) * found.quality * (1 + found.learning)
    assert found.value == pytest.approx(parts)
    assert found.value > 0
    failed = learned.reward(bad.id)
    assert failed is not None
    assert (bad.outcome.label, failed.value) == ("failure", 0)


def test_what_nobody_could_judge_has_no_reward(learned: Memory):
    one = learned.episodes()[0]
    learned.mark(one.id, "unknown")
    assert learned.reward(one.id) is None


def test_patterns_are_learned_in_the_episode_that_gives_them_support_and_known_later(learned: Memory):
    told = [learned.look_back(one.id) for one in oldest_first(learned)]
    by_time = {one.ended: place for place, one in enumerate(oldest_first(learned))}
    learned_in = [by_time[pattern.learned_at] for pattern in learned.patterns()]
    assert sum(found.learned for found in told) == len(learned_in) > 0
    for place, found in enumerate(told):
        assert found.learned == learned_in.count(place)
    first_known = min(learned_in) + 1
    spoken = ["known" in str(found.reflection) for found in told]
    assert not any(spoken[:first_known])
    assert any(spoken[first_known:])


def test_a_mark_changes_what_is_said_and_undoing_it_says_the_same_again(learned: Memory):
    one = oldest_first(learned)[0]
    before = learned.look_back(one.id)
    learned.mark(one.id, "failure", "it was not what I asked")
    after = learned.look_back(one.id)
    assert after.reward is not None
    assert after.reward.base == 0
    assert after.summary.outcome == "Failure: a person marked it"
    learned.undo()
    assert learned.look_back(one.id) == before


def test_the_summary_names_the_task_its_end_and_the_steps_it_rests_on(learned: Memory):
    one = oldest_first(learned)[0]
    text = learned.look_back(one.id).summary.text
    assert text.startswith("fix the parser, case h0. Success: pytest passed.")
    assert "(step" in text
    assert learned.look_back(one.id).salient.files == ()


def test_remarks_name_steps_that_are_there(learned: Memory):
    for one in learned.episodes():
        there = {step.n for step in learned.steps(one.id)}
        found = learned.reflection(one.id)
        for remarks in (found.successes, found.improvements, found.insights):
            assert len(remarks) <= 5
            assert all(there.issuperset(remark.steps) for remark in remarks)


def test_only_an_episode_that_is_there_is_looked_back_at(learned: Memory):
    with pytest.raises(Usage, match="is no episode"):
        learned.look_back(learned.sessions()[0].id)
    one = learned.episodes()[0]
    learned.delete([one.id])
    with pytest.raises(NotFound, match="was deleted"):
        learned.look_back(one.id)


def test_one_whose_times_say_nothing_took_an_unknown_time(tmp_path: Path):
    still = Transcript("still")
    still.prompt("fix the parser")
    still.edit("a.py")
    still.tests_pass()
    for line in still.lines:
        line["timestamp"] = "2026-01-05T10:00:00.000Z"
    still.save(tmp_path / "told")
    with Memory.open(tmp_path / "store") as memory:
        memory.import_path(tmp_path / "told")
        one = memory.episodes()[0]
        assert one.started == one.ended
        found = memory.reward(one.id)
        assert found is not None
        assert found.efficiency == pytest.approx((1.0 + 0.5 + 2.718281828459045 ** (-2 / 20)) / 2)
