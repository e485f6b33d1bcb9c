"""Tasks of Cline: calls as tags and as calls, results under headlines, what the person typed in between."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cline_messages import DETAILS, call, first, model, user
from hypothesis import given, settings
from mutated import mutated
from told import START, story
from written_cline import write

from tacit.core.drafts import EpisodeDraft, SessionDraft
from tacit.core.learn.understand import understand
from tacit.core.limits import PROMPT_BYTES, size
from tacit.core.readers.base import ReadTally, Source, Unreadable
from tacit.core.readers.cline.reader import ClineReader
from tacit.core.readers.discovery import find_sources
from tacit.core.redaction import Redactor

MAIN = "api_conversation_history.json"


def reading(path: Path, extra: tuple[Path, ...] = ()) -> tuple[SessionDraft, list[EpisodeDraft], ReadTally]:
    """What is made of a task."""
    transcript = ClineReader().read(Source(path, extra), Redactor(b"k" * 32))
    return transcript.session, list(transcript.episodes()), transcript.tally


@pytest.fixture
def read(tmp_path):
    """Reads a task of these messages."""

    def one(*messages: Any) -> tuple[SessionDraft, list[EpisodeDraft], ReadTally]:
        path = tmp_path / MAIN
        path.write_text(json.dumps(messages))
        return reading(path)

    return one


def steps(episode: EpisodeDraft) -> list[tuple[str, str, str]]:
    """Tool, output and status."""
    return [(one.tool, one.observation, one.status) for one in episode.steps]


def test_native_calls_are_paired_by_their_id(read):
    wanted = [
        {
            "type": "tool_use",
            "id": f"t{n}",
            "name": "read_file",
            "input": {"path": f"{n}.py", "task_progress": "x"},
        }
        for n in (1, 2)
    ]
    gave = [
        {"type": "tool_result", "tool_use_id": "t2", "content": "two"},
        {"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": "one"}]},
    ]
    _, (episode,), tally = read(first(), model(*wanted), user(*gave))
    assert steps(episode) == [("read_file", "one", "ok"), ("read_file", "two", "ok")]
    assert [one.parameters for one in episode.steps] == ['{"path":"1.py"}', '{"path":"2.py"}']
    assert tally.skipped == {}


@pytest.mark.parametrize("joined", [True, False])
def test_a_result_stands_under_its_headline_or_in_the_block_behind_it(read, joined):
    headline, text = "[read_file for 'a.py'] Result:", "1 | x = 1"
    blocks = [f"{headline}\n{text}"] if joined else [headline, text]
    _, (episode,), _ = read(
        first(), call("read_file", path="a.py"), user(*blocks, "<environment_details>\nx")
    )
    assert steps(episode) == [("read_file", text, "ok")]


def test_feedback_on_a_result_is_a_new_prompt_and_feedback_with_a_refusal_is_not(read):
    denied = "[read_file for 'a'] Result:\nThe user denied this operation.\n<feedback>\nnot that\n</feedback>"
    _, episodes, _ = read(
        first(),
        call("read_file", path="a"),
        user(denied),
        call("attempt_completion", result="Done."),
        user(
            "[attempt_completion] Result:", "The user has provided feedback.\n<feedback>\nNow b\n</feedback>"
        ),
    )
    assert [one.prompt for one in episodes] == ["Fix it", "Now b"]
    assert [one.status for one in episodes[0].steps] == ["rejected"]
    assert "not that" in episodes[0].steps[0].observation


def test_a_message_in_plan_mode_and_one_at_resumption_are_prompts(read):
    _, episodes, _ = read(
        first(),
        call("plan_mode_respond", response="A plan."),
        user("[plan_mode_respond] Result:\n<user_message>\nDo it so\n</user_message>"),
        model("Well.\n\n[Response interrupted by user]"),
        user(
            "[TASK RESUMPTION] This task was interrupted. The current working directory is now '/w/x'.",
            "New instructions for task continuation:\n<user_message>\nGo another way\n</user_message>",
        ),
    )
    assert [one.prompt for one in episodes] == ["Fix it", "Do it so", "Go another way"]
    assert [one.interrupted for one in episodes] == [False, True, False]


def test_what_nobody_typed_is_no_prompt(read):
    _, episodes, tally = read(
        first(),
        model("Hm."),
        user("[ERROR] You did not use a tool in your previous response! Please retry with a tool use."),
        call("list_files", path="."),
        user("[list_files for '.'] Result:\na.py", "<hook_context source='x'>\ny\n</hook_context>"),
        user("[[NOTE] This file read has been removed to save space in the context window.]"),
    )
    assert [one.prompt for one in episodes] == ["Fix it"]
    assert tally.skipped == {}


def test_the_first_message_tells_the_place_and_the_remote(read):
    space = {
        "workspaces": {"/w/shop": {"associatedRemoteUrls": ["up: x", "origin: git@github.com:acme/shop.git"]}}
    }
    told = f"# Workspace Configuration\n{json.dumps(space, indent=2)}\n\n# Current Mode\nACT MODE"
    details = f"{DETAILS}src/\n\n{told}"
    session, _, _ = read(user("<task>\nFix it\n</task>", details), model("ok"))
    assert (session.directory, session.repository) == ("/w/shop", "git@github.com:acme/shop.git")


def test_times_of_messages_stand_before_those_of_what_was_shown(read):
    session, (episode,), _ = read(
        first() | {"ts": START},
        call("read_file", path="a") | {"ts": START + 1_000, "modelInfo": {"modelId": "m-1"}},
        user("[read_file for 'a'] Result:\nx") | {"ts": START + 4_000},
    )
    assert (session.started, session.ended, session.model) == (START, START + 4_000, "m-1")
    assert episode.steps[0].seconds == 3.0


def test_a_folder_is_one_source_and_each_file_of_it_leads_to_it(tmp_path):
    task = write(story(), tmp_path)
    for named in (task, *task.iterdir()):
        found = [one for one in find_sources([named], [ClineReader()], Path("/nowhere"), {}) if one.source]
        assert [one.source.path.name for one in found if one.source] == [MAIN]
    source = found[0].source
    assert source is not None
    assert [one.name for one in source.extra] == ["task_metadata.json", "ui_messages.json"]


def test_without_the_files_beside_it_only_times_and_the_model_are_lost(tmp_path):
    task = write(story(), tmp_path)
    session, episodes, tally = reading(task / MAIN)
    assert (session.model, session.directory) == (None, story().directory)
    assert [one.prompt for one in episodes] == [one.prompt for one in story().tasks]
    (task / "ui_messages.json").write_text("[{")
    _, again, broken = reading(task / MAIN, (task / "ui_messages.json",))
    assert [one.steps for one in again] == [one.steps for one in episodes]
    assert (tally.skipped, broken.skipped) == ({}, {"unusable ui_messages.json": 1})


def test_a_grown_task_is_the_same_session_with_the_same_calls(read):
    begun = [first(), call("read_file", path="a"), user("[read_file for 'a'] Result:\nx")]
    one, (task,), _ = read(*begun)
    two, (grown,), _ = read(*begun, call("read_file", path="b"), user("[read_file for 'b'] Result:\ny"))
    assert (one.native, task.native) == (two.native, grown.native)
    assert [step.call for step in grown.steps][:1] == [step.call for step in task.steps]


def test_unknown_things_are_counted_and_the_rest_is_read(read):
    _, (episode,), tally = read(
        first(),
        "text",
        {"role": "critic", "content": "x"},
        user("[read_file for 'z'] Result:\nx"),
        call("read_file", path="a"),
        user("[read_file for 'a'] Result:\nx"),
    )
    assert steps(episode) == [("read_file", "x", "ok")]
    assert tally.drift == {"unknown record type critic": 1}
    assert tally.skipped == {"not an object": 1, "result without its call": 1}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty file"),
        (b"[]", "no prompt or call in it"),
        (b'{"role": "user"}', "unexpected fields"),
        (json.dumps([first()]).encode()[:-5], "not JSON"),
        (json.dumps([first()]).encode("utf-16"), "wrong encoding"),
    ],
)
def test_a_file_nothing_can_be_made_of_is_refused_with_its_reason(tmp_path, content, reason):
    path = tmp_path / MAIN
    path.write_bytes(content)
    with pytest.raises(Unreadable) as refused:
        reading(path)
    assert refused.value.reason == reason


def test_only_its_own_files_are_its(tmp_path):
    reader = ClineReader()
    for path in write(story(), tmp_path).iterdir():
        assert reader.recognises(Path("x"), path.read_bytes()[:65_536])
    for head in (
        b"",
        b"\0\xff",
        b'[{"role": "user", "content": [{"type": "text", "text": "hi"}]}]',
        b'[{"role": "user", "content": [{"type": "text", "text": "<task>no details</task>"}]}]',
        b'[{"ts": 12, "type": "say"}]',
        b'{"files": []}',
    ):
        assert not reader.recognises(Path("x"), head)


def test_texts_stay_within_their_limits(read):
    _, (episode,), _ = read(first("y" * 300_000), call("write_to_file", path="a", content="z" * 300_000))
    assert size(episode.prompt) <= PROMPT_BYTES
    assert json.loads(episode.steps[0].parameters)["path"] == "a"


@settings(max_examples=60, deadline=None)
@given(
    data=mutated(json.dumps([first(), call("read_file", path="a"), user("[read_file] Result:\nx")]).encode())
)
def test_nothing_but_a_refusal_leaves_a_broken_file(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("broken")
    (folder / MAIN).write_bytes(data)
    (folder / "ui_messages.json").write_bytes(data)
    ClineReader().recognises(folder / MAIN, data[:65_536])
    try:
        session, episodes, _ = reading(folder / MAIN, (folder / "ui_messages.json",))
    except Unreadable:
        return
    for episode in episodes:
        for one in episode.steps:
            understand(one, session.directory)
