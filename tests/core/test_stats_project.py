"""The statistics of one project are those of its records."""

from __future__ import annotations

from pathlib import Path

from transcript import START, Transcript

from tacit.core.outcome_counts import Outcomes
from tacit.memory import Memory


def test_each_project_has_its_own_and_together_they_are_all(tmp_path: Path) -> None:
    for name in ("app", "work/app", "b"):
        for number in range(3):
            at = START + number * 10**9
            one = Transcript(f"{name} {number}", cwd=f"/home/dev/{name}", start=at)
            one.prompt(f"Mend {name} {number}")
            one.read("a.py")
            one.edit("a.py")
            one.tests_pass()
            one.save(tmp_path / "told")
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths([tmp_path / "told"])
        stats = memory.stats()
        parts = [memory.project_stats(one.project) for one in stats.projects]
        for whole, part in zip(stats.projects, parts, strict=True):
            assert (part.sessions, part.patterns, part.outcomes) == (
                whole.sessions,
                whole.patterns,
                whole.outcomes,
            )
            held = memory.episodes(f'project:"={part.project}"')
            assert part.outcomes.total == len(held) == sum(week.outcomes.total for week in part.weeks)
            assert part.worthy == sum(one.unworthy is None for one in held)
        for week in stats.weeks:
            shares = [one.outcomes for part in parts for one in part.weeks if one.start == week.start]
            assert sum(one.total for one in shares) == week.outcomes.total
            assert sum(one.success for one in shares) == week.outcomes.success


def test_a_project_that_is_not_there_has_nothing(tmp_path: Path) -> None:
    with Memory.open(tmp_path / "store") as memory:
        found = memory.project_stats("nobody/nothing")
    assert (found.sessions, found.patterns, found.outcomes, found.weeks) == (0, 0, Outcomes(), ())
    assert found.forecasts is None
