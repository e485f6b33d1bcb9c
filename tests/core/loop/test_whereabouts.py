"""In which task something was given follows from its session, else from the time and the tool."""

from __future__ import annotations

from pathlib import Path

import pytest
from offered_stories import (
    AGENT,
    DAY,
    LATER,
    REFUSED,
    SECOND,
    Clock,
    brought,
    fixing,
    give,
    is_sound,
    recovery,
    searching,
)
from transcript import Transcript

from tacit import Memory
from tacit.core.loop.records import Offer
from tacit.core.loop.whereabouts import Whereabouts

PROJECT = "work/app"


def where(memory: Memory, offer: Offer) -> str | None:
    with memory._store.read() as read:
        found = Whereabouts(read).of(offer)
    return None if found is None else found.episode.id


def offer_of(
    memory: Memory, at: int, how: str, session: str = "", project: str = "", episode: str = ""
) -> Offer:
    return Offer(recovery(memory).id, at, "hook" if session else "mcp", how, AGENT, project, session, episode)


def three_tasks(name: str = "three") -> tuple[Transcript, list[int]]:
    """A session of three tasks, half an hour apart, and when each began."""
    one = Transcript(name, start=LATER)
    starts = []
    for task in ("parser", "lexer", "printer"):
        starts.append(one.at)
        one.prompt(f"fix the {task} please, it is wrong")
        one.edit(f"src/{task}.py", refused=REFUSED)
        one.read(f"src/{task}.py")
        one.edit(f"src/{task}.py")
        one.tests_pass()
        one.at += 1800 * SECOND
    return one, starts


@pytest.fixture
def tasks(memory: Memory, clock: Clock, tmp_path: Path) -> tuple[str, list[int], list[str]]:
    """The session, when its tasks began, and their ids."""
    one, starts = three_tasks()
    clock.at = one.at
    memory.import_paths([one.save(tmp_path / "in")])
    from tacit.core.ids import session_id

    session = session_id(AGENT, one.native)
    return session, starts, [episode.id for episode in memory.episodes_of(session)]


def test_a_call_belongs_to_the_task_that_began_last(memory: Memory, tasks: tuple[str, list[int], list[str]]):
    session, starts, ids = tasks
    for began, id_ in zip(starts, ids, strict=True):
        assert where(memory, offer_of(memory, began + 25 * SECOND, "tool-result", session)) == id_
    assert where(memory, offer_of(memory, LATER - DAY, "tool-result", session)) is None


def test_the_start_of_a_session_belongs_to_its_first_task_however_late(
    memory: Memory, tasks: tuple[str, list[int], list[str]]
):
    session, starts, ids = tasks
    assert where(memory, offer_of(memory, starts[0] - 3600 * SECOND, "session-start", session)) == ids[0]
    assert where(memory, offer_of(memory, starts[1] - 600 * SECOND, "session-start", session)) == ids[1]


def test_a_prompt_belongs_to_the_task_it_begins_and_one_that_begins_none_to_the_running_one(
    memory: Memory, tasks: tuple[str, list[int], list[str]]
):
    session, starts, ids = tasks
    for late in (-SECOND, 0, 5 * SECOND):
        assert where(memory, offer_of(memory, starts[1] + late, "prompt", session)) == ids[1]
    assert where(memory, offer_of(memory, starts[1] + 40 * SECOND, "prompt", session)) == ids[1]


def test_between_two_tasks_nobody_knows(memory: Memory, tasks: tuple[str, list[int], list[str]]):
    session, starts, _ = tasks
    assert where(memory, offer_of(memory, starts[1] - 600 * SECOND, "tool-result", session)) is None


def test_after_the_last_that_is_stored_it_is_not_known_yet(
    memory: Memory, tasks: tuple[str, list[int], list[str]]
):
    session, starts, ids = tasks
    assert where(memory, offer_of(memory, starts[2] + 70 * SECOND, "tool-result", session)) == ids[2]
    assert where(memory, offer_of(memory, starts[2] + 110 * SECOND, "tool-result", session)) is None
    assert where(memory, offer_of(memory, starts[0] + 110 * SECOND, "tool-result", session)) == ids[0]


def test_without_a_session_it_is_the_one_task_that_called_the_tool_then(
    memory: Memory, clock: Clock, tmp_path: Path
):
    told = searching("asks", LATER)
    clock.at = told.after[0]
    memory.offer([recovery(memory).id], door="mcp", how="search_patterns", project=PROJECT)
    memory.offer([recovery(memory).id], door="mcp", how="query_memory")
    assert brought(memory, clock, told, tmp_path / "in") is not None
    found = recovery(memory).offered
    assert found is not None
    assert (found.known, found.applied, found.successes) == (1, 1, 1)
    assert is_sound(memory)


def test_of_two_tasks_that_called_it_at_once_nobody_knows_which(memory: Memory, clock: Clock, tmp_path: Path):
    one, other = searching("one", LATER), searching("other", LATER + 2 * SECOND)
    clock.at = one.after[0]
    memory.offer([recovery(memory).id], door="mcp", how="search_patterns")
    assert brought(memory, clock, one, tmp_path / "in") is not None
    assert brought(memory, clock, other, tmp_path / "in") is None
    memory.delete([other.session])
    assert recovery(memory).offered is not None
    assert is_sound(memory)


@pytest.mark.parametrize(
    ("how", "project", "off"),
    [
        ("query_memory", PROJECT, 0),
        ("search_patterns", "work/other", 0),
        ("search_patterns", PROJECT, 120 * SECOND),
        ("search_patterns", PROJECT, -120 * SECOND),
        ("", PROJECT, 0),
    ],
)
def test_another_tool_project_or_time_is_none(
    memory: Memory, clock: Clock, tmp_path: Path, how: str, project: str, off: int
):
    told = searching("asks", LATER)
    brought(memory, clock, told, tmp_path / "in")
    assert where(memory, offer_of(memory, told.after[0], "search_patterns", project=PROJECT)) is not None
    assert where(memory, offer_of(memory, told.after[0] + off, how, project=project)) is None


def test_a_project_that_was_merged_is_found_under_its_old_name(memory: Memory, clock: Clock, tmp_path: Path):
    told = searching("asks", LATER)
    clock.at = told.after[0]
    memory.offer([recovery(memory).id], door="mcp", how="search_patterns", project=PROJECT)
    other = Transcript("other", cwd="/home/dev/work/shop", start=LATER + DAY)
    other.prompt("look at the shop, what is wrong with it?")
    other.read("README.md")
    other.edit("README.md")
    clock.at = other.at
    memory.import_paths([other.save(tmp_path / "in")])
    before = brought(memory, clock, told, tmp_path / "in")
    memory.merge_projects(PROJECT, "work/shop")
    assert recovery(memory).offered == before is not None
    assert where(memory, offer_of(memory, told.after[0], "search_patterns", project=PROJECT)) is not None
    assert is_sound(memory)


def test_the_episode_that_is_named_goes_before_the_session(
    memory: Memory, tasks: tuple[str, list[int], list[str]]
):
    session, starts, ids = tasks
    offer = offer_of(memory, starts[0] + 25 * SECOND, "search_patterns", session, episode=ids[2])
    assert where(memory, offer) == ids[2]
    memory.delete([ids[2]])
    assert where(memory, offer) is None


def test_of_a_live_episode_it_is_known_when_that_is_completed_and_learned_from(memory: Memory, clock: Clock):
    clock.at = LATER
    live = memory.start_episode("fix the parser", project=PROJECT, session="own", agent="my-agent")
    live.log("Edit", {"file_path": "src/parser.py"}, "File has not been read yet.", status="error")
    clock.at += SECOND
    offer = offer_of(memory, clock.at, "recall_error", episode=live.id)
    assert where(memory, offer) is None
    for tool in ("Read", "Edit"):
        clock.at += SECOND
        live.log(tool, {"file_path": "src/parser.py"}, "done")
    live.complete("success")
    memory.learn_pending()
    assert where(memory, offer) == live.id


def test_a_task_that_nothing_is_learned_from_tells_nothing(memory: Memory, clock: Clock, tmp_path: Path):
    one = Transcript("talk", start=LATER)
    one.prompt("what do you think of all this, in general?")
    one.read("README.md")
    told = fixing("x")
    told.one = one
    give(memory, clock, LATER + 15 * SECOND, told)
    one.at += DAY
    assert brought(memory, clock, told, tmp_path / "in") is None
    (episode,) = memory.episodes_of(told.session)
    assert episode.unworthy is not None


def test_what_a_session_that_was_compacted_is_given_is_of_the_task_under_way(
    memory: Memory, tasks: tuple[str, list[int], list[str]]
):
    session, starts, ids = tasks
    assert where(memory, offer_of(memory, starts[0] + 45 * SECOND, "session-start", session)) == ids[0]
    assert where(memory, offer_of(memory, starts[0] + 95 * SECOND, "session-start", session)) == ids[1]


def test_what_is_given_after_the_episode_that_is_named_was_over_is_not_given_in_it(
    memory: Memory, tasks: tuple[str, list[int], list[str]]
):
    _, starts, ids = tasks
    for late, expected in ((60, ids[0]), (600, None)):
        offer = offer_of(memory, starts[0] + late * SECOND, "get_episode", episode=ids[0])
        assert where(memory, offer) == expected


def test_a_call_of_another_agent_is_none(memory: Memory, clock: Clock, tmp_path: Path):
    told = searching("asks", LATER)
    brought(memory, clock, told, tmp_path / "in")
    pattern = recovery(memory).id
    for agent, known in ((AGENT, True), ("", True), ("codex", False)):
        offer = Offer(pattern, told.after[0], "mcp", "search_patterns", agent)
        assert (where(memory, offer) is not None) == known


def test_a_hook_that_knows_no_session_is_no_call_of_a_tool(memory: Memory, clock: Clock, tmp_path: Path):
    told = searching("asks", LATER, tool="mcp__other__prompt")
    brought(memory, clock, told, tmp_path / "in")
    assert where(memory, Offer(recovery(memory).id, told.after[0], "hook", "prompt", AGENT)) is None
