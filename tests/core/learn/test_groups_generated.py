"""Groups of files among generated episodes whose truth is known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from population import DAY, START, Told, filled, learned, reviewed

from tacit.core.evidence import evidence, patterns_of
from tacit.core.ids import episode_id, session_id
from tacit.core.learn.review import drift, review
from tacit.core.model import Action, Episode, Evidence, Outcome, Pattern, Step
from tacit.core.tables import PATTERNS

PROJECTS = ("alder", "birch")
HABIT = ("parser.py", "tokens.py", "grammar.py")
Chance = Callable[[bool], float]
"""How likely an episode succeeds, by whether it changed the three files."""


def episodes(seed: int, count: int, chance: Chance) -> list[Told]:
    """Episodes that change files by chance; one in five changes three that belong together."""
    rng = Random(f"groups {seed}")
    found = []
    for number in range(count):
        planted = rng.random() < 0.2
        files = [f"f{n:02}.py" for n in range(25) if rng.random() < 0.06]
        names = [*(HABIT if planted else ()), *files] or ["only.py"]
        rng.shuffle(names)
        found.append(told(number, names, good=rng.random() < chance(planted)))
    return found


def told(number: int, files: list[str], *, good: bool) -> Told:
    at = START + number * DAY // 6
    label = "success" if good else "failure"
    steps = tuple(
        Step(
            n=n,
            call=str(n),
            tool="Edit",
            kind="edit",
            parameters="{}",
            observation="",
            status="ok",
            at=at + n * 1000,
            actions=(Action("edit *.py", "ok"),),
            target=name,
        )
        for n, name in enumerate(files, 1)
    )
    episode = Episode(
        id=episode_id("made", str(number)),
        session=session_id("made", str(number // 2)),
        native=str(number),
        project=PROJECTS[number // 2 % 2],
        agent="made",
        prompt="do it",
        started=at,
        ended=at + 100_000,
        outcome=Outcome(label, float(good), "label", (Evidence("label", label, "as generated"),)),
        steps=len(steps),
        files=tuple(sorted(files)),
    )
    return Told(episode, steps)


def planted(rows: list[Pattern]) -> list[Pattern]:
    return [row for row in rows if row.kind == "file_group" and set(HABIT) <= set(row.key)]


def groups(folder: Path, made: list[Told]) -> list[tuple[Pattern, set[str], set[str]]]:
    """Every larger group, the episodes shown as its evidence, and those that lead back to it."""
    with filled(made, folder) as store:
        review(store)
        with store.read() as read:
            assert drift(read) == 0
            found = [
                one for _, one in read.records(PATTERNS) if one.kind == "file_group" and len(one.key) > 3
            ]
            back = {one.episode.id: {row.id for row in patterns_of(read, one.episode.id)} for one in made}
            return [
                (
                    one,
                    {use.episode for use in evidence(read, one)},
                    {episode for episode, fed in back.items() if one.id in fed},
                )
                for one in found
            ]


@pytest.mark.parametrize("seed", range(3))
def test_every_number_of_every_group_comes_out_of_the_episodes_again(seed: int, tmp_path: Path) -> None:
    made = episodes(seed, 300, lambda _: 0.6)
    found = groups(tmp_path / "store", made)
    assert {one.key[0] for one, _, _ in found} == set(PROJECTS)
    for pattern, shown, fed in found:
        project, *names = pattern.key
        uses = [
            one.episode
            for one in made
            if one.episode.project == project and set(names) <= set(one.episode.files)
        ]
        assert shown == {one.id for one in uses}
        assert fed == (shown if pattern.listed else set())
        assert (pattern.uses, pattern.episodes) == (len(uses), len(uses))
        assert pattern.sessions == len({one.session for one in uses})
        assert pattern.successes == sum(one.outcome.label == "success" for one in uses)
        assert pattern.failures == pattern.judged - pattern.successes


@pytest.mark.parametrize("seed", range(4))
def test_files_whose_change_goes_badly_are_found_as_one_row(seed: int, tmp_path: Path) -> None:
    rows = planted(learned(episodes(seed, 400, lambda habit: 0.25 if habit else 0.75), tmp_path / "store"))
    assert [len(row.key) for row in rows] == [4, 4]
    assert {row.verdict for row in rows} == {"harms"}


def test_groups_that_say_nothing_of_the_outcome_get_a_verdict_in_few_of_many_tries(tmp_path: Path) -> None:
    shown = 0
    for seed in range(12):
        rows = learned(episodes(seed, 300, lambda _: 0.6), tmp_path / str(seed))
        assert planted(rows)
        shown += any(row.verdict in {"helps", "harms"} for row in rows)
    assert shown <= 3


def test_the_order_of_the_episodes_makes_no_difference(tmp_path: Path) -> None:
    made = episodes(9, 200, lambda _: 0.5)
    states = [reviewed(one, tmp_path / str(n)) for n, one in enumerate((made, made[::-1]))]
    assert states[0] == states[1]
    assert learned(made, tmp_path / "a") == learned(made[::-1], tmp_path / "b")
