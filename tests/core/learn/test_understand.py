import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.core.drafts import StepDraft
from tacit.core.learn.understand import understand


def said(step):
    return [(action.name, action.status) for action in step.actions]


@pytest.mark.parametrize(
    ("call", "kind", "actions", "target"),
    [
        (("Read", "/home/dev/app/a.go"), "read", [("read *.go", "ok")], "a.go"),
        (("Edit", "/home/dev/app/Makefile"), "edit", [("edit Makefile", "ok")], "Makefile"),
        (("Write", "/home/dev/app/a.py", "no", "error"), "write", [("write *.py", "failed")], "a.py"),
        (("Edit", "/home/dev/app/a.py", "no", "rejected"), "edit", [("edit *.py", "skipped")], "a.py"),
        (("Edit", "/home/dev/app/a.py", "", "unfinished"), "edit", [("edit *.py", "unknown")], "a.py"),
        (("Grep", "/home/dev/app/src"), "search", [("search", "ok")], "src"),
        (("WebFetch", "x"), "web", [("web", "ok")], None),
        (("Task", "x"), "agent", [("agent", "ok")], None),
        (("TodoWrite", "x"), "plan", [("plan", "ok")], None),
        (("AskUserQuestion", "x"), "ask", [("ask", "ok")], None),
        (("Skill", "x"), "other", [("tool Skill", "ok")], None),
        (("mcp__github__create_issue", "x"), "other", [("tool github create_issue", "ok")], None),
        (("mcp__fs__read_file", "x"), "read", [("read", "ok")], None),
        (("Bash", "cd x && make test"), "shell", [("make test", "ok")], None),
        (("Bash", "cd x"), "shell", [("cd", "ok")], None),
        (("Bash", ""), "shell", [("tool Bash", "ok")], None),
    ],
)
def test_a_call_becomes_actions(steps, call, kind, actions, target):
    step = steps(call)[0]
    assert (step.kind, said(step), step.target) == (kind, actions, target)


def test_a_rejection_is_no_error_and_a_failure_is(steps):
    rejected, cancelled, failed = steps(
        ("Edit", "/a", "no", "rejected"),
        ("Edit", "/a", "no", "cancelled"),
        ("Edit", "/a", "not unique", "error"),
    )
    assert rejected.error is None
    assert cancelled.error is None
    assert failed.error is not None
    assert failed.error.family == "edit refused"


def test_a_failure_behind_a_pipe_is_seen_where_the_command_has_a_verdict(steps):
    hidden, probe = steps(
        ("Bash", "go test ./... | tail", "--- FAIL: TestA\nFAIL"), ("Bash", 'ls x; echo "exit $?"', "exit 1")
    )
    assert hidden.error is not None
    assert hidden.error.family == "test failed"
    assert probe.error is None


def test_hashes_of_secrets_are_in_no_action_and_no_target(steps):
    read, ran = steps(
        ("Read", "/home/dev/app/[REDACTED:token:ab12]/a.go"), ("Bash", "bin/[REDACTED:token:ab12]")
    )
    assert read.target == "[REDACTED:token]/a.go"
    assert all("ab12" not in action.name for action in ran.actions)


@given(
    st.text(max_size=80), st.text(max_size=300), st.sampled_from(["Bash", "Edit", "Read", "mcp__x__y", ""])
)
def test_no_parameters_make_understanding_raise(parameters, output, tool):
    for status in ("ok", "error", "interrupted"):
        step = understand(StepDraft(1, "c", tool, parameters, output, status, 0), "/home/dev/app")
        assert step.actions


@pytest.mark.parametrize(
    "started", [{"run_in_background": True}, {"is_background": True}, {"async": True}, {"mode": "async"}]
)
def test_nobody_knows_how_a_command_ended_that_was_only_started(started):
    parameters = msgspec.json.encode({"command": "make serve"} | started).decode()
    step = understand(StepDraft(1, "c1", "bash", parameters, "started", "ok", 0), "/home/dev/app")
    assert said(step) == [("make serve", "unknown")]


@pytest.mark.parametrize(
    ("tool", "parameters", "kind", "target"),
    [
        ("grep_search", '{"pattern": "x", "dir_path": "/home/dev/app/src"}', "search", "src"),
        ("replace", '{"file_path": "/home/dev/app/a.py"}', "edit", "a.py"),
        ("powershell", '{"command": "ls"}', "shell", None),
        ("rg", '{"path": "/home/dev/app"}', "search", "."),
        ("codebase_investigator", "{}", "agent", None),
        ("report_intent", "{}", "plan", None),
        ("complete_task", "{}", "plan", None),
    ],
)
def test_tools_of_gemini_and_copilot_are_understood(tool, parameters, kind, target):
    step = understand(StepDraft(1, "c1", tool, parameters, "", "ok", 0), "/home/dev/app")
    assert (step.kind, step.target) == (kind, target)
