"""Conversations in Cursor's database: what was asked, called and given back, and how each call ended."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cursor_store import ID, START, Chat, iso, open_store, put, save_store, uri

from tacit.core.drafts import EpisodeDraft
from tacit.core.learn.understand import understand
from tacit.core.limits import OBSERVATION_BYTES, size
from tacit.core.readers.base import Source, Transcript, Unreadable
from tacit.core.readers.cursor.reader import CursorReader
from tacit.core.redaction import Redactor

CHILD = "6c1d2e3f-0000-4000-8000-00000000000b"
LATER = "7d2e3f40-0000-4000-8000-00000000000c"
ENDED = "RUN_TERMINAL_COMMAND_ENDED_REASON_"
AT = START + 10_000
"""When the first bubble of a conversation was made."""


@pytest.fixture
def path(tmp_path):
    """Where the database lies."""
    return tmp_path / "globalStorage" / "state.vscdb"


@pytest.fixture
def read(path):
    """Reads a database of these conversations, which must be one session; with its episodes."""

    def reading(*chats: Chat) -> tuple[Transcript, list[EpisodeDraft]]:
        save_store(path, *chats)
        (one,) = transcripts(path)
        return one, list(one.episodes())

    return reading


def transcripts(path: Path) -> list[Transcript]:
    reader = CursorReader()
    return list(reader.read(Source(path, reader.companions(path)), Redactor(b"k" * 32)))


def ends(episodes: list[EpisodeDraft]) -> list[tuple[str, str, str]]:
    return [(step.tool, step.observation, step.status) for one in episodes for step in one.steps]


def test_what_was_asked_and_done_is_told_in_the_order_of_the_headers(read):
    chat = Chat(name="Mend the login", createdOnBranch="main")
    chat.ask("Make the login test pass")
    chat.say("I look at it.")
    chat.shell("pytest -q", "1 failed in 0.10s", 1)
    chat.call("read_file", {"target_file": "/home/dev/app/login.py"}, {"contents": "def login(): ..."})
    chat.call("todo_write", {"todos": []}, {"success": True})
    chat.ask("continue")
    chat.ask("Now write a page about it")
    chat.call("write", {"file_path": "/home/dev/app/docs/login.md", "contents": "# Login"}, {"diff": {}})
    chat.fields["fullConversationHeadersOnly"] = [{"bubbleId": one["bubbleId"]} for one in chat.bubbles]
    chat.bubbles.reverse()
    one, (first, second) = read(chat)
    session = one.session
    assert (session.native, session.title, session.directory) == (ID, "Mend the login", "/home/dev/app")
    assert (session.branch, session.model, session.version) == ("main", "some-model-1", "composer 16")
    assert (session.started, session.ended) == (AT, START + 80_000)
    assert (first.prompt, first.followups, second.prompt) == (
        "Make the login test pass",
        ("continue",),
        "Now write a page about it",
    )
    assert ends([first]) == [
        ("run_terminal_command_v2", "1 failed in 0.10s", "error"),
        ("read_file", "def login(): ...", "ok"),
        ("todo_write", '{"success": true}', "ok"),
    ]
    assert (first.native, second.native) == (f"{ID}#1", f"{ID}#2")
    assert [step.at for step in first.steps] == [START + 30_000, START + 40_000, START + 50_000]
    assert (one.tally.skipped, one.tally.drift, one.tally.lines) == ({}, {}, 9)


@pytest.mark.parametrize(
    ("result", "status"),
    [
        ({"output": "x", "exitCodeV2": 0}, "ok"),
        ({"output": "x", "exitCodeV2": 2}, "error"),
        ({"output": "x", "exitCodeV2": -1, "exitCode": 0}, "error"),
        ({"output": "x", "exitCode": 127}, "error"),
        ({"output": "x", "exitCodeV2": None, "exitCode": 1}, "error"),
        ({"output": "x", "rejected": True, "exitCodeV2": 0}, "rejected"),
        ({"output": "x", "endedReason": f"{ENDED}EXECUTION_ABORTED"}, "interrupted"),
        ({"output": "x", "endedReason": f"{ENDED}EXECUTION_FAILED"}, "error"),
        ({"output": "x", "endedReason": f"{ENDED}IDLE_TIMEOUT"}, "unfinished"),
        ({"output": "x", "endedReason": f"{ENDED}ERROR_OCCURRED_CHECKING_REASON"}, "unfinished"),
        ({"output": "x", "isRunningInBackground": True, "exitCodeV2": 0}, "unfinished"),
        ({"output": "x", "poppedOutIntoBackground": True}, "unfinished"),
        ({"output": "x", "backgroundShellId": 3}, "unfinished"),
        ({"output": "x"}, "ok"),
        ({"output": "make: *** [all] Error 2"}, "error"),
        ({}, "unfinished"),
        ("just words", "unfinished"),
        (None, "unfinished"),
    ],
)
@pytest.mark.parametrize("tool", ["run_terminal_cmd", "run_terminal_command_v2"])
def test_a_command_ended_as_its_exit_code_tells_else_as_what_it_printed(read, tool, result, status):
    chat = Chat()
    chat.ask("Build it")
    chat.call(tool, {"command": "make"}, result)
    _, (one,) = read(chat)
    assert [step.status for step in one.steps] == [status]


def test_a_test_run_without_an_exit_code_is_judged_by_its_verdict_alone(read):
    chat = Chat()
    chat.ask("Run the tests")
    for output in ("12 passed in 0.31s", "1 failed, 2 passed in 0.1s", "collecting ..."):
        chat.shell("pytest -q", output, None)
    _, (one,) = read(chat)
    assert [step.status for step in one.steps] == ["ok", "error", "unfinished"]


@pytest.mark.parametrize(
    ("told", "status", "text"),
    [
        ({"status": "completed"}, "ok", '{"diff": {}}'),
        ({"status": "error"}, "error", '{"diff": {}}'),
        ({"status": "cancelled"}, "cancelled", '{"diff": {}}'),
        ({"status": "cancelled", "userDecision": "rejected"}, "rejected", '{"diff": {}}'),
        ({"status": "completed", "userDecision": "accepted"}, "ok", '{"diff": {}}'),
        ({"status": "completed", "userDecision": "rejected"}, "rejected", '{"diff": {}}'),
        ({"status": "loading"}, "unfinished", ""),
        ({"status": None}, "unfinished", ""),
        ({"result": '{"applyFailed":true}'}, "error", '{"applyFailed":true}'),
        ({"result": '{"rejected":true}'}, "rejected", '{"rejected":true}'),
        ({"result": '{"error":{"error":"no such path"}}'}, "error", "no such path"),
        ({"result": '{"error":null,"resultForModel":"done"}'}, "ok", "done"),
        ({"result": {"result": "an object and no text"}}, "ok", "an object and no text"),
        ({"result": None, "error": None}, "ok", ""),
        ({"status": "error", "error": "plain words"}, "error", "plain words"),
        (
            {"status": "error", "error": '{"clientVisibleErrorMessage":"c","modelVisibleErrorMessage":"m"}'},
            "error",
            "m",
        ),
        ({"status": "error", "error": '{"clientVisibleErrorMessage":"c"}'}, "error", "c"),
    ],
)
def test_any_other_call_ended_as_its_status_tells_unless_its_result_knows_better(read, told, status, text):
    chat = Chat()
    chat.ask("Change it")
    chat.call("search_replace", {"file_path": "a.py"}, {"diff": {}})
    chat.bubbles[-1]["toolFormerData"] |= told
    one, (episode,) = read(chat)
    assert ends([episode]) == [("search_replace", text, status)]
    assert one.tally.drift == {}


@pytest.mark.parametrize(
    ("name", "raw", "params", "kind", "target"),
    [
        ("read_file", '{"target_file":"src/a.py"}', '{"targetFile":"no"}', "read", "src/a.py"),
        ("read_file_v2", "", '{"targetFile":"/home/dev/app/src/a.py"}', "read", "src/a.py"),
        ("edit_file_v2", "{}", '{"relativeWorkspacePath":"/home/dev/app/a.py"}', "edit", "a.py"),
        ("edit_file", '{"target_file": "torn', '{"relativeWorkspacePath":"a.py"}', "edit", "a.py"),
        ("search_replace", '{"file_path":"a.py"}', None, "edit", "a.py"),
        ("write", '{"file_path":"b.md","contents":"x"}', None, "write", "b.md"),
        ("delete_file", '{"target_file":"a.py"}', None, "edit", "a.py"),
        ("ripgrep_raw_search", '{"pattern":"x","path":"src"}', None, "search", "src"),
        ("glob_file_search", '{"glob_pattern":"*.py"}', None, "search", None),
        ("list_dir_v2", "", '{"targetDirectory":"/home/dev"}', "search", None),
        ("semantic_search_full", '{"query":"x"}', None, "search", None),
        ("task_v2", '{"prompt":"x"}', None, "agent", None),
        ("create_plan", '{"plan":"x"}', None, "plan", None),
        ("ask_question", "{}", '{"title":"x"}', "ask", None),
        ("mcp-tacit-memory_search", '{"query":"x"}', None, "ask", None),
        ("mcp_user-tacit_memory_search", '{"query":"x"}', None, "ask", None),
        ("mcp-linear-create_issue", '{"title":"x"}', None, "other", None),
    ],
)
def test_tools_and_their_parameters_are_understood(read, name, raw, params, kind, target):
    chat = Chat()
    chat.ask("Mend it")
    chat.call(name, raw, {}, params=params)
    _, (one,) = read(chat)
    step = understand(one.steps[0], "/home/dev/app")
    assert (step.kind, step.target) == (kind, target)
    assert isinstance(json.loads(step.parameters), dict)


def test_a_command_that_was_only_started_is_neither_success_nor_failure(read):
    chat = Chat()
    chat.ask("Start the server")
    chat.call("run_terminal_command_v2", "", {"output": "", "exitCodeV2": 0}, params='{"command":"make run",'
              '"isBackground":true}')  # fmt: skip
    _, (one,) = read(chat)
    assert [action.status for action in understand(one.steps[0], "").actions] == ["unknown"]


def test_calls_that_never_were_or_just_begin_are_not_told(read):
    chat = Chat()
    chat.ask("Look", toolFormerData={"additionalData": {"status": "error"}})
    chat.bubble(2, toolFormerData={"additionalData": {"status": "error"}})
    chat.bubble(2, toolFormerData={"toolCallId": "c9", "status": "loading", "name": ""})
    chat.bubble(2, toolFormerData={"toolCallId": "c10", "status": "completed"})
    chat.call("read_file", {"target_file": "a"}, status="halted")
    one, (episode,) = read(chat)
    assert ends([episode]) == [("read_file", "", "unfinished")]
    assert one.tally.drift == {"missing field name": 1, "unknown status halted": 1}


def test_a_model_that_counts_its_calls_anew_loses_none(read):
    chat = Chat()
    chat.ask("Look")
    for name in ("a", "b"):
        chat.call("read_file", {"target_file": name}, {"contents": name}, toolCallId="functions.read_file:0")
    _, (one,) = read(chat)
    assert [(step.parameters, step.observation) for step in one.steps] == [
        ('{"target_file": "a"}', "a"),
        ('{"target_file": "b"}', "b"),
    ]
    assert len({step.call for step in one.steps}) == 2


def test_messages_that_were_taken_back_are_not_told(read):
    chat = Chat()
    chat.ask("Mend it")
    chat.shell("make")
    kept = [{"bubbleId": one["bubbleId"], "type": one["type"]} for one in chat.bubbles]
    chat.ask("Something else, which was taken back")
    chat.shell("make clean")
    chat.fields["fullConversationHeadersOnly"] = kept
    _, (one,) = read(chat)
    assert (one.prompt, len(one.steps)) == ("Mend it", 1)


def test_older_versions_have_the_messages_in_the_conversation_itself(path):
    chat = Chat()
    chat.ask("Mend it")
    chat.shell("make", "fine")
    rows = chat.rows()
    whole = rows[f"composerData:{ID}"]
    del whole["fullConversationHeadersOnly"], whole["_v"]
    save_store(path, **{f"composerData:{ID}": whole | {"conversation": chat.bubbles}})
    (one,) = transcripts(path)
    assert ends(list(one.episodes())) == [("run_terminal_command_v2", "fine", "ok")]
    assert one.session.version == "composer"


@pytest.mark.parametrize("status", ["aborted", "completed"])
def test_a_conversation_that_the_person_stopped_was_interrupted(read, status):
    chat = Chat(status=status)
    chat.ask("Mend it")
    chat.shell("make")
    _, (one,) = read(chat)
    assert one.interrupted == (status == "aborted")


@pytest.mark.parametrize(
    ("bubble", "header", "at"),
    [
        ({"createdAt": iso(AT + 7)}, None, AT + 7),
        ({"createdAt": AT + 8}, iso(AT), AT + 8),
        ({"createdAt": None}, iso(AT + 9), AT + 9),
        ({"createdAt": "soon", "timingInfo": {"clientStartTime": AT + 10.5}}, None, AT + 10),
        ({"createdAt": 12, "timingInfo": {"clientStartTime": 3.25, "clientEndTime": AT + 11}}, 7, AT + 11),
        ({"createdAt": -5, "timingInfo": {"clientStartTime": "x", "clientEndTime": 1e300}}, None, START),
    ],
)
def test_times_are_those_of_the_messages_else_those_of_the_conversation(read, bubble, header, at):
    chat = Chat(lastUpdatedAt=START + 99_000)
    chat.ask("Mend it", **bubble)
    chat.fields["fullConversationHeadersOnly"] = [
        {"bubbleId": chat.bubbles[0]["bubbleId"], "type": 1, "createdAt": header}
    ]
    one, (episode,) = read(chat)
    assert (episode.started, one.session.started) == (at, at)
    assert one.session.ended == (START + 99_000 if at == START else at)


@pytest.mark.parametrize(
    ("identifier", "uris", "directory"),
    [
        ({"id": "1", "uri": uri("/home/dev/shop")}, ["file:///other"], "/home/dev/shop"),
        ({"id": "1", "uri": {"path": "/c:/work/shop", "fsPath": "c:\\work\\shop"}}, [], "c:\\work\\shop"),
        ({"id": "1", "uri": {"external": "file:///home/dev/my%20shop"}}, [], "/home/dev/my shop"),
        ({"id": "1783251917755"}, ["file:///home/dev/shop", "file:///home/dev/bank"], "/home/dev/shop"),
        (None, ["file:///c%3A/work/shop"], "c:/work/shop"),
        (None, ["vscode-remote://ssh-remote%2Bhost/home/dev/shop"], "/home/dev/shop"),
        (7, ["https://example.org/x", 9, None, "file://[", "untitled:one"], ""),
    ],
)
def test_the_directory_is_that_of_the_window_it_was_held_in(read, identifier, uris, directory):
    chat = Chat(directory="", workspaceIdentifier=identifier)
    chat.ask("Mend it", workspaceUris=uris)
    one, _ = read(chat)
    assert one.session.directory == directory


@pytest.mark.parametrize("as_table", [True, False])
def test_the_list_of_conversations_tells_folders_and_sub_agents_too(path, as_table):
    chat, child = Chat(directory="", modelConfig=None), Chat(CHILD, directory="")
    chat.ask("Mend it")
    key = chat.call("task_v2", {"prompt": "look"}, {})
    child.ask("look")
    child.shell("ls", "a")
    save_store(path, chat, child)
    heads: list[dict[str, Any]] = [
        {"composerId": ID, "workspaceIdentifier": {"uri": uri("/home/dev/shop")}},
        {"composerId": CHILD, "subagentInfo": {"parentComposerId": ID, "toolCallId": key}},
    ]
    database = open_store(path)
    for head in heads if as_table else ():
        row = (head.pop("composerId"), json.dumps(head))
        database.execute("INSERT INTO composerHeaders (composerId, value) VALUES (?, ?)", row)
    if not as_table:
        listed = ("composer.composerHeaders", json.dumps({"allComposers": heads}))
        database.execute("INSERT INTO ItemTable VALUES (?, ?)", listed)
    database.commit()
    database.close()
    (one,) = transcripts(path)
    (episode,) = one.episodes()
    assert one.session.directory == "/home/dev/shop"
    assert [(step.tool, step.agent, step.parent) for step in episode.steps] == [
        ("task_v2", None, None),
        ("run_terminal_command_v2", CHILD, 1),
    ]


def told_by_info(chat: Chat, child: Chat, key: str) -> None:
    child.fields["subagentInfo"] = {"parentComposerId": chat.native.upper(), "toolCallId": key}


def told_by_call(chat: Chat, child: Chat, key: str) -> None:
    chat.fields["subagentComposerIds"] = [child.native]
    chat.bubbles[1]["toolFormerData"]["additionalData"] = {"subagentComposerId": child.native}


@pytest.mark.parametrize("linked", [told_by_info, told_by_call])
def test_what_a_sub_agent_did_belongs_to_the_call_that_started_it(read, linked):
    chat, child, below = Chat(), Chat(CHILD), Chat(LATER, start=START + 500_000)
    chat.ask("Look around")
    key = chat.call("task_v2", {"prompt": "look"}, {"agentId": CHILD})
    chat.ask("And another thing")
    chat.shell("pwd")
    child.ask("look")
    child.shell("ls")
    inner = child.call("task_v2", {"prompt": "deeper"}, {})
    below.shell("ls deep")
    below.fields["subagentInfo"] = {"parentComposerId": CHILD, "toolCallId": inner}
    linked(chat, child, key)
    one, (first, second) = read(below, child, chat)
    assert [(step.n, step.agent, step.parent) for step in first.steps] == [
        (1, None, None),
        (2, CHILD, 1),
        (3, CHILD, 1),
        (4, LATER, 3),
    ]
    assert [step.agent for step in second.steps] == [None]
    assert one.tally.skipped == {}


def test_sub_agents_without_their_session_and_rounds_of_parents_are_left_out(read):
    lost = Chat(CHILD, subagentInfo={"parentComposerId": "gone"})
    task = Chat("task-toolu_017")
    round_one = Chat(LATER, subagentInfo={"parentComposerId": "8e"})
    round_two = Chat("8e", subagentInfo={"parentComposerId": LATER})
    chat = Chat()
    for one in (lost, task, round_one, round_two, chat):
        one.ask("Mend it")
    told, _ = read(lost, task, round_one, round_two, chat)
    assert told.session.native == ID
    assert told.tally.skipped == {"without its session": 4}


def test_tabs_in_which_nothing_was_said_are_no_sessions_and_nothing_to_speak_of(read, path):
    chat = Chat()
    chat.ask("Mend it")
    one, _ = read(chat, Chat(CHILD), Chat(LATER, isDraft=True))
    assert one.tally.skipped == {}
    other = save_store(path.with_name("other.vscdb"), Chat(CHILD))
    with pytest.raises(Unreadable, match="no prompt or call"):
        transcripts(other)


def test_what_is_put_around_a_prompt_is_none_of_it_and_pictures_open_no_task(read):
    chat = Chat()
    chat.ask("<user_query>\nMend it\n</user_query>")
    chat.ask("", images=[{"uuid": "x"}])
    chat.shell("ls")
    _, (one,) = read(chat)
    assert (one.prompt, len(one.steps)) == ("Mend it", 1)


def test_huge_outputs_keep_both_ends_and_secrets_do_not_pass(read):
    key = "sk-ant-api03-" + "a1B2" * 24
    chat = Chat(name=f"Use {key}")
    chat.ask(f"Use {key}")
    chat.shell(f"echo {key}", "begin " + "x y\n" * 100_000 + f"{key} the end")
    one, (episode,) = read(chat)
    observation = episode.steps[0].observation
    assert observation.startswith("begin x y")
    assert observation.endswith("the end")
    assert size(observation) <= OBSERVATION_BYTES
    assert key not in repr((one.session, episode))


def test_surrogates_and_other_bytes_do_no_harm(path):
    chat = Chat()
    chat.ask("Mend \ud83d it")
    chat.call("read_file", {"target_file": "a\ud83d"}, {"contents": "\ud83d is half"})
    save_store(path, chat)
    database = open_store(path)
    put(database, {f"bubbleId:{ID}:odd": b'{"type":2,"text":"\xff\xfe"}'})
    database.close()
    (one,) = transcripts(path)
    (episode,) = one.episodes()
    assert episode.prompt == "Mend \ufffd it"
    assert episode.steps[0].observation == "\ufffd is half"
