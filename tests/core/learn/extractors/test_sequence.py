from itertools import pairwise

from tacit.core.learn.extractors.runs import shadow
from tacit.core.learn.extractors.sequence import SequenceExtractor

READ, EDIT = ("Read", "/home/dev/app/a.go"), ("Edit", "/home/dev/app/a.go")
TEST, COMMIT = ("Bash", "make test"), ("Bash", "git commit -m x")


def found(steps, episode, calls, **fields):
    made = steps(*calls)
    _, built = episode(made, **fields)
    return {use.key: use for use in SequenceExtractor().extract(built, made)}


def test_every_distinct_sequence_counts_once_where_it_first_occurs(steps, episode):
    uses = found(steps, episode, [READ, EDIT, READ, EDIT])
    use = uses["read *.go", "edit *.go"]
    assert (use.first, use.last, use.at, use.result) == (1, 2, 99_000, "unknown")
    assert max(map(len, uses)) == 4


def test_immediate_repeats_are_one(steps, episode):
    uses = found(steps, episode, [READ, READ, EDIT, EDIT])
    assert set(uses) == {("read *.go", "edit *.go")}
    assert (uses["read *.go", "edit *.go"].first, uses["read *.go", "edit *.go"].last) == (1, 4)


def test_one_foreign_action_may_stand_at_one_place(steps, episode):
    uses = found(steps, episode, [READ, ("Bash", "ls"), EDIT, ("Bash", "pwd"), ("Grep", "x")])
    assert ("read *.go", "edit *.go") in uses
    assert ("read *.go", "ls", "edit *.go", "search") in uses
    assert ("read *.go", "edit *.go", "search") not in uses
    assert all(one != other for key in uses for one, other in pairwise(key))


def test_a_failed_action_is_another_action(steps, episode):
    uses = found(steps, episode, [READ, ("Edit", "/home/dev/app/a.go", "no", "error"), ("Grep", "x")])
    assert ("read *.go", "edit *.go failed") in uses


def test_what_did_not_happen_and_plans_are_no_actions(steps, episode):
    calls = [
        READ,
        ("Edit", "/home/dev/app/b.py", "", "rejected"),
        ("Bash", "ls", "", "interrupted"),
        ("TodoWrite", "x"),
        ("AskUserQuestion", "x"),
        ("Bash", "pwd", {"left": True}),
        ("Bash", "pwd", {"agent": "a", "parent": 1}),
        ("Bash", "make lint && make test", "make: *** [Makefile:1: lint] Error 1", "error"),
        ("Grep", "x"),
    ]
    assert {label for key in found(steps, episode, calls, label="success") for label in key} == {
        "read *.go",
        "make lint failed",
        "search",
    }


def test_the_evidence_and_its_shadow_are_left_out_and_part_what_stands_around_them(steps, episode):
    calls = [READ, EDIT, ("Bash", "git add ."), COMMIT, ("Bash", "ls"), ("Bash", "pwd")]
    assert set(found(steps, episode, calls)) == {("read *.go", "edit *.go"), ("ls", "pwd")}


def test_an_evidence_without_any_edit_shadows_all_before_it(steps, episode):
    made = steps(("Bash", "git diff"), ("Bash", "git add ."), COMMIT)
    _, built = episode(made)
    assert shadow(built, made) == {1, 2, 3}
    assert SequenceExtractor().extract(built, made) == []


def test_every_step_that_speaks_for_the_outcome_is_left_out(steps, episode):
    calls = [
        READ,
        EDIT,
        ("Bash", "pytest", "3 passed in 0.1s"),
        ("Bash", "git add ."),
        COMMIT,
        ("Bash", "ls"),
    ]
    assert set(found(steps, episode, calls)) == {("read *.go", "edit *.go")}


def test_no_step_is_left_out_where_none_was_the_evidence(steps, episode):
    made = steps(READ, EDIT)
    _, built = episode(made, next_prompt="thanks!")
    assert len(shadow(built, made)) == 0
    assert SequenceExtractor().extract(built, made)[0].result == "success"


def test_evidence_against_the_outcome_is_left_out_as_well(steps, episode):
    failing = ("Bash", "make test", "FAIL", "error")
    calls = [READ, EDIT, failing, ("Bash", "git add ."), COMMIT, ("Bash", "ls"), ("Bash", "pwd")]
    assert set(found(steps, episode, calls)) == {("read *.go", "edit *.go"), ("ls", "pwd")}


def test_no_sequence_reaches_across_a_cut(steps, episode):
    made = steps(READ, EDIT, ("Grep", "x"), ("Grep", "x"), READ, ("Bash", "ls"))
    _, built = episode(made)
    kept = made[:2] + made[4:]
    uses = SequenceExtractor().extract(built, kept)
    assert {use.key for use in uses} == {("read *.go", "edit *.go"), ("read *.go", "ls")}
