# ruff: noqa: E501 - one case a line reads better
import pytest

from tacit.core.learn.extractors.recovery import RecoveryExtractor

A, B, ELSEWHERE = "/home/dev/app/a.go", "/home/dev/app/b.go", "/home/dev/app/x/a.go"
REFUSED = ("Edit", A, "String to replace not found in file.", "error")
EDIT = ("Edit", A)
READ = ("Read", B)
LINT_FAILED = ("Bash", "make lint", "Exit code 2\na.go:1:2: bad (revive)", "error")


def rows(steps, episode, calls, level="class", **fields):
    made = steps(*calls)
    _, built = episode(made, **fields)
    uses = RecoveryExtractor().extract(built, made)
    return [(*use.key[1:], use.result, use.first, use.last) for use in uses if use.key[0] == level]


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        ([REFUSED, ("Read", A), EDIT], [("edit refused", "read", "edit", "success", 1, 3)]),
        ([REFUSED, EDIT], [("edit refused", "edit", "edit", "success", 1, 2)]),
        ([REFUSED, ("Write", A)], [("edit refused", "write", "edit", "success", 1, 2)]),
        ([REFUSED, READ, ("Edit", ELSEWHERE)], [("edit refused", "read", "edit", "success", 1, 3)]),
        ([REFUSED, READ, ("Edit", B)], [("edit refused", "read", "edit", "failure", 1, 2)]),
        ([REFUSED, *[READ] * 7, EDIT], [("edit refused", "read", "edit", "success", 1, 9)]),
        ([REFUSED, *[READ] * 8, EDIT], [("edit refused", "read", "edit", "failure", 1, 2)]),
        ([REFUSED, ("Bash", "sed -i s/a/b/ a.go")], [("edit refused", "sed -i", "edit", "failure", 1, 2)]),
        ([REFUSED, ("TodoWrite", "x"), READ, EDIT], [("edit refused", "read", "edit", "success", 1, 4)]),
        ([REFUSED, ("Bash", "ls | head"), READ, EDIT], [("edit refused", "read", "edit", "success", 1, 4)]),
        ([REFUSED], []),
        ([REFUSED, REFUSED], []),
        ([REFUSED, READ, ("Edit", A, "", "rejected"), *[READ] * 8], [("edit refused", "read", "edit", "unknown", 1, 2)]),
        ([LINT_FAILED, EDIT, ("Bash", "make lint")], [("lint failed", "edit", "lint", "success", 1, 3)]),
        ([LINT_FAILED, EDIT, ("Bash", "make fmt && make lint")], [("lint failed", "edit", "lint", "success", 1, 3)]),
        ([LINT_FAILED, EDIT, ("Bash", "make lint | tail", "?")], [("lint failed", "edit", "lint", "unknown", 1, 2)]),
        ([LINT_FAILED, READ, EDIT, ("Bash", "make test")], [("lint failed", "read", "lint", "failure", 1, 2)]),
        ([("Bash", "oops", "Exit code 1\nwhat", "error"), READ], []),
        ([("Edit", A, "no", "rejected"), READ, EDIT], []),
        ([("Edit", A, "no", "cancelled"), READ, EDIT], []),
    ],
)  # fmt: skip
def test_what_left_an_error_behind(steps, episode, calls, expected):
    assert rows(steps, episode, calls) == expected


def test_the_exact_row_holds_the_line(steps, episode):
    assert rows(steps, episode, [REFUSED, ("Read", A), EDIT], "exact") == [
        ("String to replace not found in file.", "read", "edit", "success", 1, 3)
    ]
    other = [("Bash", "oops", "Exit code 1\nwhat now", "error"), READ]
    assert rows(steps, episode, other, "exact") == [("what now", "read", "oops", "failure", 1, 2)]


def test_a_retry_that_helped_is_no_recovery(steps, episode):
    failed = (*LINT_FAILED, {"unique": 0})
    assert rows(steps, episode, [failed, ("Bash", "make lint", {"unique": 0}), EDIT]) == []


def test_the_same_call_again_is_not_what_recovered(steps, episode):
    failed = (*LINT_FAILED, {"unique": 0})
    again = ("Bash", "make lint", {"unique": 0})
    assert rows(steps, episode, [failed, EDIT, again]) == [("lint failed", "edit", "lint", "success", 1, 3)]


def test_nobody_knows_when_the_person_stopped_it(steps, episode):
    assert rows(steps, episode, [REFUSED, READ], interrupted=True)[0][3] == "unknown"


def test_a_sub_agent_is_a_sequence_of_its_own(steps, episode):
    mine = {"agent": "a", "parent": 1}
    calls = [("Task", "x"), (*REFUSED, mine), EDIT, ("Read", A, mine), (*EDIT, mine)]
    assert rows(steps, episode, calls) == [("edit refused", "read", "edit", "success", 2, 5)]


def test_a_left_branch_feeds_nothing(steps, episode):
    assert rows(steps, episode, [(*REFUSED, {"left": True}), ("Read", A), EDIT]) == []


def test_a_call_made_before_the_error_was_told_answers_nothing(steps, episode):
    refused = (*REFUSED, {"seconds": 1.5})
    calls = [refused, ("Edit", B), READ, EDIT]
    assert rows(steps, episode, calls) == [("edit refused", "read", "edit", "success", 1, 4)]
    calls = [refused, EDIT, READ, ("Edit", B)]
    assert rows(steps, episode, calls) == [("edit refused", "read", "edit", "failure", 1, 3)]


def test_the_same_command_described_otherwise_is_the_same_call(steps, episode):
    again = ("Bash", "make lint", "0 issues.")
    assert rows(steps, episode, [LINT_FAILED, again]) == []
    assert rows(steps, episode, [LINT_FAILED, EDIT, again])[0][:4] == (
        *("lint failed", "edit", "lint"),
        "success",
    )


def test_of_a_compound_that_failed_nobody_knows_where_nothing_is_learned(steps, episode):
    compound = ("Bash", "go build -o /tmp/x . && /tmp/x go", "unknown command: go", "error")
    assert rows(steps, episode, [compound, READ, ("Bash", "go build")]) == []


def test_what_was_done_in_a_cut_nobody_knows(steps, episode):
    made = steps(REFUSED, *[READ] * 12, EDIT)
    _, built = episode(made)
    uses = RecoveryExtractor().extract(built, [*made[:4], made[-1]])
    assert {(use.key[2], use.result, use.last) for use in uses} == {("read", "unknown", 2)}
