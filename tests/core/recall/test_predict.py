"""A prediction beats the base rate or is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

import pytest
from library import START, episode, opened
from msgspec.structs import replace

from tacit import Memory
from tacit.core.errors import Usage
from tacit.core.learn.significance import Stratum, exact
from tacit.core.learn.statistics import wilson
from tacit.core.model import Label, Outcome
from tacit.core.recall.alike import Alike
from tacit.core.recall.predict import LEVEL, predicted
from tacit.core.tables import EPISODES, key_of
from tacit.store.transaction import Write

TOPICS = (
    "migrate the database schema of the {} service",
    "rename the {} widget in the settings dialog",
    "write documentation for the {} endpoint",
    "upgrade the {} dependency to its newest release",
    "fix the flaky {} test on the build server",
)
NAMES = ("billing", "search", "login", "export", "upload", "report", "invoice", "profile", "audit", "mail")
Filled = Callable[[Sequence[tuple[str, Label]]], Memory]


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Filled]:
    """A memory of tasks that ended in a known way."""
    held: list[Memory] = []

    def fill(tasks: Sequence[tuple[str, Label]], project: str = "p/one") -> Memory:
        with opened(tmp_path / "store", create=True) as store:

            def write(write: Write) -> None:
                for number, (prompt, label) in enumerate(tasks):
                    one = replace(episode(number, prompt), outcome=Outcome(label), project=project)
                    write.put(EPISODES, key_of(one.id), one)

            store.write(write)
        held.append(Memory.open(tmp_path / "store", clock=lambda: START))
        return held[-1]

    yield fill
    for memory in held:
        memory.close()


def tasks(ends: Callable[[int, int], Label]) -> list[tuple[str, Label]]:
    """Ten tasks of each topic."""
    return [
        (topic.format(name), ends(t, n)) for t, topic in enumerate(TOPICS) for n, name in enumerate(NAMES)
    ]


def planted(topic: int, number: int) -> Label:
    """Migrations fail nine times of ten, all else succeeds nine times of ten."""
    return "failure" if (number == 0) != (topic == 0) else "success"


def test_a_planted_signal_is_predicted(filled: Filled) -> None:
    memory = filled(tasks(planted))
    bad = memory.predict("migrate the database schema of the payment service")
    assert (bad.basis, bad.reason, bad.counted.judged) == ("similar", "beats", 10)
    assert bad.estimate == bad.counted.rate == 0.1
    assert (bad.counted.low, bad.counted.high) == wilson(1, 10)
    assert (bad.base.judged, bad.base.successes, bad.expected) == (50, 37, 0.74)
    assert bad.p <= LEVEL


def test_what_ends_as_all_else_does_is_not_predicted(filled: Filled) -> None:
    memory = filled(tasks(planted))
    good = memory.predict("rename the payment widget in the settings dialog")
    assert (good.reason, good.estimate, good.counted.rate) == ("no better", None, 0.9)
    assert good.p > LEVEL


def test_from_nothing_comes_nothing(filled: Filled) -> None:
    memory = filled(tasks(planted))
    asked = [topic.format("payment") for topic in TOPICS]
    alike = [memory.predict(task).alike for task in asked]
    assert all(len(one) >= 10 for one in alike)
    ids = sorted({one.episode for found in alike for one in found})
    answered = 0
    for seed in range(200):
        rng = Random(seed)
        share = rng.choice((0.5, 0.7, 0.9))
        ends: list[Label] = ["success" if rng.random() < share else "failure" for _ in range(50)]
        labels = dict(zip(ids, ends, strict=False))
        whole = {"p/one": (50, ends.count("success"))}
        for found in alike:
            dealt = tuple(replace(one, label=labels[one.episode]) for one in found)
            answered += predicted(dealt, whole).estimate is not None
    assert answered <= 0.05 * 200 * len(alike), f"{answered} of {200 * len(alike)} predicted by chance"


def test_the_exact_test_errs_no_more_often_than_it_says() -> None:
    for judged, successes, uses in ((20, 10, 8), (30, 27, 10), (200, 100, 20)):
        rng = Random(judged)
        ends = [n < successes for n in range(judged)]
        wrong = sum(
            exact([Stratum(judged, successes, uses, sum(rng.sample(ends, uses)))]) <= LEVEL
            for _ in range(2000)
        )
        assert wrong <= 0.05 * 2000 + 3 * (0.05 * 0.95 * 2000) ** 0.5


def test_the_same_task_is_told_from_a_similar_one(filled: Filled) -> None:
    repeated = [("Deploy the staging cluster", "failure")] * 4 + [("scale the staging cluster", "success")]
    memory = filled([*tasks(planted), *repeated])
    found = memory.predict("deploy   the STAGING cluster!")
    assert found.basis == "same"
    assert [one.same for one in found.alike][:5] == [True] * 4 + [False]
    assert (found.counted.judged, found.counted.successes, found.estimate) == (4, 0, 0.0)


def test_a_few_repeats_are_counted_with_what_is_alike(filled: Filled) -> None:
    memory = filled([*tasks(planted), ("migrate the database schema", "failure")])
    found = memory.predict("migrate the database schema")
    assert found.basis == "same"
    assert found.counted.judged == 11


def test_ends_that_nobody_knows_are_shown_and_not_counted(filled: Filled) -> None:
    memory = filled([("deploy the staging cluster", "unknown"), ("bake a cake", "success")])
    found = memory.predict("deploy the staging cluster")
    assert (found.basis, found.reason, found.counted.judged, found.counted.rate) == (
        "same",
        "not judged",
        0,
        None,
    )
    assert found.estimate is None


@pytest.mark.parametrize("task", ["paint the fence green", "日本語のタスク", "🎉", "\x00\x1b[31m", "a"])
def test_nothing_alike_says_so_with_the_base_rate(filled: Filled, task: str) -> None:
    found = filled(tasks(planted)).predict(task)
    assert (found.basis, found.reason, found.alike, found.estimate) == ("nothing", "nothing alike", (), None)
    assert (found.base.judged, found.base.rate) == (50, 0.74)


def test_an_empty_memory_has_no_base_rate(filled: Filled) -> None:
    found = filled([]).predict("anything")
    assert (found.base.judged, found.base.rate, found.expected) == (0, None, None)


def test_no_task_is_an_error_of_usage(filled: Filled) -> None:
    with pytest.raises(Usage):
        filled([]).predict("  \n")


def test_a_project_whose_tasks_all_fail_is_its_own_measure(filled: Filled) -> None:
    memory = filled(tasks(lambda _topic, _number: "failure"))
    found = memory.predict(TOPICS[0].format("payment"))
    assert (found.reason, found.estimate, found.expected) == ("no better", None, 0.0)


def test_like_is_held_against_like() -> None:
    def one(n: int, project: str, label: Label) -> Alike:
        return Alike(f"e-{n}", "s", project, "x", label, 0, 0.5, same=False)

    alike = tuple(one(n, "bad", "failure") for n in range(10))
    alone = predicted(alike, {"bad": (20, 0), "good": (80, 80)})
    assert (alone.reason, alone.expected, alone.base.judged) == ("no better", 0.0, 20)


def test_patterns_of_like_tasks_are_named(memory: Memory) -> None:
    found = memory.predict("fix the parser, case h9")
    assert len(found.alike) == 4
    assert {one.tasks for one in found.used} == {4}
    assert all(one.pattern.listed for one in found.used)
    assert memory.predict("fix the parser, case h9", project="nowhere").alike == ()


def test_the_same_question_has_the_same_answer(memory: Memory) -> None:
    assert memory.predict("fix the parser") == memory.predict("fix the parser")
