"""What an agent made of a directory, a hash or the name of a folder, is that directory where it is shown."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from counted_reads import counted_reads
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from told import START, Done, Task, Told, story, writer
from transcript import Transcript

from tacit import Memory
from tacit.core.joining import Joined, join
from tacit.core.learn.paths import project_of
from tacit.core.readers.made_names import hashed_name, slug

SHOP = "/home/dev/work/shop"
NAME, ADDRESS = "work/shop", "github.com/acme/shop"
HASH, SLUG = hashed_name(SHOP), "home-dev-work-shop"
DAY = 86_400_000


def session(agent: str, folder: Path, directory: str = SHOP, number: int = 0) -> Path:
    """A session of an agent in which no path is named, below a home of its own."""
    told = Told(f"5b0c1d2e-0000-4000-8000-{number:012x}", directory, start=START + number * DAY)
    task = Task(f"Make the tests pass, {number}", (Done("shell", "pytest -q", output="1 passed in 0.1s"),))
    return unmarked(writer(agent)(replace(told, tasks=(task,)), folder))


def unmarked(path: Path) -> Path:
    """A session of Gemini as it was before the directory stood beside it."""
    (path.parent.parent / ".project_root").unlink(missing_ok=True)
    return path


def lay(folder: Path, directory: str, name: str = "one", start: int = START) -> Path:
    """A session of Claude Code in a directory."""
    one = Transcript(name, cwd=directory, start=start)
    one.prompt(f"describe the parser, {name}")
    one.bash("ls", "a")
    return one.save(folder)


def projects(memory: Memory) -> dict[str, str]:
    """Project by agent and directory."""
    return {f"{one.agent} {one.directory}": one.project for one in memory.sessions()}


@pytest.fixture
def memory(tmp_path: Path):
    """An empty memory."""
    with Memory.open(tmp_path / "store", clock=lambda: START + 40 * DAY) as opened:
        yield opened


@pytest.mark.parametrize(
    ("agents", "project"),
    [
        (("claude_code", "gemini", "cursor", "codex"), ADDRESS),
        (("gemini", "cursor", "copilot"), ADDRESS),
        (("claude_code", "gemini", "cursor"), NAME),
    ],
)
def test_the_story_is_of_one_project_in_whatever_order_agents_come(tmp_path, agents, project):
    parts = [session(agent, tmp_path / "in" / agent, number=n) for n, agent in enumerate(agents)]
    outcomes = set()
    for number, order in enumerate(permutations(parts)):
        with Memory.open(tmp_path / f"store{number}") as memory:
            for path in order:
                memory.import_path(path)
            assert set(projects(memory).values()) == {project}
            names = sorted((other, one) for other, one in memory.aliases().items())
            patterns = [(one.id, one.title, one.uses) for one in memory.patterns()]
            outcomes.add((tuple(names), tuple(patterns), memory.import_path(*parts).joined))
    assert len(outcomes) == 1


def test_the_whole_story_told_by_all_is_of_one_project(tmp_path, memory):
    agents = ("cursor", "gemini", "opencode", "codex", "claude_code")
    for number, agent in enumerate(agents):
        told = story(f"5b0c1d2e-0000-4000-8000-{number:012x}", start=START + number * DAY)
        unmarked(writer(agent)(told, tmp_path / agent))
    memory.import_path(*(tmp_path / agent for agent in agents))
    assert {one.agent for one in memory.sessions()} == {one.replace("_", "-") for one in agents}
    assert set(projects(memory).values()) == {ADDRESS}


def test_a_report_tells_each_join_and_one_step_takes_all_back_for_good(tmp_path, memory):
    told = [session(agent, tmp_path / agent) for agent in ("gemini", "cursor")]
    memory.import_path(*told)
    assert set(projects(memory).values()) == {HASH, SLUG}
    report = memory.import_path(session("codex", tmp_path / "codex", number=1))
    assert sorted(report.joined) == sorted(
        [f"{HASH} into {NAME}", f"{SLUG} into {NAME}", f"{NAME} into {ADDRESS}"]
    )
    (listed,) = memory.projects()
    assert (listed.name, sorted(listed.others)) == (ADDRESS, sorted([HASH, SLUG, NAME]))
    assert memory.undo("import") is not None
    assert set(projects(memory).values()) == {HASH, SLUG, ADDRESS}
    again = memory.import_path(session("cursor", tmp_path / "more", number=2))
    assert (again.joined, again.parted) == ((), ())
    assert set(projects(memory).values()) == {HASH, SLUG, ADDRESS}
    memory.merge_projects(SLUG, ADDRESS)
    assert set(projects(memory).values()) == {HASH, ADDRESS}


def test_a_hash_is_a_folder_around_where_others_lay(tmp_path, memory):
    memory.import_path(lay(tmp_path / "in", f"{SHOP}/src"), session("gemini", tmp_path))
    assert projects(memory)[f"gemini {HASH}"] == NAME


def test_a_hash_is_found_under_every_home_that_is_known(tmp_path, memory):
    memory.import_path(lay(tmp_path / "in", SHOP), lay(tmp_path / "in", "/Users/me/else", "two"))
    told = session("gemini", tmp_path, "/Users/me/work/shop")
    assert memory.import_path(told).joined == (f"{hashed_name('/Users/me/work/shop')} into {NAME}",)


def test_a_folders_name_is_no_folder_around_where_others_lay(tmp_path, memory):
    memory.import_path(lay(tmp_path / "in", f"{SHOP}/src"), session("cursor", tmp_path))
    assert projects(memory)[f"cursor {SLUG}"] == SLUG


@pytest.mark.parametrize("directory", ["/tmp/shop", "/home/dev"])
@pytest.mark.parametrize("agent", ["gemini", "cursor"])
def test_no_place_of_everybodys_is_joined(tmp_path, memory, agent, directory):
    told = lay(tmp_path / "in", directory), session(agent, tmp_path, directory)
    assert memory.import_path(*told).joined == ()


OTHERS = (
    "/home/dev/work-shop",
    "/home/dev-work/shop",
    "/home/dev/work-shop/src",
    "/home/dev/home-dev-work-shop",
)


@pytest.mark.parametrize("other", OTHERS)
def test_a_folders_name_that_may_be_another_directory_is_parted_again(tmp_path, other):
    parts = [
        session("cursor", tmp_path / "in"),
        lay(tmp_path / "in", SHOP),
        lay(tmp_path / "in", other, "two"),
    ]
    outcomes = []
    for number, order in enumerate(permutations(parts)):
        with Memory.open(tmp_path / f"store{number}") as memory:
            reports = [memory.import_path(path) for path in order]
            outcomes.append(projects(memory))
            parted = [one for report in reports for one in report.parted]
            assert parted in ([], [f"{SLUG} out of {NAME}"], [f"{SLUG} out of {project_of(other, None)}"])
            assert [step.undone for step in memory.undo_list()] == []
            assert memory.undo("import") is None
    assert {one[f"cursor {SLUG}"] for one in outcomes} == {SLUG}
    assert all(one == outcomes[0] for one in outcomes)


def test_a_step_of_which_one_join_was_parted_takes_back_the_others(tmp_path, memory):
    memory.import_path(*(session(agent, tmp_path / agent) for agent in ("gemini", "cursor")))
    memory.import_path(lay(tmp_path / "in", SHOP))
    memory.import_path(lay(tmp_path / "in", OTHERS[0], "two"))
    assert memory.merges() == {1: f"{HASH} into {NAME}"}
    memory.undo("import")
    assert set(projects(memory).values()) == {HASH, SLUG, NAME, "work-shop"}


def test_what_was_parted_is_joined_again_when_the_doubt_is_gone(tmp_path, memory):
    memory.import_path(session("cursor", tmp_path), lay(tmp_path / "in", SHOP))
    memory.import_path(lay(tmp_path / "in", OTHERS[0], "two"))
    memory.delete([one.id for one in memory.sessions() if one.project == "work-shop"])
    report = memory.import_path(session("cursor", tmp_path / "more", number=1))
    assert report.joined == (f"{SLUG} into {NAME}",)


def test_what_a_person_merged_is_not_parted(tmp_path, memory):
    memory.import_path(session("cursor", tmp_path), lay(tmp_path / "in", f"{SHOP}/deep"))
    memory.merge_projects(SLUG, f"{NAME}/deep")
    report = memory.import_path(lay(tmp_path / "in", SHOP, "two"), lay(tmp_path / "in", OTHERS[0], "three"))
    assert (report.joined, report.parted) == ((), ())
    assert projects(memory)[f"cursor {SLUG}"] == f"{NAME}/deep"


def test_directories_that_a_person_merged_are_one(tmp_path, memory):
    memory.import_path(lay(tmp_path / "in", SHOP), lay(tmp_path / "in", OTHERS[0], "two"))
    memory.merge_projects("work-shop", NAME)
    memory.import_path(session("cursor", tmp_path))
    assert set(projects(memory).values()) == {NAME}


def test_a_join_stands_when_the_session_that_showed_it_is_deleted(tmp_path, memory):
    memory.import_path(lay(tmp_path / "in", SHOP), session("cursor", tmp_path))
    (shown,) = [one.id for one in memory.sessions() if one.agent == "claude-code"]
    memory.delete([shown])
    report = memory.import_path(session("cursor", tmp_path / "more", number=1))
    assert (report.joined, report.parted) == ((), ())
    assert set(projects(memory).values()) == {NAME}


def test_the_work_goes_by_names_and_not_by_sessions(tmp_path, memory, monkeypatch):
    amounts = []
    for size in (3, 12):
        for number in range(size):
            one = f"{size} {number}"
            lay(tmp_path / one, SHOP, one, START + number * DAY)
            lay(tmp_path / one, "/home/dev/home-else", f"else {one}", START + number * DAY)
            session("cursor", tmp_path / one, number=100 * size + number)
            session("copilot", tmp_path / one, "/home/dev/far", number=100 * size + number)
        memory.import_path(*(tmp_path / f"{size} {number}" for number in range(size)))
        assert {one.project for one in memory.sessions()} == {NAME, "home-else", ADDRESS}
        counts = counted_reads(monkeypatch)
        assert join(memory._store, {}) == Joined()
        amounts.append(counts[0])
        monkeypatch.undo()
    assert amounts[0] == amounts[1]


PARTS = st.sampled_from(["a", "b", "a-b", "b-a", "A"])
DIRECTORIES = st.builds(
    lambda home, parts: f"{home}/{'/'.join(parts)}",
    st.sampled_from(["/home/dev", "/home/dev-a", "/srv"]),
    st.lists(PARTS, min_size=1, max_size=3),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(DIRECTORIES, min_size=1, max_size=4, unique=True), DIRECTORIES)
@example(["/home/dev/a-b"], "/home/dev/a/b")
@example(["/home/dev/a", "/home/dev-a/b"], "/home/dev/a")
@example(["/home/dev/a-b", "/home/dev/a"], "/home/dev/a/b")
def test_nothing_is_joined_that_is_known_to_be_two(known, directory):
    with TemporaryDirectory() as name, Memory.open(Path(name) / "store") as memory:
        folder = Path(name)
        told = [session(agent, folder / agent, directory) for agent in ("cursor", "gemini")]
        told += [lay(folder / "in", one, one) for one in known]
        memory.import_path(*told)
        assert not memory.import_path(*told).changed
        found = {one.agent: one.project for one in memory.sessions() if one.agent != "claude-code"}
        assert found["gemini"] in {project_of(directory, None), hashed_name(directory)}
        assert directory not in around(known) or found["gemini"] == project_of(directory, None)
        called = slug(directory)
        meant = {project_of(one, None) for one in around(known) if slug(one) == called}
        lain = any(slug(one) == called for one in known)
        assert found["cursor"] in {directory.strip("/").replace("/", "-"), *(meant if lain else ())}
        if len(meant) > 1:
            assert found["cursor"] not in meant


def around(known: Iterable[str]) -> set[str]:
    """Directories and the folders around them."""
    parts = [one.split("/") for one in known]
    return {"/".join(path[:end]) for path in parts for end in range(2, len(path) + 1)}
