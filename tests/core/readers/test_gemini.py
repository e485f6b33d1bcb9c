"""Gemini CLI: what a session file says, in both its shapes."""

from __future__ import annotations

import json

import pytest
from gemini_session import SESSION, Log, Reading, answered, shell, tool
from told import story
from transcript import iso
from written_gemini import write

from tacit.core import limits


@pytest.fixture
def log():
    return Log()


@pytest.fixture
def read(tmp_path):
    def reading(log, end="\n"):
        return Reading(log.save(tmp_path / "tmp" / "shop" / "chats" / f"session-x-{SESSION[:8]}.jsonl", end))

    return reading


def test_the_older_shape_says_the_same(tmp_path):
    path = write(story(), tmp_path)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    messages = {line["id"]: line for line in lines if "id" in line}
    old = path.with_name("session-old.json")
    old.write_text(json.dumps(lines[0] | {"messages": list(messages.values())}, indent=2))
    assert Reading(old).episodes == Reading(path).episodes
    assert Reading(old).session == Reading(path).session
    old.write_text(json.dumps(lines[0] | {"messages": list(messages.values())}, separators=(",", ":")))
    assert Reading(old).episodes == Reading(path).episodes


def test_a_message_that_is_written_again_counts_once_as_it_was_last(read, log):
    log.say("user", "Look at it")
    said = log.call(tool(status="executing"), key="m" * 16, tokens=None)
    log.say("gemini", "Done.")
    log.add(
        said
        | {"toolCalls": [answered({"output": "text"})], "tokens": {"input": 90, "cached": 80, "output": 7}}
    )
    reading = read(log)
    assert [(step.observation, step.status) for step in reading.steps] == [("text", "ok")]
    assert reading.episodes[0].tokens == 17


def test_a_prompt_is_a_string_or_parts_and_what_was_shown_is_what_was_typed(read, log):
    log.say("user", "First")
    log.say("user", [{"text": "Second"}, {"text": "<hook_context>added</hook_context>"}])
    log.say(
        "user",
        [{"text": "Third @a.py"}, {"text": "\n--- Content from referenced files ---"}, {"text": "x" * 99}],
    )
    log.say("user", "Fourth @a.py and its text", displayContent=[{"text": "Fourth @a.py"}])
    log.say("user", [{"inlineData": {"mimeType": "image/png", "data": "AAAA"}}])
    prompts = [one.prompt for one in read(log).episodes]
    assert prompts == ["First", "Second", "Third @a.py", "Fourth @a.py", "[image]"]


@pytest.mark.parametrize(
    "text",
    [
        "System: Please continue.",
        "<session_context>\nThis is the Gemini CLI.",
        "<state_snapshot>\nSummary</state_snapshot>",
        "<hook_context>x</hook_context>",
        "?",
        "",
        None,
        7,
    ],
)
def test_what_nobody_typed_opens_no_task(read, log, text):
    log.say("user", "Do it for real")
    log.say("user", text)
    assert [one.prompt for one in read(log).episodes] == ["Do it for real"]


def test_what_a_patch_gives_the_model_is_no_transcript_but_for_what_nothing_else_tells(read, log):
    context = {"id": "c" * 16, "type": "user", "content": [{"text": "<session_context>x"}]}
    log.add({"$set": {"messages": [context]}})
    first = log.say("user", [{"text": "First task"}])
    log.call(answered({"output": "one"}))
    copies = [
        {"id": "n" * 16, "type": "user", "content": [{"text": "<state_snapshot>S</state_snapshot>"}]},
        {"id": "p" * 16, "type": "user", "content": [{"text": "First task"}]},
        {
            "id": "q" * 16,
            "type": "gemini",
            "content": [{"functionCall": {"id": "call-1", "name": "read_file"}}],
        },
    ]
    log.add({"$set": {"messages": copies, "summary": "What it was about"}})
    new = {"id": "s" * 16, "timestamp": iso(log.at), "type": "user", "content": [{"text": "Only in a patch"}]}
    log.add({"$set": {"messages": [first, new]}})
    log.add({"$set": {"messages": []}})
    reading = read(log)
    assert [one.prompt for one in reading.episodes] == ["First task", "Only in a patch"]
    assert (len(reading.steps), reading.session.title) == (1, "What it was about")


def test_the_same_prompt_typed_twice_is_two_tasks(read, log):
    log.say("user", "Run the tests once more")
    log.say("user", "Run the tests once more")
    assert len(read(log).episodes) == 2


def test_steps_that_were_rewound_are_kept_and_marked(read, log):
    log.say("user", "Keep this")
    log.call(answered({"output": "1"}, "kept"))
    again = log.say("user", "Try this")
    log.call(answered({"output": "2"}, "left"))
    log.add({"$rewindTo": again["id"]})
    log.add({"$rewindTo": "nobody-knows-it"})
    log.say("user", "Try that")
    log.call(answered({"output": "3"}, "new"))
    assert [(step.call, step.left) for step in read(log).steps] == [
        ("kept", False),
        ("left", True),
        ("new", False),
    ]


def test_what_follows_a_rewind_does_not_go_on_with_what_was_left(read, log):
    log.say("user", "First task")
    again = log.say("user", "Try this")
    log.call(answered({"output": "2"}, "left"))
    log.add({"$rewindTo": again["id"]})
    log.say("user", "ok, go ahead")
    log.call(answered({"output": "3"}, "new"))
    first, left, new = read(log).episodes
    assert (left.prompt, new.prompt) == ("Try this", "ok, go ahead")
    assert first.next_prompt == "ok, go ahead"
    assert [step.left for episode in (left, new) for step in episode.steps] == [True, False]


def test_one_may_go_back_again_to_before_what_one_went_back_behind(read, log):
    first = log.say("user", "First task")
    log.call(answered({"output": "1"}, "one"))
    second = log.say("user", "Second task")
    log.call(answered({"output": "2"}, "two"))
    log.add({"$rewindTo": second["id"]})
    log.say("user", "Third task")
    log.call(answered({"output": "3"}, "three"))
    log.add({"$rewindTo": first["id"]})
    log.say("user", "Fourth task")
    log.call(answered({"output": "4"}, "four"))
    assert [step.left for step in read(log).steps] == [True, True, True, False]


@pytest.mark.parametrize(
    ("call", "status", "observation"),
    [
        (answered({"output": "text"}), "ok", "text"),
        (answered({"error": "File not found"}, status="error"), "error", "File not found"),
        (tool(result="plain text"), "ok", "plain text"),
        (tool(result=None, resultDisplay="shown"), "ok", "shown"),
        (tool(result=None, status="error", resultDisplay={"fileDiff": "x"}), "error", ""),
        (answered({"llmContent": 1}), "ok", '{"llmContent": 1}'),
        (shell("Output: 1 failed\nExit Code: 1\nProcess Group PGID: 7"), "error", "Exit code 1\n1 failed"),
        (shell("Output: done\nProcess Group PGID: 7"), "ok", "done"),
        (shell("Output: (empty)\nSignal: SIGKILL\nProcess Group PGID: 7"), "error", ""),
        (
            shell(
                "Command: a\nb\nDirectory: (root)\nOutput: x\nError: (none)\nExit Code: 0\nSignal: 0\n"
                "Background PIDs: (none)\nProcess Group PGID: 7"
            ),
            "ok",
            "x",
        ),
        (
            shell("Output: Exit Code: 1\nin the middle\nProcess Group PGID: 7"),
            "ok",
            "Exit Code: 1\nin the middle",
        ),
        (shell("Output: x\nError: spawn failed\nProcess Group PGID: 7"), "error", "x\nspawn failed"),
        (shell("Command was cancelled by user before it could complete."), "interrupted", None),
        (shell("Command was automatically cancelled because it exceeded the timeout"), "error", None),
    ],
)
def test_a_failure_is_told_in_many_ways(read, log, call, status, observation):
    log.say("user", "Do something")
    log.call(call)
    (step,) = read(log).steps
    assert step.status == status
    assert observation is None or step.observation == observation


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        ("User did not allow tool call", "rejected"),
        ("User denied execution.", "rejected"),
        ("User cancelled tool execution.", "interrupted"),
        ("Tool call cancelled by user.", "interrupted"),
        ("Another call failed", "cancelled"),
    ],
)
def test_the_reason_tells_what_a_cancelled_call_was(read, log, reason, status):
    log.say("user", "Do something")
    log.call(answered({"error": f"[Operation Cancelled] Reason: {reason}"}, status="cancelled"))
    assert [step.status for step in read(log).steps] == [status]


@pytest.mark.parametrize("status", ["validating", "scheduled", "executing", "awaiting_approval"])
def test_a_call_that_nobody_saw_the_end_of_is_unfinished_until_it_is_answered(read, log, status):
    log.say("user", "Do something")
    log.call(tool(status=status))
    assert [step.status for step in read(log).steps] == ["unfinished"]
    log.say("user", [{"functionResponse": {"id": "call-1", "response": {"output": "late"}}}])
    reading = read(log)
    assert [(step.status, step.observation) for step in reading.steps] == [("ok", "late")]
    assert len(reading.episodes) == 1


def test_a_cancelled_request_is_an_interruption_and_other_notices_are_none(read, log):
    log.say("user", "Do something long")
    log.say("info", "Gemini CLI update available!")
    assert read(log).episodes[0].interrupted is False
    log.say("info", "Request cancelled.")
    log.say("warning", "careful")
    log.say("error", "[API Error: quota]")
    reading = read(log)
    assert (reading.episodes[0].interrupted, reading.tally.drift) == (True, {})


def test_calls_and_answers_that_stand_in_the_contents_are_read(read, log):
    log.say("user", "Do something")
    log.say(
        "gemini", [{"text": "So."}, {"functionCall": {"id": "f1", "name": "glob", "args": {"pattern": "*"}}}]
    )
    log.say("user", [{"functionResponse": {"id": "f1", "response": {"error": "no"}}}])
    assert [(step.tool, step.status, step.observation) for step in read(log).steps] == [
        ("glob", "error", "no")
    ]


def test_a_call_written_down_with_its_answer_took_nobody_knows_how_long(read, log):
    log.say("user", "Do something")
    log.call(answered({"output": "x"}, timestamp=iso(log.at + 10_000)))
    log.call(answered({"output": "x"}, "call-2", timestamp=iso(log.at + 13_000)))
    assert [step.seconds for step in read(log).steps] == [None, 3.0]


def test_a_long_result_is_cut_and_its_exit_code_still_seen(read, log):
    log.say("user", "Do the work")
    log.call(shell("Output: " + ("x" * 99 + "\n") * 3_000 + "end\nExit Code: 3\nProcess Group PGID: 7"))
    (step,) = read(log).steps
    assert (step.status, step.cut) == ("error", True)
    assert step.observation.startswith("Exit code 3\nxxx")
    assert step.observation.endswith("xxx\nend")
    assert limits.size(step.observation) <= limits.OBSERVATION_BYTES
