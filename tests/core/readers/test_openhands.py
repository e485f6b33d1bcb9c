"""Conversations of OpenHands: events in files and in lists, exit codes, what belongs to no task."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from mutated import mutated
from told import START, STEP, story
from written_openhands import events, write

from tacit.core.drafts import EpisodeDraft, SessionDraft
from tacit.core.learn.understand import understand
from tacit.core.limits import OBSERVATION_BYTES, PROMPT_BYTES, size
from tacit.core.readers.base import ReadTally, Source, Unreadable
from tacit.core.readers.discovery import find_sources
from tacit.core.readers.openhands.reader import OpenHandsReader
from tacit.core.redaction import Redactor

Event = dict[str, Any]


def asked(text: str = "Fix it") -> Event:
    """What the person wrote."""
    return {"source": "user", "action": "message", "args": {"content": text}}


def did(kind: str, **arguments: Any) -> Event:
    """An action of the agent."""
    return {"source": "agent", "action": kind, "args": arguments}


def gave(kind: str, content: str, cause: int, **extras: Any) -> Event:
    """What an action gave back."""
    return {"source": "agent", "observation": kind, "content": content, "cause": cause, "extras": extras}


def numbered(*all_of_it: Any) -> list[Any]:
    """Events as they are stored, a second apart."""
    found = []
    for n, one in enumerate(all_of_it):
        head = {"id": n, "timestamp": f"2026-01-05T10:00:{n:02d}.000000"}
        found.append(head | one if isinstance(one, dict) else one)
    return found


def reading(source: Source) -> tuple[SessionDraft, list[EpisodeDraft], ReadTally]:
    """What is made of a conversation."""
    transcript = OpenHandsReader().read(source, Redactor(b"k" * 32))
    return transcript.session, list(transcript.episodes()), transcript.tally


@pytest.fixture
def read(tmp_path):
    """Reads a list of these events."""

    def one(*all_of_it: Any) -> tuple[SessionDraft, list[EpisodeDraft], ReadTally]:
        path = tmp_path / "trajectory.json"
        path.write_text(json.dumps(numbered(*all_of_it)))
        return reading(Source(path))

    return one


def steps(episode: EpisodeDraft) -> list[tuple[str, str, str]]:
    """Tool, output and status."""
    return [(one.tool, one.observation, one.status) for one in episode.steps]


def test_a_list_is_the_same_as_the_folder_it_was_made_of(tmp_path):
    folder = write(story(), tmp_path)
    found = [one for one in find_sources([folder], [OpenHandsReader()], Path("/nowhere"), {}) if one.source]
    assert len(found) == 1
    source = found[0].source
    assert source is not None
    session, episodes, tally = reading(source)
    assert (tally.skipped, tally.drift) == ({}, {})
    for content in (events(story()), {"trajectory": events(story())}):
        path = tmp_path / "trajectory.json"
        path.write_text(json.dumps(content))
        listed, same, _ = reading(Source(path))
        assert (listed, same) == (session, episodes)
    assert session.started == START
    assert episodes[0].steps[0].seconds == STEP / 1000


def test_each_file_of_a_folder_leads_to_the_first(tmp_path):
    folder = write(story(), tmp_path)
    found = list(find_sources([folder / "3.json"], [OpenHandsReader()], Path("/nowhere"), {}))
    assert [one.source.path.name for one in found if one.source] == ["0.json"]
    (folder / "0.json").unlink()
    (lost,) = find_sources([folder / "3.json"], [OpenHandsReader()], Path("/nowhere"), {})
    assert lost.reason == "without its session"


@pytest.mark.parametrize(
    ("action", "answer", "expected"),
    [
        (did("run", command="ls"), gave("run", "a", 1, metadata={"exit_code": 0}), ("bash", "a", "ok")),
        (did("run", command="x"), gave("run", "a", 1, exit_code=2), ("bash", "Exit code 2\na", "error")),
        (
            did("run", command="x"),
            gave("run", "a", 1, metadata={"exit_code": -1}),
            ("bash", "a", "unfinished"),
        ),
        (did("run", command="x"), gave("run", "a", 1), ("bash", "a", "unfinished")),
        (did("read", path="/w/a"), gave("error", "no such file", 1), ("read", "no such file", "error")),
        (
            did("edit", path="/w/a", command="str_replace", old_str="a", new_str="b"),
            gave("edit", "ERROR:\nNo replacement was performed", 1),
            ("str_replace", "ERROR:\nNo replacement was performed", "error"),
        ),
        (did("run", command="rm x"), gave("user_rejected", "no", 1), ("bash", "no", "rejected")),
        (did("call_tool_mcp", name="find", arguments={}), gave("mcp", "[]", 1), ("mcp__find", "[]", "ok")),
        (did("browse", url="http://x"), gave("browse", "page", 1), ("browse", "page", "ok")),
    ],
)
def test_how_an_action_ended_is_what_its_observation_tells(read, action, answer, expected):
    _, (episode,), tally = read(asked(), action, answer)
    assert steps(episode) == [expected]
    assert (tally.skipped, tally.drift) == ({}, {})


def test_results_are_paired_by_their_cause(read):
    first, second = did("run", command="first"), did("run", command="second")
    zero = {"exit_code": 0}
    _, (episode,), _ = read(
        asked(), first, second, gave("run", "two", 2, metadata=zero), gave("run", "one", 1, metadata=zero)
    )
    assert [one.observation for one in episode.steps] == ["one", "two"]


def test_what_the_program_does_for_itself_is_neither_a_step_nor_a_prompt(read):
    _, (episode,), tally = read(
        {"source": "agent", "action": "system", "args": {"content": "You are OpenHands"}},
        asked(),
        {"source": "user", "action": "recall", "args": {"query": "Fix it"}},
        gave("recall", "", 2, repo_directory="/workspace/shop"),
        {"source": "agent", "action": "message", "args": {"content": "I will."}},
        {"source": "environment", "observation": "agent_state_changed", "content": "", "extras": {}},
        did("finish", final_thought="Done.", task_completed="true"),
    )
    assert (episode.prompt, episode.steps, episode.label) == ("Fix it", (), None)
    assert (tally.skipped, tally.drift) == ({}, {})


def test_the_directory_is_that_of_the_repository_or_of_the_first_command(read):
    place = {"exit_code": 0, "working_dir": "/workspace/shop"}
    session, _, _ = read(asked(), did("run", command="ls"), gave("run", "a", 1, metadata=place))
    assert session.directory == "/workspace/shop"


def test_a_grown_conversation_is_the_same_session_with_the_same_calls(read):
    begun = [asked(), did("run", command="ls"), gave("run", "a", 1, metadata={"exit_code": 0})]
    one, (task,), _ = read(*begun)
    two, (grown,), _ = read(*begun, did("run", command="pwd"))
    assert (one.native, task.native) == (two.native, grown.native)
    assert grown.steps[0] == task.steps[0]


def test_unknown_things_are_counted_and_the_rest_is_read(read):
    _, (episode,), tally = read(
        asked(), "text", {"source": "agent", "kind": "x"}, asked_wrong(), did("think")
    )
    assert [one.tool for one in episode.steps] == ["think"]
    assert tally.skipped == {"not an object": 1}
    assert tally.drift == {"unknown record type": 1, "missing field content": 1}


def asked_wrong() -> Event:
    """A message without its words."""
    return {"source": "user", "action": "message", "args": {"content": None}}


def test_a_broken_event_costs_that_event(tmp_path):
    folder = write(story(), tmp_path)
    (folder / "2.json").write_text("{")
    (folder / "3.json").write_text("")
    source = Source(folder / "0.json", OpenHandsReader().companions(folder / "0.json"))
    _, episodes, tally = reading(source)
    assert [one.prompt for one in episodes] == [task.prompt for task in story().tasks]
    assert tally.skipped == {"not JSON": 1, "empty file": 1}


def test_texts_stay_within_their_limits(read):
    _, (episode,), _ = read(
        asked("y" * 300_000),
        did("run", command="c"),
        gave("run", "x" * 300_000, 1, metadata={"exit_code": 1}),
    )
    assert size(episode.prompt) <= PROMPT_BYTES
    assert size(episode.steps[0].observation) <= OBSERVATION_BYTES


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty file"),
        (b"[]", "no prompt or call in it"),
        (b"[{", "not JSON"),
        (b"7", "no prompt or call in it"),
    ],
)
def test_a_file_nothing_can_be_made_of_is_refused_with_its_reason(tmp_path, content, reason):
    path = tmp_path / "trajectory.json"
    path.write_bytes(content)
    with pytest.raises(Unreadable) as refused:
        reading(Source(path))
    assert refused.value.reason == reason


def test_only_its_own_files_are_its():
    reader = OpenHandsReader()
    one = numbered(asked())[0]
    for mine in (one, [one], {"trajectory": [one]}):
        assert reader.recognises(Path("x"), json.dumps(mine, indent=1).encode())
    for head in (
        b"",
        b"\0\xff",
        b'{"id": "01J", "timestamp": "2026-01-05T10:00:00", "source": "user", "kind": "MessageEvent"}',
        b'{"id": 7, "timestamp": "2026-01-05T10:00:00", "source": "shop", "action": "buy"}',
        b'[{"id": 7, "name": "x"}]',
        b'{"trajectory": [{"action": "ls", "observation": ""}]}',
    ):
        assert not reader.recognises(Path("x"), head)


@settings(max_examples=60, deadline=None)
@given(data=mutated(json.dumps(events(story())).encode()))
def test_nothing_but_a_refusal_leaves_a_broken_file(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("broken") / "trajectory.json"
    path.write_bytes(data)
    OpenHandsReader().recognises(path, data[:65_536])
    try:
        session, episodes, _ = reading(Source(path))
    except Unreadable:
        return
    for episode in episodes:
        for one in episode.steps:
            understand(one, session.directory)
