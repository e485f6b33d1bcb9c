"""Transcripts of Codex CLI, in every form in which it wrote them."""

from __future__ import annotations

import json

import pytest
from written_codex import Rollout, patch, ran

from tacit.core.learn.understand import command_of, understand
from tacit.core.readers.base import Source
from tacit.core.readers.codex.reader import CodexReader
from tacit.core.redaction import Redactor

NATIVE = "019b8d34-1111-7000-8000-00000000000a"
ROOT = "/home/dev/work/shop"
START = 1_767_607_200_000


class Reading:
    def __init__(self, path, *extra):
        self.transcript = CodexReader().read(Source(path, extra), Redactor(b"k" * 32))
        self.session = self.transcript.session
        self.episodes = list(self.transcript.episodes())
        self.tally = self.transcript.tally

    @property
    def steps(self):
        return [step for episode in self.episodes for step in episode.steps]

    @property
    def prompts(self):
        return [episode.prompt for episode in self.episodes]

    @property
    def ends(self):
        return [step.status for step in self.steps]


@pytest.fixture
def log():
    rollout = Rollout(START)
    rollout.meta(NATIVE, ROOT, {"branch": "main", "repository_url": "git@github.com:acme/shop.git"})
    return rollout


@pytest.fixture
def read(tmp_path):
    return lambda log, name="rollout-a.jsonl", end="\n": Reading(log.save(tmp_path / name, end))


def shell(log, key, output, **more):
    log.call(key, "exec_command", cmd="make test", **more)
    log.output(key, output)


def test_the_head_says_whose_session_it_is(log, read):
    log.prompt("Fix the login")
    log.line("turn_context", {"cwd": ROOT, "model": "gpt-5.2-codex"})
    log.line("turn_context", {"cwd": f"{ROOT}/web", "model": "gpt-5.2"})
    log.event("thread_name_updated", thread_id=NATIVE, thread_name="Login")
    session = read(log).session
    assert (session.agent, session.native, session.directory) == ("codex", NATIVE, ROOT)
    assert (session.repository, session.branch) == ("git@github.com:acme/shop.git", "main")
    assert (session.model, session.version, session.title) == ("gpt-5.2-codex", "0.118.0", "Login")
    assert (session.started, session.ended) == (START, START)


def test_a_prompt_stands_there_twice_and_is_told_once(log, read):
    for text in ("Fix the login", "Now the logout", "Fix the login"):
        log.prompt(text)
    assert read(log).prompts == ["Fix the login", "Now the logout", "Fix the login"]


def test_the_newest_form_tells_a_prompt_as_a_completed_item(log, read):
    content = [{"type": "text", "text": "Fix the login", "text_elements": []}]
    log.message("user", "Fix the login")
    log.event("item_completed", item={"type": "UserMessage", "id": "u1", "content": content})
    assert read(log).prompts == ["Fix the login"]


@pytest.mark.parametrize(
    "added",
    [
        "# AGENTS.md instructions for /home/dev\n\n<INSTRUCTIONS>\nbe nice\n</INSTRUCTIONS>",
        "<environment_context>\n  <cwd>/home/dev</cwd>\n</environment_context>",
        "<user_instructions>\n\nbe nice\n\n</user_instructions>",
        "<turn_aborted>\nThe user interrupted the previous turn on purpose.\n</turn_aborted>",
        "<skill>\n<name>pdf</name>\n</skill>",
        "<user_shell_command>\n<command>ls</command>\n</user_shell_command>",
        "<user_action>\n  <context>User initiated a review task.</context>\n</user_action>",
        '<something_new source="x">\nof a later version\n</something_new>',
        "Warning: apply_patch was requested via exec_command. Use the apply_patch tool instead.",
    ],
)
def test_what_codex_adds_in_the_users_name_is_no_prompt(added, log, read):
    log.message("user", added)
    log.message("user", added, "<environment_context>…</environment_context>")
    log.prompt("Fix the login")
    log.message("developer", "be quick")
    assert read(log).prompts == ["Fix the login"]


def test_what_a_person_wrapped_in_a_tag_is_a_prompt(log, read):
    log.prompt("<task>Fix the login</task>")
    assert read(log).prompts == ["<task>Fix the login</task>"]


def test_of_an_editors_prompt_the_request_is_the_prompt(log, read):
    log.prompt(
        "# Context from my IDE setup:\n\n## Open tabs:\n- a.py\n\n## My request for Codex:\nFix it all\n"
    )
    assert read(log).prompts == ["Fix it all"]


def test_a_picture_with_a_prompt_does_not_make_it_two(log, read):
    log.message("user", "<image name=[Image #1]>", "</image>", "Make it look like this")
    log.event("user_message", message="Make it look like this", images=["data:…"])
    assert read(log).prompts == ["Make it look like this"]


@pytest.mark.parametrize(
    ("output", "end", "text"),
    [
        (
            json.dumps({"output": "no rule\n", "metadata": {"exit_code": 2, "duration_seconds": 1.5}}),
            "error",
            "no rule\n",
        ),
        (json.dumps({"output": "fine\n", "metadata": {"exit_code": 0}}), "ok", "fine\n"),
        (
            "Exit code: 1\nWall time: 1.5 seconds\nTotal output lines: 9\nOutput:\nno rule\n",
            "error",
            "no rule\n",
        ),
        ("Exit code: 0\nWall time: 1.5 seconds\nOutput:\nfine\n", "ok", "fine\n"),
        (ran("no rule\n", 2), "error", "no rule\n"),
        (ran("fine\n"), "ok", "fine\n"),
        ("Wall time: 1.5 seconds\nProcess exited with code 1", "error", ""),
        ("exec command rejected by user", "rejected", "exec command rejected by user"),
        ("Wall time: 3.1 seconds\naborted by user", "interrupted", "aborted by user"),
        ("aborted by user after 3.1s", "interrupted", "aborted by user after 3.1s"),
        ("failed to parse function arguments: missing field `cmd`", "error", None),
        ("exec_command failed for `make`: CreateProcess { message: … }", "error", None),
        ({"content": "no rule", "success": False}, "error", "no rule"),
        ({"content": "fine", "success": True}, "ok", "fine"),
        ({"type": "input_text", "text": ran("no rule", 1)}, "error", "no rule"),
        (
            [{"type": "input_text", "text": "Exit code: 1\nOutput:\n"}, {"type": "input_text", "text": "no"}],
            "error",
            None,
        ),
        ([{"type": "input_text", "text": "a"}, {"type": "input_image", "image_url": "x"}], "ok", "a"),
        ('{"output": "x", "content": "y", "id": 7}', "ok", '{"output": "x", "content": "y", "id": 7}'),
        ('{"content": [{"type": "text", "text": "no issue"}], "isError": true}', "error", "no issue"),
        ('[{"type": "text", "text": "issue 7"}]', "ok", "issue 7"),
        ("Error: no such issue", "error", None),
        ("Error handling, a guide", "ok", None),
        (ran("the patch was rejected by user two, exec command rejected by user\n"), "ok", None),
        (None, "ok", ""),
        (7, "ok", ""),
    ],
)
def test_how_a_call_ended_is_read_in_every_encoding(output, end, text, log, read):
    log.prompt("Run the tests")
    shell(log, "c1", output)
    (step,) = read(log).steps
    assert step.status == end
    if text is not None:
        assert step.observation == text


def test_a_call_without_an_output_is_unfinished(log, read):
    log.prompt("Run the tests")
    log.call("c1", "exec_command", cmd="make")
    assert read(log).ends == ["unfinished"]


def test_an_event_says_how_a_call_ended_where_the_output_does_not(log, read):
    log.prompt("Run the tests")
    log.call("c1", "shell", command=["bash", "-lc", "make"])
    took = {"secs": 2, "nanos": 500_000_000}
    log.event("exec_command_end", call_id="c1", exit_code=2, duration=took, aggregated_output="no rule")
    log.output("c1", "no rule")
    log.call("c2", "mcp__tracker__close", id=7)
    log.event("mcp_tool_call_end", call_id="c2", result={"Ok": {"content": [], "isError": True}})
    log.output("c2", "there is no such issue")
    log.call("c3", "mcp__tracker__close", id=8)
    log.event("mcp_tool_call_end", call_id="c3", result={"Err": "user rejected MCP tool call"})
    steps = read(log).steps
    assert [(step.status, step.observation) for step in steps] == [
        ("error", "no rule"),
        ("error", "there is no such issue"),
        ("rejected", "user rejected MCP tool call"),
    ]
    assert steps[0].seconds == 2.5


def test_a_command_that_goes_on_ends_when_it_is_asked_for_again(log, read):
    log.prompt("Build it")
    going = "Chunk ID: a\nWall time: 1.0 seconds\nProcess running with session ID 42\nOutput:\n"
    shell(log, "c1", going + "compiling\n")
    for key, output in (("c2", going + "still\n"), ("c3", ran("1 failed\n", 2)), ("c4", ran("other\n"))):
        log.call(key, "write_stdin", session_id=42 if key != "c4" else 43, chars="")
        log.output(key, output)
    steps = read(log).steps
    assert [step.status for step in steps] == ["error", "ok", "ok", "ok"]
    assert steps[0].observation == "compiling\nstill\n1 failed\n"
    assert steps[0].seconds == 20.0


def test_a_command_that_nobody_saw_ending_is_unfinished(log, read):
    log.prompt("Serve it")
    shell(log, "c1", "Wall time: 1.0 seconds\nProcess running with session ID 42\nOutput:\nready\n")
    assert read(log).ends == ["unfinished"]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("shell", {"command": ["bash", "-lc", "make test"], "workdir": ROOT}),
        ("container.exec", {"command": ["/bin/zsh", "-lc", "make test"]}),
        ("shell_command", {"command": "make test"}),
        ("exec_command", {"cmd": "make test", "yield_time_ms": 1000}),
        ("shell", {"command": ["make", "test"]}),
    ],
)
def test_commands_are_understood_whatever_starts_them(name, arguments, log, read):
    log.prompt("Run the tests")
    log.call("c1", name, **arguments)
    (step,) = read(log).steps
    assert command_of(step.parameters) == "make test"
    assert understand(step, ROOT).kind == "shell"


def test_a_local_shell_call_is_a_command(log, read):
    log.prompt("Run the tests")
    action = {"type": "exec", "command": ["bash", "-lc", "make test"], "working_directory": ROOT}
    log.item("local_shell_call", id="lsh_1", call_id=None, status="completed", action=action)
    log.output("lsh_1", ran("fine"))
    (step,) = read(log).steps
    assert (command_of(step.parameters), step.status, step.call) == ("make test", "ok", "lsh_1")


def edits(reading):
    steps = [understand(step, ROOT) for step in reading.steps]
    return [(step.kind, step.target, step.status) for step in steps]


@pytest.mark.parametrize("way", ["custom", "function", "shell", "heredoc"])
def test_a_patch_is_on_its_file_whoever_applies_it(way, log, read):
    log.prompt("Fix it")
    text = patch("src/login.py", "a", "b")
    if way == "custom":
        log.custom("c1", text)
    elif way == "function":
        log.call("c1", "apply_patch", input=text)
    elif way == "shell":
        log.call("c1", "shell", command=["apply_patch", text])
    else:
        log.call("c1", "shell", command=["bash", "-lc", f"cd {ROOT} && apply_patch <<'EOF'\n{text}EOF\n"])
    log.output("c1", "Success. Updated the following files:\nM src/login.py\n", "custom_tool_call_output")
    assert edits(read(log)) == [("edit", "src/login.py", "ok")]


def test_a_patch_of_many_files_is_a_step_for_each(log, read):
    log.prompt("Fix it")
    log.line("turn_context", {"cwd": f"{ROOT}/web", "model": "m"})
    text = patch("a.py", "a", "b").replace("*** End Patch\n", "") + (
        "*** Add File: docs/b.md\n+new\n*** Delete File: /tmp/c.txt\n*** End Patch"
    )
    log.custom("c1", text)
    log.output("c1", '{"output":"Success.","metadata":{"exit_code":0}}', "custom_tool_call_output")
    log.custom("c2", text)
    log.output(
        "c2", "apply_patch verification failed: Failed to find b in docs/b.md", "custom_tool_call_output"
    )
    reading = read(log)
    assert edits(reading) == [
        ("edit", "web/a.py", "ok"),
        ("write", "web/docs/b.md", "ok"),
        ("edit", "/tmp/c.txt", "ok"),
        ("edit", "web/a.py", "cancelled"),
        ("write", "web/docs/b.md", "error"),
        ("edit", "/tmp/c.txt", "cancelled"),
    ]
    assert [step.call for step in reading.steps[:3]] == ["c1", "c1#2", "c1#3"]
    assert "new" in reading.steps[1].parameters
    assert "new" not in reading.steps[0].parameters
