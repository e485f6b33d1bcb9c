"""What OpenCode's records say, read from its files and from its database alike."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from opencode_store import START, Talk, save_database
from told import story
from written_opencode import talk_of, write, write_files

from tacit.core.learn.understand import understand
from tacit.core.readers.base import Source, Unreadable
from tacit.core.readers.opencode.reader import OpenCodeReader
from tacit.core.redaction import Redactor

SAMPLES = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "sessions"
FIXTURES = SAMPLES / "other-agents/agent-sessions-fixtures/stage0/agents/opencode"
REJECTED = "The user rejected permission to use this specific tool call."


class Reading:
    """All that is told by a file, read to its end."""

    def __init__(self, path: Path) -> None:
        reader = OpenCodeReader()
        self.sessions, self.episodes = [], []
        for transcript in reader.read(Source(path, reader.companions(path)), Redactor(b"k" * 32)):
            self.sessions.append(transcript.session)
            self.episodes += transcript.episodes()
            self.tally = transcript.tally
        self.session = self.sessions[0]
        self.steps = [step for episode in self.episodes for step in episode.steps]


@pytest.fixture(params=["files", "database"])
def read(request, tmp_path):
    """Reads sessions the first of which is the person's, out of files or out of the database."""

    def reading(*talks: Talk) -> Reading:
        if request.param == "database":
            return Reading(save_database(tmp_path / "opencode.db", *talks))
        return Reading(next(iter([talk.save(tmp_path / "storage") for talk in talks])))

    return reading


@pytest.fixture
def talk():
    """A session with its first prompt."""
    talk = Talk()
    talk.prompt("Make the tests pass")
    return talk


def test_files_and_database_tell_the_same(tmp_path):
    told = story()
    files, database = Reading(write_files(told, tmp_path)), Reading(write(told, tmp_path))
    assert files.sessions == database.sessions
    assert files.episodes == database.episodes
    assert len(files.steps) == 7


def test_the_head_of_a_session(read, talk):
    talk.said()
    session = read(talk).session
    assert (session.agent, session.native, session.title) == ("opencode", "ses_one", "A session")
    assert (session.directory, session.model, session.version) == ("/home/dev/app", "some-model-1", "1.1.20")
    assert session.started == START


@pytest.mark.parametrize("title", ["New session - 2026-01-05T10:00:00.000Z", ""])
def test_a_title_that_nobody_gave_is_that_of_the_prompt(read, talk, title):
    talk.session["title"] = title
    assert read(talk).session.title == "Make the tests pass"


@pytest.mark.parametrize(
    ("code", "output", "status"),
    [
        (0, "fine", "ok"),
        (1, "1 failed", "error"),
        (None, "(Command timed out after 60000 ms)", "error"),
        (None, "some\n\n(Command was aborted)", "interrupted"),
        (None, "some\n<bash_metadata>\nUser aborted the command\n</bash_metadata>", "interrupted"),
    ],
)
def test_the_exit_code_of_a_completed_command_tells_how_it_went(read, talk, code, output, status):
    talk.shell("make test", output, code)
    (step,) = read(talk).steps
    assert (step.status, step.observation, step.seconds) == (status, output, 1.0)


@pytest.mark.parametrize(
    ("error", "more", "status"),
    [
        ("Error: File not found: /home/dev/app/a.py", {}, "error"),
        (REJECTED, {}, "rejected"),
        (f"Error: {REJECTED} You may try again with different parameters.", {}, "rejected"),
        (
            "The user has specified a rule which prevents you from using this specific tool call.",
            {},
            "rejected",
        ),
        ("The user dismissed this question", {}, "rejected"),
        ("Tool execution aborted", {}, "interrupted"),
        ("Something else", {"metadata": {"interrupted": True}}, "interrupted"),
        ("File holds the words: The user rejected permission", {}, "error"),
    ],
)
def test_a_call_that_failed(read, talk, error, more, status):
    talk.tool("read", {"filePath": "/home/dev/app/a.py"}, error, status="error", **more)
    (step,) = read(talk).steps
    assert (step.status, step.observation) == (status, error)


@pytest.mark.parametrize("status", ["pending", "running"])
def test_a_call_that_is_not_over_is_unfinished(read, talk, status):
    talk.tool("bash", {"command": "sleep 9"}, status=status)
    assert [step.status for step in read(talk).steps] == ["unfinished"]


def test_a_call_with_wrong_parameters_is_an_error_of_its_tool(read, talk):
    talk.tool("invalid", {"tool": "edit", "error": "missing filePath"}, "The arguments are invalid")
    assert [(step.tool, step.status) for step in read(talk).steps] == [("edit", "error")]


def test_a_patch_is_a_step_for_each_of_its_files(read, talk):
    files = "*** Add File: docs/a.md\n+# A\n*** Update File: /home/dev/app/b.py\n-x\n+y"
    patch = f"*** Begin Patch\n{files}\n*** End Patch"
    talk.tool("apply_patch", {"patchText": patch}, "Success", key="call_patch")
    steps = read(talk).steps
    assert [step.call for step in steps] == ["call_patch", "call_patch#2"]
    known = [understand(step, "/home/dev/app") for step in steps]
    assert [(step.kind, step.target, step.status) for step in known] == [
        ("write", "docs/a.md", "ok"),
        ("edit", "b.py", "ok"),
    ]


def test_calls_of_a_provider_that_counts_anew_are_all_there(read, talk):
    for _ in range(2):
        talk.shell("ls", key="call_0")
    steps = read(talk).steps
    assert steps[0].call == "call_0"
    assert len({step.call for step in steps}) == 2


def test_nobody_typed_what_is_synthetic_or_ignored(read, talk):
    talk.prompt("Called the Read tool with the following input: {}", synthetic=True)
    talk.prompt("A notice of a plug-in", ignored=True)
    message = talk.prompt("Look at @a.py")
    talk.part(message, "text", text="<content>of a.py</content>", synthetic=True)
    talk.part(message, "file", mime="text/plain", filename="a.py", url="file:///home/dev/app/a.py")
    talk.part(message, "text", text="and at b.py")
    found = read(talk)
    assert [episode.prompt for episode in found.episodes] == [
        "Make the tests pass",
        "Look at @a.py\nand at b.py",
    ]
    assert found.episodes[1].native == message
    assert found.tally.drift == {}


def test_a_command_the_person_ran_is_no_step(read, talk):
    asked = talk.prompt("The following tool was executed by the user", synthetic=True)
    talk.tool("bash", {"command": "ls"}, message=talk.answer(parentID=asked))
    talk.shell("make")
    assert [json.loads(step.parameters)["command"] for step in read(talk).steps] == ["make"]


def test_a_command_that_starts_a_sub_agent_is_a_prompt(read):
    talk = Talk()
    message = talk.message("user")
    talk.part(
        message, "subtask", prompt="Review the last commit", description="", agent="plan", command="review"
    )
    assert [episode.prompt for episode in read(talk).episodes] == ["Review the last commit"]


def test_an_abort_interrupts_the_task(read, talk):
    message = talk.answer(error={"name": "MessageAbortedError", "data": {"message": ""}})
    talk.tool("bash", {"command": "make"}, "Tool execution aborted", message=message, status="error")
    talk.prompt("Do it another way")
    talk.said()
    first, second = read(talk).episodes
    assert (first.interrupted, second.interrupted) == (True, False)


def test_a_compaction_opens_no_task_and_what_it_asks_again_is_the_same_task(read, talk):
    talk.shell("make")
    message = talk.message("user")
    talk.part(message, "compaction", auto=True, overflow=True)
    talk.part(talk.answer(summary=True, agent="compaction"), "text", text="What we did so far")
    talk.prompt("Make the tests pass")
    talk.shell("make test")
    talk.prompt("Continue if you have next steps", synthetic=True)
    talk.shell("make lint")
    talk.prompt("Make the tests pass")
    talk.shell("make")
    found = read(talk)
    assert [len(episode.steps) for episode in found.episodes] == [3, 1]


def test_what_was_taken_back_is_not_told(read, talk):
    talk.shell("make one")
    taken = talk.prompt("And break everything")
    talk.shell("make two")
    assert len(read(talk).episodes) == 2
    talk.session["revert"] = {"messageID": taken, "snapshot": "abc"}
    assert [len(episode.steps) for episode in read(talk).episodes] == [1]


def test_taking_back_a_part_keeps_those_before_it(read, talk):
    message = talk.answer()
    talk.shell("make one", message=message)
    talk.shell("make two", message=message)
    talk.session["revert"] = {"messageID": message, "partID": list(talk.parts)[-1]}
    assert len(read(talk).steps) == 1


def test_tokens_are_those_that_were_new(read, talk):
    talk.said()
    assert read(talk).episodes[0].tokens == 100 + 20 + 3 + 7


def sub_agent(parent: Talk, native: str = "ses_sub") -> Talk:
    """A session that a call of another started."""
    child = Talk(native, start=parent.clock)
    child.session["parentID"] = parent.native
    child.session["title"] = "Child session - 2026-01-05T10:00:00.000Z"
    child.prompt("Find out what fails, says the agent")
    return child


def test_the_calls_of_a_sub_agent_belong_to_the_call_that_started_it(read, talk):
    child = sub_agent(talk)
    child.shell("grep -r fail .")
    grandchild = sub_agent(child, "ses_sub_sub")
    grandchild.shell("ls")
    child.tool("task", {"prompt": "x"}, metadata={"sessionId": "ses_sub_sub"}, key="call_deep")
    talk.tick(60_000)
    talk.tool("task", {"prompt": "Find out"}, metadata={"sessionId": "ses_sub"}, key="call_task")
    talk.prompt("Now mend it")
    talk.shell("make")
    found = read(talk, child, grandchild)
    assert len(found.sessions) == 1
    first, second = found.episodes
    assert [(step.tool, step.agent, step.parent) for step in first.steps] == [
        ("task", None, None),
        ("bash", "ses_sub", 1),
        ("task", "ses_sub", 1),
        ("bash", "ses_sub_sub", 3),
    ]
    assert [step.agent for step in second.steps] == [None]


def test_a_sub_agent_that_no_call_names_belongs_to_the_task_of_its_time(read, talk):
    child = sub_agent(talk)
    child.shell("ls")
    talk.tick(60_000)
    talk.prompt("Something else")
    talk.said()
    first, second = read(talk, child).episodes
    assert [step.agent for step in first.steps] == ["ses_sub"]
    assert second.steps == ()


def test_a_sub_agent_that_is_sent_on_belongs_to_both_calls(read, talk):
    talk.tool("task", {"prompt": "a"}, metadata={"sessionId": "ses_sub"}, key="call_first")
    child = sub_agent(talk)
    child.clock = talk.clock - 1_500
    child.shell("ls")
    list(child.messages.values())[-1]["time"]["created"] = talk.clock
    talk.tick(60_000)
    talk.prompt("Go further then")
    child.clock = talk.clock
    child.shell("pwd")
    talk.tick(60_000)
    talk.tool("task", {"task_id": "ses_sub"}, metadata={"sessionId": "ses_sub"}, key="call_second")
    first, second = read(talk, child).episodes
    assert [json.loads(step.parameters).get("command") for step in first.steps] == [None, "ls"]
    assert [json.loads(step.parameters).get("command") for step in second.steps] == [None, "pwd"]


def test_secrets_are_taken_out(read, talk):
    talk.shell("curl -H 'Authorization: Bearer ghp_abcdefghijklmnopqrstuvwxyz0123456789'")
    assert "ghp_" not in read(talk).steps[0].parameters


def test_what_is_not_known_is_counted_as_drift(read, talk):
    message = talk.answer()
    talk.part(message, "hologram", text="x")
    talk.part(message, "text")
    talk.part(message, "tool", callID="c")
    talk.part(message, "tool", tool="bash", state={"status": "success", "input": {}, "output": ""})
    talk.message("oracle")
    assert read(talk).tally.drift == {
        "unknown part hologram": 1,
        "missing field text": 1,
        "missing field tool": 1,
        "missing field callID": 1,
        "unknown status success": 1,
        "unknown role oracle": 1,
    }


def test_a_field_of_a_wrong_type_costs_no_more_than_itself(tmp_path, talk):
    talk.session |= {"version": 7, "directory": None, "title": ["x"], "revert": "no", "time": 3}
    message = talk.answer(tokens="many", path=[], error=3, modelID={}, time={"created": "now"})
    talk.tool("bash", "make", {"a": 1}, message=message, metadata=[], time=None)
    talk.tool("read", None, None, message=message)
    found = Reading(talk.save(tmp_path / "storage"))
    assert (found.session.version, found.session.directory) == (None, "")
    assert found.session.title == "Make the tests pass"
    assert [(step.tool, step.observation, step.status) for step in found.steps] == [
        ("bash", '{\n      "a": 1\n    }', "ok"),
        ("read", "", "ok"),
    ]


def test_a_lone_half_of_a_surrogate_pair_costs_nothing(read, talk):
    talk.shell("echo \ud83d", "\udc00 out")
    (step,) = read(talk).steps
    assert json.loads(step.parameters)["command"] == "echo �"
    assert step.observation == "� out"


def test_a_session_that_goes_on_is_the_same_with_more(tmp_path, talk):
    talk.shell("make")
    before = Reading(talk.save(tmp_path / "storage"))
    talk.prompt("And now the docs")
    talk.shell("make docs")
    after = Reading(talk.save(tmp_path / "storage"))
    assert after.session.native == before.session.native
    assert after.episodes[0].steps == before.episodes[0].steps
    assert [one.native for one in after.episodes][:1] == [one.native for one in before.episodes]
    assert len(after.episodes) == 2


def test_a_session_without_anything_in_it_is_none(read):
    with pytest.raises(Unreadable, match="no prompt or call in it"):
        read(Talk())


def test_a_story_has_the_ids_of_the_agent(tmp_path):
    talk = talk_of(story())
    found = Reading(write(story(), tmp_path))
    assert {step.call for step in found.steps} == {
        part["callID"] for _, part in talk.parts.values() if "callID" in part
    }


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="the sample transcripts are not here")
class TestSamples:
    """Counted by hand in the files."""

    def read(self, storage: str, session: str) -> Reading:
        return Reading(FIXTURES / storage / "session" / "proj_test" / f"ses_{session}.json")

    def test_the_small_session(self):
        found = self.read("storage_v2", "s_stage0_small")
        assert [episode.prompt for episode in found.episodes] == ["Hello"]
        assert [(step.tool, step.status, step.call) for step in found.steps] == [("bash", "ok", "call_1")]
        assert (found.session.directory, found.session.model) == ("/tmp/repo", "gpt-4o-mini")

    def test_the_large_session(self):
        found = self.read("storage_v2", "s_stage0_large")
        assert [(one.prompt, one.interrupted, one.tokens) for one in found.episodes] == [
            ("Step 1", True, 136),
            ("Step 2", False, 0),
        ]
        assert [(step.tool, step.status) for step in found.steps] == [("bash", "error")]
        assert found.tally.drift == {}

    def test_the_drifted_session(self):
        found = self.read("storage_legacy", "s_stage0_drift")
        assert [(step.status, step.call) for step in found.steps] == [("ok", "call_legacy_1")]
        assert found.tally.drift == {"unknown status success": 1}

    def test_only_its_own_files_are_recognised(self):
        reader, kinds = OpenCodeReader(), set()
        for path in sorted(SAMPLES.rglob("*")):
            if path.is_file() and reader.recognises(path, path.read_bytes()[:65_536]):
                kinds.add(path.relative_to(SAMPLES).parts[4:6])
        assert {place[0] for place in kinds} == {"opencode"}
