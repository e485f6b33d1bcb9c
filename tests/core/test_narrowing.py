"""The numbers of a pattern in one of its projects."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from transcript import START, Transcript

from tacit import Memory
from tacit.core.demo.transcripts import write_transcripts
from tacit.core.learn.effectiveness import effectiveness
from tacit.core.model import Pattern
from tacit.core.narrowing import expected_of, narrowed_to
from tacit.core.tables import PATTERNS

DAY = 86_400_000
NOW = 1_767_607_200_000
SUMS = ("uses", "judged", "successes", "failures", "partial", "episodes", "sessions")
SAMPLES = Path(__file__).parents[2].parent / "shared" / "data" / "sessions" / "claude-code"


@pytest.fixture(scope="module", params=["demo", "samples"])
def source(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if request.param == "demo":
        folder = tmp_path_factory.mktemp("in")
        write_transcripts(folder, NOW)
        return folder
    if not SAMPLES.is_dir():
        pytest.skip("the sample transcripts are not here")
    return SAMPLES


@pytest.fixture(scope="module")
def memory(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    with Memory.open(tmp_path_factory.mktemp("all") / "store", clock=lambda: NOW) as opened:
        opened.import_paths([source])
        yield opened


def everything(memory: Memory) -> list[Pattern]:
    """Variants too."""
    with memory._store.read() as read:
        return [pattern for _, pattern in read.records(PATTERNS)]


def test_the_parts_of_every_pattern_add_up_to_it(memory: Memory) -> None:
    several = [pattern for pattern in everything(memory) if pattern.projects > 1]
    assert several
    for pattern in everything(memory):
        parts = pattern.parts
        assert [part.project for part in parts] == list(pattern.project_names if parts else ())
        assert bool(parts) is (pattern.projects > 1)
    for pattern in several:
        parts = pattern.parts
        for name in SUMS:
            assert sum(getattr(part, name) for part in parts) == getattr(pattern, name), (name, pattern.title)
        assert min(part.first_used for part in parts) == pattern.first_used
        assert max(part.last_used for part in parts) == pattern.last_used
        assert expected_of(parts) == pytest.approx(pattern.expected, abs=1e-9)
        assert pattern.claim is not None
        claim = [sum(part.claimed[place] for part in parts) for place in range(3)]
        assert claim == [pattern.claim.uses, pattern.claim.judged, pattern.claim.successes]
        weeks = sorted(row for part in parts for row in part.weeks)
        for place in (1, 2, 3):
            assert sum(row[place] for row in weeks) == sum(row[place] for row in pattern.weeks)
        assert {row[0] for row in weeks} == {row[0] for row in pattern.weeks}


def test_narrowed_to_no_project_or_to_its_only_one_a_pattern_is_itself(memory: Memory) -> None:
    for pattern in everything(memory):
        assert narrowed_to(pattern, "no/such") is pattern
        if pattern.projects == 1:
            assert narrowed_to(pattern, pattern.project_names[0]) is pattern
        else:
            assert narrowed_to(pattern, pattern.project_names[0]) != pattern


def test_a_project_filter_shows_what_a_store_of_that_project_alone_counts(
    memory: Memory, source: Path, tmp_path: Path
) -> None:
    """What is expected of a recovery goes by the error everywhere, so that the projects add up."""
    homes = {session.project for session in memory.sessions()}
    several = {pattern.id for pattern in everything(memory) if pattern.parts}
    compared = 0
    for number, home in enumerate(sorted(homes)):
        alone = _only(source, home, tmp_path / str(number))
        for pattern in memory.patterns(project=home):
            own = alone.get(pattern.id)
            if own is None or pattern.id not in several:
                continue
            compared += 1
            for name in (*SUMS, "rate", "low", "high", "first_used", "last_used", "weeks", "project_names"):
                assert getattr(pattern, name) == getattr(own, name), (name, pattern.title)
            if pattern.kind != "error_recovery":
                assert pattern.expected == pytest.approx(own.expected, abs=1e-9)
    assert compared


def _only(source: Path, home: str, place: Path) -> dict[str, Pattern]:
    """The patterns of the sessions of one project."""
    with Memory.open(place, clock=lambda: NOW) as memory:
        memory.import_paths([source])
        memory.delete([session.id for session in memory.sessions() if session.project != home])
        return {pattern.id: pattern for pattern in everything(memory)}


def habit(number: int, project: str, *, good: bool) -> Transcript:
    """Lint, then edit, then test."""
    one = Transcript(f"s{number}", cwd=f"/home/dev/work/{project}", start=START + number * DAY)
    one.prompt(f"fix case {number}")
    one.bash("ruff check", "All checks passed!")
    one.edit("src/app.py")
    one.tests_pass() if good else one.tests_fail()
    return one


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Memory]:
    """A habit that goes well in one project and badly, but oftener, in the other."""
    told = [habit(n, "able", good=True) for n in range(4)]
    told += [habit(n, "baker", good=n % 3 == 0) for n in range(4, 16)]
    told += [extra(n) for n in range(16, 22)]
    with Memory.open(tmp_path / "store", clock=lambda: START + 60 * DAY) as memory:
        memory.import_paths([one.save(tmp_path / "in") for one in told])
        yield memory


def extra(number: int) -> Transcript:
    """Another habit of the first project alone."""
    one = Transcript(f"s{number}", cwd="/home/dev/work/able", start=START + number * DAY)
    one.prompt(f"fix case {number}")
    one.bash("cargo fmt", "")
    one.edit("src/lib.rs")
    one.tests_pass() if number % 2 else one.tests_fail()
    return one


def shared(rows: tuple[Pattern, ...]) -> Pattern:
    (found,) = [row for row in rows if row.key == ("ruff check", "edit *.py")]
    return found


def test_rate_interval_and_trend_are_those_of_the_project_the_verdict_is_one(two: Memory) -> None:
    whole, able, baker = (shared(two.patterns(query)) for query in ("", "project:able", "project:work/baker"))
    assert (whole.uses, whole.projects) == (16, 2)
    assert (able.uses, able.successes, able.rate, able.projects) == (4, 4, 1.0, 1)
    assert (baker.uses, baker.successes, baker.rate) == (12, 4, 4 / 12)
    assert able.low is not None
    assert whole.low is not None
    assert able.low > whole.low
    assert sum(week[1] for week in able.weeks) == 4
    assert (able.id, able.verdict, able.rank) == (whole.id, whole.verdict, whole.rank)


def test_the_least_success_rate_is_held_against_the_project(two: Memory) -> None:
    assert shared(two.patterns("project:able", min_success=0.8)).uses == 4
    keys = [row.key for row in two.patterns("project:baker", min_success=0.8)]
    assert ("ruff check", "edit *.py") not in keys
    days = 60 - 4
    assert ("ruff check", "edit *.py") not in [
        row.key for row in two.patterns("project:able", used_within=days)
    ]
    assert shared(two.patterns("project:baker", used_within=days)).uses == 12


def test_a_name_that_means_several_projects_shows_them_together(two: Memory) -> None:
    assert shared(two.patterns("project:work")) == shared(two.patterns())


@pytest.mark.parametrize("sort", ["uses", "success", "recent", "effectiveness"])
def test_another_order_is_that_of_the_numbers_that_are_shown(two: Memory, sort: str) -> None:
    rows = two.patterns("project:able", sort=sort)
    by = {
        "uses": lambda row: row.uses,
        "success": lambda row: row.low,
        "recent": lambda row: row.last_used,
        "effectiveness": lambda row: effectiveness(row, two.clock()),
    }[sort]
    numbers = [by(row) for row in rows if row.low is not None]
    assert len(numbers) > 2
    assert all(one >= other for one, other in pairwise(numbers))
    assert {row.id for row in rows} == {row.id for row in two.patterns("project:able")}


@pytest.mark.parametrize("query", ["project:able", "project:able ruff", "project:able kind:sequence"])
@pytest.mark.parametrize("sort", ["rank", "uses", "effectiveness"])
def test_a_window_shows_the_same_rows(two: Memory, query: str, sort: str) -> None:
    plan = two.plan(query, sort=sort)
    window = two.window("patterns", plan)
    window.walk(lambda: False)
    rows = two.page("patterns", plan).items
    assert window.total == len(rows) > 0
    assert tuple(window.rows(0, 100)) == rows
    assert [window.position(row.id) for row in rows] == list(range(len(rows)))


def test_an_export_of_a_project_has_whole_patterns(two: Memory, tmp_path: Path) -> None:
    plan = two.plan("project:able", min_success=0.8)
    two.export(tmp_path / "out", plan=plan)
    told = [json.loads(path.read_bytes()) for path in (tmp_path / "out" / "patterns").rglob("*.json")]
    (found,) = [one for one in told if one["key"] == ["ruff check", "edit *.py"]]
    assert (found["uses"], found["projects"]) == (16, 2)
