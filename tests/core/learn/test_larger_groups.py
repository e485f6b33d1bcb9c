"""Groups of more than two files as patterns: their numbers, their evidence, what a person does to them."""

from __future__ import annotations

from pathlib import Path

import pytest
from transcript import START, Transcript

from tacit import Memory
from tacit.core.ids import parse_id
from tacit.core.learn.review import rederived
from tacit.core.model import Episode, Pattern
from tacit.core.optimize_retain import is_dear

DAY = 86_400_000
NOW = START + 90 * DAY
HABIT = ["grammar.py", "parser.py", "tokens.py"]


def session(number: int, files: list[str], *, good: bool = True, project: str = "app") -> Transcript:
    one = Transcript(f"s{number}", cwd=f"/home/dev/work/{project}", start=START + number * DAY)
    one.prompt(f"fix case {number}")
    for name in files:
        one.read(name)
        one.edit(name)
    one.tests_pass() if good else one.tests_fail()
    return one


def told() -> list[Transcript]:
    """Three files five times together, two of them twice more, each alone once; and other work."""
    found = [session(n, ["notes.md", *HABIT] if n in {1, 3} else HABIT[::-1], good=n > 1) for n in range(5)]
    found += [session(n, HABIT[:2]) for n in (5, 6)]
    found += [session(n, [HABIT[n - 7]]) for n in (7, 8, 9)]
    return found + [session(n, [f"other{n % 6}.py"]) for n in range(10, 60)]


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    return [one.save(tmp_path / "in") for one in told()]


def opened(tmp_path: Path, name: str = "store") -> Memory:
    return Memory.open(tmp_path / name, clock=lambda: NOW)


def groups(memory: Memory) -> list[Pattern]:
    return [one for one in memory.patterns() if one.kind == "file_group"]


def whole(memory: Memory, pattern_id: str) -> Pattern:
    found = memory.get(pattern_id)
    assert isinstance(found, Pattern)
    return found


def edited(memory: Memory, episode: Episode) -> dict[str, int]:
    """The first edit of each file, read from the steps."""
    found: dict[str, int] = {}
    for step in memory.steps(episode.id):
        if step.kind == "edit" and step.status == "ok" and step.target is not None:
            found.setdefault(step.target, step.n)
    return found


def sound(memory: Memory) -> bool:
    return {finding.level for finding in memory.doctor()} == {"ok"}


def test_files_that_change_together_are_one_row_with_its_own_numbers(tmp_path: Path, paths: list[Path]):
    with opened(tmp_path) as memory:
        report = memory.import_paths(paths)
        (group,) = groups(memory)
        assert group.title == "work/app: grammar.py + parser.py + tokens.py"
        assert (group.uses, group.episodes, group.sessions) == (5, 5, 5)
        assert (group.judged, group.successes, group.failures) == (5, 3, 2)
        assert len(group.explained) == 2, "what never changes without the third"
        (variant,) = (whole(memory, one) for one in group.variant_ids)
        assert (variant.key[1:], variant.uses) == (("grammar.py", "parser.py"), 7)
        assert report.rejected["explained by a longer one"] >= 2


def test_its_evidence_are_the_episodes_that_changed_all_of_it(tmp_path: Path, paths: list[Path]):
    with opened(tmp_path) as memory:
        memory.import_paths(paths)
        (group,) = groups(memory)
        shown = {use.episode: (use.first, use.last) for use in memory.evidence(group.id)}
        recounted = {}
        for episode in memory.episodes():
            changed = edited(memory, episode)
            if set(HABIT) <= changed.keys():
                places = [changed[name] for name in HABIT]
                recounted[episode.id] = min(places), max(places)
        assert shown == recounted
        assert len(shown) == 5


def test_a_session_leads_to_the_groups_it_fed_and_to_no_other(tmp_path: Path, paths: list[Path]):
    with opened(tmp_path) as memory:
        memory.import_paths(paths)
        (group,) = groups(memory)
        fed = {one.id for one in memory.episodes() if group in memory.patterns_of(one.id)}
        assert fed == {use.episode for use in memory.evidence(group.id)}
        last = max(memory.evidence(group.id), key=lambda use: use.at).episode
        learned = [memory.look_back(one).learned for one in sorted(fed)]
        assert sum(learned) >= 1
        assert memory.look_back(last).learned == 0, "it was known by then"


def test_a_deleted_group_takes_what_it_explained_and_comes_back_by_undo_alone(
    tmp_path: Path, paths: list[Path]
):
    with opened(tmp_path) as memory:
        memory.import_paths(paths[5:] + paths[:4])
        before = memory.patterns()
        (group,) = groups(memory)
        receipt = memory.delete([group.id])
        assert receipt.patterns == 4, "itself, a variant and the two it explained"
        memory.import_paths(paths)
        assert groups(memory) == []
        memory.undo()
        (again,) = groups(memory)
        assert (again.id, again.uses) == (group.id, group.uses + 1)
        memory.delete([one.id for one in memory.sessions() if one.native == paths[4].stem])
        assert memory.patterns() == before
        assert sound(memory)


def test_order_forgetting_and_deriving_anew_leave_the_same(tmp_path: Path, paths: list[Path]):
    with opened(tmp_path, "less") as memory:
        memory.import_paths(paths[1:])
        less = memory.patterns()
        assert [one.uses for one in groups(memory)] == [4]
    with opened(tmp_path) as memory:
        for batch in (paths[3:], paths[2:3], paths[:2]):
            memory.import_paths(batch)
        everything = memory.patterns()
        memory._store.write(rederived, large=True)
        memory.import_paths(paths)
        assert memory.patterns() == everything
        memory.forget(sessions=[one.id for one in memory.sessions() if one.native == paths[0].stem])
        assert memory.patterns() == less
        assert sound(memory)


def test_a_mark_moves_its_numbers(tmp_path: Path, paths: list[Path]):
    with opened(tmp_path) as memory:
        memory.import_paths(paths)
        (group,) = groups(memory)
        failed = next(use.episode for use in memory.evidence(group.id) if use.result == "failure")
        memory.mark(failed, "success")
        (marked,) = groups(memory)
        assert (marked.successes, marked.failures) == (4, 1)
        memory.undo()
        assert groups(memory) == [group]


def test_a_pinned_group_holds_on_to_the_sessions_that_changed_all_of_it(tmp_path: Path, paths: list[Path]):
    with opened(tmp_path) as memory:
        memory.import_paths(paths)
        (group,) = groups(memory)
        sessions = {use.session for use in memory.evidence(group.id)}
        with memory._store.read() as read:
            dear = {
                one.id for one in memory.sessions() if is_dear(read, one, frozenset([parse_id(group.id)]), ())
            }
        assert dear == sessions


def test_what_was_said_of_a_group_holds_under_another_name_of_its_project(tmp_path: Path, paths: list[Path]):
    other = session(60, ["other9.py"], project="renamed").save(tmp_path / "in")
    with opened(tmp_path) as memory:
        memory.import_paths([*paths, other])
        (group,) = groups(memory)
        memory.merge_projects("work/app", "work/renamed")
        (renamed,) = groups(memory)
        assert (renamed.key, renamed.uses) == (("work/renamed", *HABIT), group.uses)
        memory.undo()
        assert groups(memory) == [group]
        memory.delete([group.id])
        memory.merge_projects("work/app", "work/renamed")
        assert groups(memory) == []
        memory.undo()
        memory.undo()
        assert groups(memory) == [group]
        assert sound(memory)


def test_two_groups_that_only_happened_to_meet_are_not_one(tmp_path: Path):
    sessions = [session(n, ["a.py", "b.py"]) for n in range(12)]
    sessions += [session(n, ["c.py", "d.py"]) for n in range(12, 24)]
    sessions += [session(n, ["a.py", "b.py", "c.py", "d.py"]) for n in range(24, 28)]
    sessions += [session(n, [f"other{n % 6}.py"]) for n in range(28, 60)]
    with opened(tmp_path) as memory:
        memory.import_paths([one.save(tmp_path / "in") for one in sessions])
        assert sorted((one.key[1:], one.uses) for one in groups(memory)) == [
            (("a.py", "b.py"), 16),
            (("c.py", "d.py"), 16),
        ]


def test_thirty_files_that_always_change_together_are_one_row(tmp_path: Path):
    names = [f"locale{number:02}.json" for number in range(30)]
    sessions = [session(n, names) for n in range(4)] + [
        session(n, [f"other{n % 6}.py"]) for n in range(4, 40)
    ]
    with opened(tmp_path) as memory:
        report = memory.import_paths([one.save(tmp_path / "in") for one in sessions])
        (group,) = groups(memory)
        assert (group.uses, len(group.key), len(group.explained)) == (4, 31, 435)
        assert group.title.endswith("locale04.json + locale05.json + 24 more")
        assert report.rejected["explained by a longer one"] >= 435
        memory.delete([group.id])
        assert groups(memory) == []
        assert sound(memory)
