"""Conversations of OpenHands' agent SDK: a state and events beside it, sub-agents below, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from msgspec.structs import replace
from mutated import mutated
from told import START, STEP, story
from written_openhands_sdk import events, part, save, state, write

from tacit.core.drafts import EpisodeDraft, SessionDraft
from tacit.core.learn.understand import understand
from tacit.core.limits import OBSERVATION_BYTES, PROMPT_BYTES, size
from tacit.core.readers.base import ReadTally, Source, Unreadable
from tacit.core.readers.discovery import find_sources
from tacit.core.readers.openhands.reader import OpenHandsReader
from tacit.core.redaction import Redactor

Event = dict[str, Any]
BASE = "base_state.json"


def asked(text: str = "Fix it", **more: Any) -> Event:
    """What the person wrote."""
    content = {"role": "user", "content": [part(text)]}
    return {"source": "user", "llm_message": content, "kind": "MessageEvent"} | more


def did(tool: str, number: int = 1, /, **action: Any) -> Event:
    """A call of the agent; calls are told apart by a number."""
    about = {"tool_name": tool, "tool_call_id": f"toolu_{number}"}
    wanted = {"id": f"toolu_{number}", "name": tool, "arguments": json.dumps(action), "origin": "completion"}
    return {"source": "agent", "thought": [], "action": action} | about | _of("ActionEvent", tool_call=wanted)


def gave(tool: str, content: str | list[Event], number: int = 1, /, **more: Any) -> Event:
    """What a call gave back."""
    parts = [part(content)] if isinstance(content, str) else content
    about = {"tool_name": tool, "tool_call_id": f"toolu_{number}", "action_id": f"{number:08x}"}
    seen = {"content": parts, "is_error": False, "kind": "SomeObservation"} | more
    return {"source": "environment", "observation": seen} | about | _of("ObservationEvent")


def _of(kind: str, **more: Any) -> Event:
    return more | {"kind": kind}


def numbered(*all_of_it: Any) -> list[Any]:
    """Events as they are stored, a second apart; a call's id is that of its number."""
    found = []
    for n, one in enumerate(all_of_it):
        if not isinstance(one, dict):
            found.append(one)
            continue
        call = one.get("tool_call_id", "") if one.get("kind") == "ActionEvent" else ""
        key = f"{int(call.rpartition('_')[2]):08x}" if call else f"{n:08x}-0000"
        found.append({"id": key, "timestamp": f"2026-01-05T10:00:{n:02d}.000000"} | one)
    return found


def source_of(folder: Path) -> Source:
    """The one source in a folder."""
    found = [one for one in find_sources([folder], [OpenHandsReader()], Path("/nowhere"), {}) if one.source]
    assert len(found) == 1
    source = found[0].source
    assert source is not None
    return source


def reading(source: Source) -> tuple[SessionDraft, list[EpisodeDraft], ReadTally]:
    """What is made of a conversation."""
    transcript = OpenHandsReader().read(source, Redactor(b"k" * 32))
    return transcript.session, list(transcript.episodes()), transcript.tally


@pytest.fixture
def read(tmp_path):
    """Reads a conversation of these events."""

    def one(*all_of_it: Any) -> tuple[SessionDraft, list[EpisodeDraft], ReadTally]:
        save(tmp_path, state(story()), numbered(*all_of_it))
        return reading(source_of(tmp_path))

    return one


def steps(episode: EpisodeDraft) -> list[tuple[str, str, str]]:
    """Tool, output and status."""
    return [(one.tool, one.observation, one.status) for one in episode.steps]


def test_the_state_tells_the_session_and_the_events_what_was_done(tmp_path):
    session, episodes, tally = reading(source_of(write(story(), tmp_path)))
    assert (session.native, session.model) == (story().native, "some-model-1")
    assert (session.started, session.directory) == (START + STEP, story().directory)
    assert [one.native for one in episodes] == [
        one["id"] for one in events(story()) if one["source"] == "user"
    ]
    assert episodes[0].steps[0].seconds == STEP / 1000
    assert episodes[0].steps[1].parameters == '{"path":"/home/dev/work/shop/src/login.py"}'
    assert (tally.skipped, tally.drift) == ({}, {})


def test_each_file_of_a_conversation_leads_to_its_state(tmp_path):
    folder = write(story(), tmp_path)
    third = sorted((folder / "events").iterdir())[2]
    found = list(find_sources([third], [OpenHandsReader()], Path("/nowhere"), {}))
    assert [one.source.path for one in found if one.source] == [folder / BASE]
    (folder / BASE).unlink()
    (lost,) = find_sources([third], [OpenHandsReader()], Path("/nowhere"), {})
    assert lost.reason == "without its session"


def test_it_is_looked_for_where_it_is_told_to_keep_them():
    roots = OpenHandsReader().roots
    usual = roots(Path("/home"), {})
    assert Path("/home/.openhands/conversations") in usual
    assert set(roots(Path("/home"), {"OPENHANDS_PERSISTENCE_DIR": "/x"})) - set(usual) == {
        Path("/x/conversations")
    }
    told = {"OPENHANDS_PERSISTENCE_DIR": "/x", "OPENHANDS_CONVERSATIONS_DIR": "/y"}
    assert set(roots(Path("/home"), told)) - set(usual) == {Path("/y")}


COMMAND = {"command": "x", "kind": "TerminalAction"}


@pytest.mark.parametrize(
    ("action", "answer", "expected"),
    [
        (did("terminal", **COMMAND), gave("terminal", "a", exit_code=0), ("terminal", "a", "ok")),
        (did("execute_bash", **COMMAND), gave("execute_bash", "a", exit_code=0), ("bash", "a", "ok")),
        (
            did("terminal", **COMMAND),
            gave("terminal", "a", exit_code=2),
            ("terminal", "Exit code 2\na", "error"),
        ),
        (did("terminal", **COMMAND), gave("terminal", "a", exit_code=-1), ("terminal", "a", "unfinished")),
        (
            did("terminal", **COMMAND),
            gave(
                "terminal",
                "a",
                exit_code=-1,
                metadata={"suffix": "\n[The command was interrupted by user request.]"},
            ),
            ("terminal", "a", "interrupted"),
        ),
        (
            did("terminal", **COMMAND),
            gave("terminal", "Cannot execute multiple commands at once.", is_error=True),
            ("terminal", "Cannot execute multiple commands at once.", "error"),
        ),
        (
            did("str_replace_editor", command="create", path="/w/a", file_text="x"),
            gave("str_replace_editor", "File created"),
            ("create", "File created", "ok"),
        ),
        (
            did("file_editor", command="view", path="/w/a"),
            gave("file_editor", "No such file", is_error=True),
            ("view", "No such file", "error"),
        ),
        (
            did("find", kind="MCPToolAction", data={"q": "a"}),
            gave("find", [part("[Tool 'find' executed.]"), part("one"), part("two")]),
            ("mcp__find", "one\ntwo", "ok"),
        ),
        (
            did("terminal", **COMMAND),
            {"rejection_reason": "not that", "rejection_source": "user", "action_id": "00000001"}
            | {"source": "environment", "tool_name": "terminal", "tool_call_id": "toolu_1"}
            | _of("UserRejectObservation"),
            ("terminal", "not that", "rejected"),
        ),
        (
            did("terminal", **COMMAND) | {"action": None},
            {"source": "agent", "error": "Error validating args", "tool_call_id": "toolu_1"}
            | _of("AgentErrorEvent", tool_name="terminal"),
            ("terminal", "Error validating args", "error"),
        ),
        (
            did("terminal", **COMMAND),
            {"source": "agent", "error": "stopped", "tool_call_id": "toolu_1"}
            | _of("AgentErrorEvent", tool_name="terminal", classification={"cause": "cancelled"}),
            ("terminal", "stopped", "cancelled"),
        ),
    ],
)
def test_how_a_call_ended_is_what_is_observed(read, action, answer, expected):
    _, (episode,), tally = read(asked(), action, answer)
    assert steps(episode) == [expected]
    assert (tally.skipped, tally.drift) == ({}, {})


def test_a_call_that_was_not_carried_out_has_the_parameters_the_model_wanted(read):
    wanted = did("terminal", command="ls -l")
    del wanted["action"]
    _, (episode,), _ = read(asked(), wanted)
    assert (episode.steps[0].parameters, episode.steps[0].status) == ('{"command":"ls -l"}', "unfinished")


def test_results_of_several_calls_at_once_are_paired_by_id(read):
    calls = [did("terminal", n, command=f"{n}", kind="TerminalAction") for n in (1, 2)]
    _, (episode,), _ = read(
        asked(),
        *calls,
        gave("terminal", "two", 2, exit_code=0),
        gave("terminal", "one", 1, exit_code=0),
    )
    assert [one.observation for one in episode.steps] == ["one", "two"]


def test_a_provider_that_counts_its_calls_anew_gives_other_calls(read):
    again = [did("terminal", command="b", kind="TerminalAction") | {"id": "000000ff"}]
    again += [gave("terminal", "second", exit_code=0) | {"action_id": "000000ff"}]
    _, (one, two), _ = read(
        asked(),
        did("terminal", command="a", kind="TerminalAction"),
        gave("terminal", "first", exit_code=0),
        asked("Now the other"),
        *again,
    )
    assert (steps(one), steps(two)) == ([("terminal", "first", "ok")], [("terminal", "second", "ok")])


def test_what_the_program_does_for_itself_is_neither_a_step_nor_a_prompt(read):
    nudge = "Your last response did not include a function call or a message. Please use a tool to proceed."
    _, (episode,), tally = read(
        {"source": "agent", "system_prompt": part("You are OpenHands agent")} | _of("SystemPromptEvent"),
        asked(extended_content=[part("<EXTRA_INFO>never typed</EXTRA_INFO>")]),
        {"source": "environment", "key": "execution_status"} | _of("ConversationStateUpdateEvent"),
        asked(nudge),
        asked("Do the lodging", sender="main agent"),
        {"source": "environment", "forgotten_event_ids": [], "summary": "s"} | _of("Condensation"),
        did("finish", message="Done.", kind="FinishAction"),
        gave("finish", "Done."),
        {"source": "environment", "code": "LLMTimeoutError", "detail": "x"} | _of("ConversationErrorEvent"),
    )
    assert (episode.prompt, episode.steps, episode.followups, episode.label) == ("Fix it", (), (), None)
    assert (tally.skipped, tally.drift) == ({}, {})


@pytest.mark.parametrize("kind", ["PauseEvent", "InterruptEvent"])
def test_a_pause_is_an_interruption_unless_the_task_goes_on(read, kind):
    pause = {"source": "user"} | _of(kind)
    call = did("terminal", command="ls", kind="TerminalAction")
    _, (stopped, went_on), _ = read(asked(), call, pause, asked("Write a page"), pause, did("think", 2))
    assert (stopped.interrupted, went_on.interrupted) == (True, False)


def test_a_picture_alone_is_a_prompt(read):
    message = {"role": "user", "content": [{"type": "image", "image_urls": ["data:,"]}]}
    _, (episode,), _ = read({"source": "user", "llm_message": message} | _of("MessageEvent"))
    assert episode.prompt == "[image]"


def test_calls_of_another_program_are_told_when_they_are_known(read):
    begun = {"source": "agent", "tool_call_id": "t1", "title": "Run", "tool_kind": "execute"}
    _, (episode,), tally = read(
        asked(),
        begun | _of("ACPToolCallEvent", status="pending"),
        begun | _of("ACPToolCallEvent", status="pending", raw_input={"command": "pytest -q"}),
        begun
        | _of(
            "ACPToolCallEvent", status="failed", content=[{"type": "content", "content": part("1 failed")}]
        ),
        begun
        | _of("ACPToolCallEvent", status="completed", raw_output="ok")
        | {"tool_call_id": "t2", "tool_kind": "read"},
    )
    assert steps(episode) == [("execute", "1 failed", "error"), ("read", "ok", "ok")]
    assert understand(episode.steps[0], "/").kind == "shell"
    assert tally.drift == {}


def test_sub_agents_are_steps_of_the_task_they_worked_for(tmp_path):
    told = story()
    folder = write(told, tmp_path)
    below = folder / "subagents" / "0123456789abcdef0123456789abcdef"
    inside = numbered(
        asked("Look at the form", sender="main"),
        did("terminal", 7, command="ls", kind="TerminalAction") | {"timestamp": "2026-01-05T10:00:35"},
        gave("terminal", "a", 7, exit_code=0),
        did("finish", 8, message="It is a form", kind="FinishAction"),
    )
    save(below, state(replace(told, native="01234567-89ab-cdef-0123-456789abcdef")), inside)
    for named in (folder, below / BASE, below / "events" / f"event-00000-{inside[0]['id']}.json"):
        session, episodes, tally = reading(source_of(named))
        assert session.native == told.native
        assert [one.prompt for one in episodes] == [task.prompt for task in told.tasks]
        agents = [(one.tool, one.agent) for one in episodes[0].steps if one.agent]
        assert agents == [("terminal", below.name)]
        assert tally.skipped == {}


def test_a_grown_conversation_is_the_same_session_with_the_same_calls(read):
    begun = [asked(), did("terminal", **COMMAND), gave("terminal", "a", exit_code=0)]
    one, (task,), _ = read(*begun)
    two, (grown,), _ = read(*begun, did("terminal", 2, **COMMAND))
    assert (one.native, task.native) == (two.native, grown.native)
    assert grown.steps[0] == task.steps[0]


def test_unknown_things_are_counted_and_the_rest_is_read(tmp_path):
    folder = write(story(), tmp_path)
    names = sorted((folder / "events").iterdir())
    names[0].write_text('"text"')
    names[2].write_text("{")
    names[3].write_text("")
    for number, one in enumerate(({"kind": "Mood"}, {"id": "x"}, asked() | {"llm_message": {}}), 90):
        (folder / "events" / f"event-{number:05d}-{number:08x}.json").write_text(json.dumps(one))
    (folder / "events" / ".eventlog-count-18.marker").write_text("")
    _, episodes, tally = reading(source_of(folder))
    assert [one.prompt for one in episodes] == [task.prompt for task in story().tasks]
    assert tally.skipped == {"not an object": 1, "not JSON": 1, "empty file": 1}
    assert tally.drift == {
        "unknown record type Mood": 1,
        "missing field kind": 1,
        "missing field llm_message": 1,
    }


def test_events_are_told_by_their_numbers_whatever_their_names_sort_by(tmp_path):
    folder = write(story(), tmp_path)
    path = folder / "events" / "event-100000-0000abcd.json"
    path.write_text(json.dumps(numbered(asked("And the last of it"))[0]))
    _, episodes, _ = reading(source_of(folder))
    assert episodes[-1].prompt == "And the last of it"


def test_a_state_that_is_torn_costs_what_it_tells_and_not_the_conversation(tmp_path):
    folder = write(story(), tmp_path)
    whole, tasks, _ = reading(source_of(folder))
    (folder / BASE).write_bytes((folder / BASE).read_bytes()[:-40])
    torn, same, tally = reading(source_of(folder))
    assert torn == replace(whole, model=None)
    assert (same, tally.skipped) == (tasks, {"not JSON": 1})


def test_texts_stay_within_their_limits(read):
    _, (episode,), _ = read(
        asked("y" * 300_000),
        did("terminal", **COMMAND),
        gave("terminal", "x" * 300_000, exit_code=1),
    )
    assert size(episode.prompt) <= PROMPT_BYTES
    assert size(episode.steps[0].observation) <= OBSERVATION_BYTES


def test_a_conversation_in_which_nothing_was_asked_is_refused(read):
    with pytest.raises(Unreadable) as refused:
        read({"source": "agent", "system_prompt": part("x")} | _of("SystemPromptEvent"))
    assert refused.value.reason == "no prompt or call in it"


def test_only_its_own_files_are_its():
    reader = OpenHandsReader()
    for one in (*events(story()), state(story())):
        assert reader.recognises(Path("x"), json.dumps(one, indent=1).encode())
    for other in (
        {"id": story().native, "agent": {"name": "smith"}},
        {"id": story().native, "llm": {}},
        {"id": "12345678", "timestamp": "2026-01-05T10:00:00", "source": "user", "text": "x"},
        {"id": "12345678", "timestamp": "2026-01-05T10:00:00", "source": "shop", "kind": "MessageEvent"},
    ):
        assert not reader.recognises(Path("x"), json.dumps(other).encode())


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """The state of a conversation on disk, and one of its events."""
    folder = write(story(), tmp_path_factory.mktemp("broken"))
    return folder / BASE, sorted((folder / "events").iterdir())[2]


@settings(max_examples=40, deadline=None)
@given(
    about=mutated(json.dumps(state(story())).encode()), event=mutated(json.dumps(events(story())[2]).encode())
)
def test_nothing_but_a_refusal_leaves_a_broken_conversation(stored, about, event):
    main, third = stored
    main.write_bytes(about)
    third.write_bytes(event)
    OpenHandsReader().recognises(main, about[:65_536])
    try:
        session, episodes, _ = reading(Source(main, OpenHandsReader().companions(main)))
    except Unreadable:
        return
    for episode in episodes:
        for one in episode.steps:
            understand(one, session.directory)
