"""The same story, written as each agent would write it, is the same story when it is read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from told import AGENTS, START, Told, agent_of, losses, story, tellable, writer

from tacit import Memory
from tacit.core.drafts import EpisodeDraft, SessionDraft
from tacit.core.learn.understand import command_of, understand
from tacit.core.model import Step
from tacit.core.query import Plan
from tacit.core.readers.discovery import find_sources
from tacit.core.readers.registry import load_readers
from tacit.core.redaction import Redactor

DAY = 86_400_000
WRITERS = ("claude_code", *AGENTS)
LATER = 1_800_000_000  # seconds; when the files of formats without times were written to


KINDS = {"search": "searches", "read": "reads", "edit": "edits", "write": "writes"}


def written(agent: str, told: Told, folder: Path) -> Path:
    """A story on disk, every file of it of one time."""
    path = writer(agent)(told, folder)
    for one in [path, *path.rglob("*")]:
        os.utime(one, (LATER, LATER))
    return path


def reading(path: Path) -> tuple[str, SessionDraft, list[EpisodeDraft]]:
    """What the one reader that knows it makes of it."""
    readers = load_readers().readers
    found = [one for one in find_sources([path], readers, Path("/nowhere"), {}) if one.source]
    assert len(found) == 1, [(one.path.name, one.reason) for one in found]
    source, reader = found[0].source, found[0].reader
    assert source is not None
    assert reader is not None
    (transcript,) = list(reader.read(source, Redactor(b"k" * 32)))
    episodes = list(transcript.episodes())
    assert transcript.tally.skipped == {}
    assert transcript.tally.drift == {}
    return reader.name, transcript.session, episodes


def steps_of(session: SessionDraft, episode: EpisodeDraft) -> list[Step]:
    """Its steps, understood."""
    return [understand(step, session.directory) for step in episode.steps]


def kept(agent: str, told: Told) -> list[list[tuple[str, str, str]]]:
    """Kind, what was done or to what, and status of every call of every task that the form can tell."""
    lost = losses(agent)
    found = []
    for task in tellable(agent, told):
        calls = []
        for done in task.done:
            if KINDS.get(done.what) in lost:
                continue
            about = done.text if done.what == "shell" else done.path.removeprefix(f"{told.directory}/")
            about = "" if done.what == "search" else about
            calls.append((done.what, about, "error" if done.exit else "ok"))
        found.append(calls)
    return found


@pytest.mark.parametrize("agent", WRITERS)
def test_prompts_calls_and_their_ends_are_those_of_the_story(agent, tmp_path):
    told, lost = story(), losses(agent)
    _, session, episodes = reading(written(agent, told, tmp_path))
    assert session.agent == agent_of(agent)
    assert [one.prompt for one in episodes] == [task.prompt for task in tellable(agent, told)]
    assert "directory" in lost or session.directory == told.directory
    assert session.repository == (None if "repository" in lost else told.repository)
    for episode, wanted in zip(episodes, kept(agent, told), strict=True):
        steps = steps_of(session, episode)
        assert [step.n for step in steps] == list(range(1, len(steps) + 1))
        seen = [(step.kind, _about(step), step.status) for step in steps if not _hands_in(step)]
        if not lost.isdisjoint({"results", "statuses"}):
            assert [one[:2] for one in seen] == [one[:2] for one in wanted]
        else:
            assert seen == wanted


def _hands_in(step: Step) -> bool:
    """Whether the agent hands its work in: some have a call for that."""
    return step.tool == "submit"


def _about(step: Step) -> str:
    if step.kind == "shell":
        return command_of(step.parameters)
    return "" if step.kind == "search" else (step.target or "")


@pytest.mark.parametrize("agent", WRITERS)
def test_times_are_those_of_the_file_or_of_its_last_change(agent, tmp_path):
    _, session, episodes = reading(written(agent, story(), tmp_path))
    if "times" in losses(agent):
        assert (session.started, session.ended) == (LATER * 1000, LATER * 1000)
        assert [one.started for one in episodes] == [LATER * 1000 + n for n in range(len(episodes))]
    else:
        assert START <= session.started <= START + 60_000
        assert session.started <= episodes[0].started <= episodes[0].ended <= episodes[1].started


@pytest.mark.parametrize("agent", WRITERS)
def test_a_copy_elsewhere_is_the_same_session_with_the_same_tasks(agent, tmp_path):
    name, one, tasks = reading(written(agent, story(), tmp_path / "one"))
    again, other, same = reading(written(agent, story(), tmp_path / "elsewhere" / "copy"))
    if "directory" in losses(agent):
        other = replace(other, directory=one.directory)
    assert (name, one, tasks) == (again, other, same)


@pytest.mark.parametrize("agent", WRITERS)
def test_another_session_has_other_ids(agent, tmp_path):
    other = story("6c1d2e3f-0000-4000-8000-00000000000b", start=START + DAY)
    _, first, mine = reading(written(agent, story(), tmp_path / "one"))
    _, second, theirs = reading(written(agent, other, tmp_path / "two"))
    assert first.native != second.native
    assert {one.native for one in mine}.isdisjoint({one.native for one in theirs})


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The story of every agent in one memory, as the command line tells it."""
    folder = tmp_path_factory.mktemp("agents")
    for number, agent in enumerate(WRITERS):
        native = f"5b0c1d2e-0000-4000-8000-{number:012x}"
        written(agent, story(native, start=START + number * DAY), folder / agent)
    with Memory.open(folder / "store") as opened:
        opened.import_path(*(folder / agent for agent in WRITERS))
        yield opened


def test_sessions_name_their_agents(memory):
    sessions = memory.page("sessions", Plan(), None).items
    told = sorted((agent_of(agent), len(tellable(agent, story()))) for agent in WRITERS)
    assert sorted((one.agent, one.episodes) for one in sessions) == told


def test_the_same_project_is_one_project_whoever_worked_in_it(memory):
    sure = sorted(agent_of(agent) for agent in WRITERS if "directory" not in losses(agent))
    told = memory.page("sessions", Plan(), None).items
    assert sorted(one.agent for one in told if one.project == "github.com/acme/shop") == sure


def test_tasks_end_as_they_do_where_claude_code_tells_them(memory):
    ends: dict[tuple[str, str], set[str]] = {}
    for one in memory.page("episodes", Plan(), None).items:
        ends.setdefault((one.agent, one.prompt), set()).add(one.outcome.label)
    whole = [agent for agent in WRITERS if losses(agent).isdisjoint({"results", "statuses", "shell"})]
    forms_without = {agent_of(agent) for agent in set(WRITERS).difference(whole)}
    for agent in whole:
        beside = {"unknown"} if agent_of(agent) in forms_without else set()
        for task in tellable(agent, story()):
            assert ends[agent_of(agent), task.prompt] | beside == ends["claude-code", task.prompt] | beside
    assert set().union(*ends.values()) <= {"success", "unknown"}
