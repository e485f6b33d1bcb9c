# ruff: noqa: E501 - one case a line reads better
import pytest

from tacit.core.learn.outcome import MOST_RUNS, judge

EDIT = ("Edit", "/home/dev/app/a.go")
TEST = ("Bash", "go test ./...")
TEST_FAILED = ("Bash", "go test ./...", "Exit code 1\nFAIL", "error")
LINT = ("Bash", "make lint")
LINT_FAILED = ("Bash", "make lint", "Exit code 2", "error")
COMMIT = ("Bash", "git commit -m x")
REJECTED = ("Edit", "/home/dev/app/a.go", "The user doesn't want", "rejected")


@pytest.mark.parametrize(
    ("calls", "fields", "label", "source"),
    [
        ([EDIT, TEST], {}, "success", "test"),
        ([EDIT, TEST_FAILED], {}, "failure", "test"),
        ([EDIT, TEST_FAILED, TEST], {}, "success", "test"),
        ([EDIT, TEST, LINT_FAILED], {}, "success", "test"),
        ([EDIT, LINT_FAILED], {}, "failure", "build"),
        ([EDIT, LINT, COMMIT], {}, "success", "build"),
        ([TEST, EDIT], {}, "unknown", None),
        ([TEST_FAILED, EDIT, COMMIT], {}, "success", "commit"),
        ([EDIT, TEST_FAILED, COMMIT], {}, "failure", "test"),
        ([TEST, ("Bash", "ls")], {}, "success", "test"),
        ([EDIT, ("Bash", "go test ./... | tail", "ok  \ta\t0.1s")], {}, "success", "test"),
        ([EDIT, ("Bash", "go test ./... | tail", "...")], {}, "unknown", None),
        ([EDIT, TEST, ("Bash", "sed -i s/a/b/ a.go")], {}, "unknown", None),
        ([EDIT, ("Bash", "sed -i s/a/b/ a.go && go test ./...")], {}, "success", "test"),
        ([EDIT, ("Bash", "go test ./... && sed -i s/a/b/ a.go")], {}, "unknown", None),
        ([EDIT, TEST, ("Write", "/home/dev/.claude/plans/x.md")], {}, "success", "test"),
        ([EDIT, TEST], {"label": "failure"}, "failure", "label"),
        ([EDIT], {"next_prompt": "thanks!"}, "success", "prompt"),
        ([EDIT], {"followups": ("thanks",)}, "success", "prompt"),
        ([EDIT], {"next_prompt": "no, that's wrong", "followups": ("thanks",)}, "failure", "prompt"),
        ([EDIT], {"next_prompt": "please fix the parser"}, "failure", "prompt"),
        ([EDIT, COMMIT], {"next_prompt": "that's wrong"}, "success", "commit"),
        ([EDIT, REJECTED], {}, "failure", "rejection"),
        ([EDIT, REJECTED, ("Read", "/x", "", "cancelled")], {}, "failure", "rejection"),
        ([EDIT], {"interrupted": True}, "failure", "interruption"),
        ([EDIT, TEST, REJECTED], {}, "success", "test"),
        ([("Read", "/home/dev/app/a.go", "File does not exist.", "error")], {}, "failure", "tail"),
        ([("Read", "/home/dev/app/a.go", "File does not exist.", "error"), ("Grep", "a")], {}, "unknown", None),
        ([("Read", "/home/dev/app/a.go", "File does not exist.", "error")], {"answered": True}, "unknown", None),
        ([EDIT, REJECTED], {"answered": True}, "failure", "rejection"),
        ([EDIT], {"next_prompt": "now add docs"}, "unknown", None),
        ([], {}, "unknown", None),
    ],
)  # fmt: skip
def test_the_strongest_evidence_decides(steps, episode, calls, fields, label, source):
    made = steps(*calls)
    draft, _ = episode(made, **fields)
    outcome = judge(draft, made)
    assert (outcome.label, outcome.source) == (label, source)
    assert outcome.score == {"success": 1.0, "failure": 0.0, "unknown": None}[label]
    if source:
        assert outcome.evidence[0].source == source


def test_all_evidence_is_kept(steps, episode):
    made = steps(EDIT, TEST, LINT, COMMIT, REJECTED)
    _, built = episode(made, next_prompt="that's wrong")
    assert [one.source for one in built.outcome.evidence] == [
        "test",
        "build",
        "commit",
        "prompt",
        "rejection",
    ]
    assert [one.step for one in built.outcome.evidence] == [2, 3, 4, None, 5]


def test_of_very_many_runs_the_newest_of_each_kind_are_kept(steps, episode):
    made = steps(EDIT, TEST, *[LINT_FAILED] * (MOST_RUNS + 5))
    draft, _ = episode(made)
    found = judge(draft, made)
    assert (found.label, found.source) == ("success", "test")
    assert [one.source for one in found.evidence].count("build") == MOST_RUNS
    assert max(one.step for one in found.evidence if one.source == "build") == MOST_RUNS + 7


def test_sub_agents_and_left_branches_are_no_evidence(steps, episode):
    made = steps(EDIT, (*TEST_FAILED, {"agent": "a", "parent": 1}), (*TEST_FAILED, {"left": True}), TEST)
    assert episode(made)[1].outcome.label == "success"


def test_an_edit_of_a_sub_agent_after_the_test_takes_its_word_away(steps, episode):
    made = steps(TEST, ("Task", "go"), (*EDIT, {"agent": "a", "parent": 2}))
    assert episode(made)[1].outcome.label == "unknown"
