import pytest

from tacit.core.learn.extractors.custom import CustomExtractor
from tacit.core.patterns_file import Declared

READ, EDIT = ("Read", "/home/dev/app/pkg/a.go"), ("Edit", "/home/dev/app/pkg/a.go")
TEST, LINT = ("Bash", "mise run test"), ("Bash", "mise run lint", "a.go:1:1: unused (deadcode)", "error")
CALLS = [READ, EDIT, EDIT, LINT, ("Grep", "x"), EDIT, TEST, ("Bash", "git add .")]


def place(steps, episode, declared, calls=CALLS, **fields):
    made = steps(*calls)
    _, built = episode(made, **{"label": "success", **fields})
    uses = CustomExtractor([Declared("n", **declared)]).extract(built, made)
    assert len(uses) < 2
    return (uses[0].first, uses[0].last) if uses else None


@pytest.mark.parametrize(
    ("actions", "span"),
    [
        (("edit *.go", "mise run lint failed"), (2, 4)),
        (("edit *", "mise run lint"), None),
        (("edit *", "mise run lint*"), (2, 4)),
        (("edit *", "mise run test"), (6, 7)),
        (("read *", "...", "mise run test"), (1, 7)),
        (("read *", "edit *", "...", "edit *", "mise *", "...", "git add"), (1, 8)),
        (("read *", "edit *", "...", "edit *", "...", "edit *"), None),
        (("read *", "edit *", "...", "edit *", "mise *", "git ???"), (1, 8)),
        (("git add", "...", "read *"), None),
        (("run test",), None),
        (("*",), (1, 1)),
    ],
)
def test_actions_follow_each_other_and_dots_let_any_in_between(steps, episode, actions, span):
    assert place(steps, episode, {"actions": actions}) == span


@pytest.mark.parametrize(
    ("condition", "span"),
    [
        ({"tool": "shell"}, (4, 4)),
        ({"error": "lint failed"}, (4, 4)),
        ({"error": "test failed"}, None),
        ({"files": "*.go"}, (1, 1)),
        ({"files": "pkg", "tool": "edit"}, (2, 2)),
        ({"files": "*.rs"}, None),
        ({"actions": ("edit *", "mise *"), "error": "lint failed"}, (2, 4)),
        ({"actions": ("edit *", "mise run test"), "error": "lint failed"}, None),
        ({"tool": "shell", "project": "app", "language": "Go"}, (4, 4)),
        ({"tool": "shell", "project": "ap"}, None),
        ({"tool": "shell", "language": "python"}, None),
    ],
)
def test_conditions_hold_for_one_step_of_the_place_or_for_the_episode(steps, episode, condition, span):
    assert place(steps, episode, condition) == span


def test_a_use_is_judged_by_the_outcome_unless_it_was_chosen_by_it(steps, episode):
    made = steps(*CALLS)
    _, built = episode(made, label="failure")
    declared = [Declared("a", tool="shell"), Declared("b", tool="shell", outcome="failure")]
    uses = CustomExtractor([*declared, Declared("c", tool="shell", outcome="success")]).extract(built, made)
    assert [(use.key, use.result, use.at) for use in uses] == [
        (("a",), "failure", 99_000),
        (("b",), "unknown", 99_000),
    ]


def test_the_evidence_of_the_outcome_is_not_found(steps, episode):
    made = steps(READ, EDIT, TEST)
    _, built = episode(made)
    assert built.outcome.source == "test"
    assert CustomExtractor([Declared("n", actions=("mise run test",))]).extract(built, made) == []
