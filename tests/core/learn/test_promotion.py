"""What a candidate with support must be besides: a decision has an alternative, a group of files a lift."""

from pathlib import Path

import pytest
from transcript import START, Transcript

from tacit import Memory

DAY = 86_400_000
NOW = START + 90 * DAY


def session(number: int, files: list[str], cwd: str = "/home/dev/work/app") -> Transcript:
    one = Transcript(f"s{number}{cwd}", cwd=cwd, start=START + number * DAY)
    one.prompt(f"fix case {number}")
    for name in files:
        one.read(name)
        one.edit(name)
    one.tests_pass()
    return one


def learned(tmp_path: Path, told: list[Transcript], kind: str) -> dict[tuple[str, ...], int]:
    for one in told:
        one.save(tmp_path / "in")
    with Memory.open(tmp_path / "store", clock=lambda: NOW) as memory:
        memory.import_paths([tmp_path / "in"])
        return {one.key: one.uses for one in memory.patterns() if one.kind == kind}


def test_files_that_change_together_stand_a_popular_one_does_not(tmp_path: Path):
    told = [session(n, ["main.py", "parser.py", "grammar.py"]) for n in range(6)]
    told += [session(n, ["main.py", f"other{n % 5}.py"]) for n in range(6, 24)]
    assert learned(tmp_path, told, "file_group") == {("work/app", "grammar.py", "parser.py"): 6}


def test_the_same_names_in_other_projects_are_other_files(tmp_path: Path):
    told = [
        session(n, ["go.mod", "main.go"] if n < 2 else [f"x{n}.go"], f"/home/dev/{project}")
        for project in ("one", "two")
        for n in range(6)
    ]
    assert learned(tmp_path, told, "file_group") == {}


def test_a_group_is_no_pattern_any_more_when_its_evidence_is_deleted(tmp_path: Path):
    told = [session(n, ["parser.py", "grammar.py"]) for n in range(4)]
    told += [session(n, [f"other{n % 5}.py"]) for n in range(4, 30)]
    for one in told:
        one.save(tmp_path / "in")
    with Memory.open(tmp_path / "store", clock=lambda: NOW) as memory:
        memory.import_paths([tmp_path / "in"])
        (group,) = [one for one in memory.patterns() if one.kind == "file_group"]
        assert (group.title, group.uses) == ("work/app: grammar.py + parser.py", 4)
        gone = sorted({use.session for use in memory.evidence(group.id)})[:2]
        memory.delete(gone)
        assert not [one for one in memory.patterns() if one.kind == "file_group"]
        memory.undo()
        assert [one for one in memory.patterns() if one.kind == "file_group"] == [group]


def decide(number: int, choices: list[str]) -> Transcript:
    one = Transcript(f"d{number}", start=START + number * DAY)
    one.prompt(f"fix case {number}")
    for choice in choices:
        one.edit("src/a.py", refused="File has not been read yet. Read it first before writing to it.")
        if choice == "read":
            one.read("src/a.py")
        else:
            one.bash("git stash")
    one.edit("src/a.py")
    one.tests_pass()
    return one


@pytest.mark.parametrize(
    ("others", "rows"),
    [(2, {}), (3, {("edit failed", "git stash"): 3, ("edit failed", "read"): 4})],
)
def test_a_decision_is_one_only_where_another_choice_has_support(tmp_path: Path, others, rows):
    told = [decide(n, ["read"]) for n in range(4)] + [decide(4 + n, ["stash"]) for n in range(others)]
    assert learned(tmp_path, told, "decision_point") == rows


def test_the_funnel_says_why_a_candidate_with_support_is_no_pattern(tmp_path: Path):
    told = [decide(n, ["read"]) for n in range(4)]
    told += [session(20 + n, ["main.py", "more.py"], "/home/dev/small") for n in range(4)]
    for one in told:
        one.save(tmp_path / "in")
    with Memory.open(tmp_path / "store", clock=lambda: NOW) as memory:
        report = memory.import_paths([tmp_path / "in"])
    assert report.rejected["no alternative"] == 1
    assert report.rejected["together by chance"] == 1


def mixed(folder: Path) -> list[Path]:
    """Sessions that give rows of every kind that is looked at here."""
    told = [session(n, ["main.py", "parser.py", "grammar.py"]) for n in range(5)]
    told += [session(n, ["main.py", f"other{n % 4}.py"]) for n in range(5, 16)]
    told += [decide(n, ["read"]) for n in range(4)] + [decide(n, ["stash", "read"]) for n in range(4, 9)]
    return [one.save(folder) for one in told]


def rows(store: Path, batches: list[list[Path]], gone: str = "") -> list[object]:
    with Memory.open(store, clock=lambda: NOW) as memory:
        for batch in batches:
            memory.import_paths(batch)
        if gone:
            memory.delete([one.id for one in memory.sessions() if one.native == gone])
        return sorted(memory.patterns(), key=lambda one: one.id)


def test_order_and_batches_make_no_difference_and_deleting_equals_never_having_imported(tmp_path: Path):
    paths = mixed(tmp_path / "in")
    whole = rows(tmp_path / "whole", [paths])
    assert {"file_group", "decision_point"} <= {one.kind for one in whole}
    assert rows(tmp_path / "backwards", [[path] for path in reversed(paths)]) == whole
    less = rows(tmp_path / "less", [paths[1:]])
    assert rows(tmp_path / "deleted", [paths[::2], paths[1::2]], gone=paths[0].stem) == less != whole
