"""What vouches for an end, what speaks against it, what was made, and by which known patterns."""

import pytest
from msgspec.structs import replace

from tacit.core.learn.reflection import reflect
from tacit.core.model import Evidence, Outcome, Pattern, Use

ROOT = "/home/dev/app"
A = f"{ROOT}/a.go"
DENIED = (
    "The tool use was rejected. To tell you how to proceed, the user said:\ntoo slow, run unit tests only."
)


def test_a_rejection_is_told_in_the_words_of_the_person(said):
    found = said("improvements", ("Bash", "mise run test:ci", DENIED, "rejected"), ("Bash", "ls"))
    assert found[0] == "The person turned down `mise run test:ci`: “too slow, run unit tests only” (step 1)."


def test_a_rejection_keeps_no_hash_of_a_secret(said):
    words = "the user said:\nuse [REDACTED:github:0123abcd] here"
    assert (
        "“use [REDACTED:github] here”"
        in said("improvements", ("Bash", "ls", words, "rejected"), ("Bash", "ls"))[0]
    )


def test_edits_that_nothing_ran_after(said):
    assert said("improvements", ("Edit", A), ("Bash", "git status")) == [
        "An edit of a.go was the last change, and no test, build or lint ran after it (step 1)."
    ]


def test_a_check_whose_end_is_hidden(said):
    assert said("improvements", ("Edit", A), ("Bash", "pytest -q | tail -1", "done")) == [
        "How `pytest` ended after the last edit cannot be told from its output (step 2)."
    ]


def test_what_speaks_against_the_judgement(said):
    passed = (("Edit", A), ("Bash", "pytest -q", "3 passed in 0.1s"))
    assert said("improvements", *passed, next_prompt="no, that is wrong") == [
        "Judged a success by a test, yet the next prompt corrects it: “no” (step 2)."
    ]
    assert said("improvements", *passed) == []


def test_a_mark_against_the_tests_names_both(steps, episode):
    made = steps(("Edit", A), ("Bash", "pytest -q", "3 passed in 0.1s"))
    built = episode(made)[1]
    evidence = (Evidence("mark", "failure", "a person marked it"), *built.outcome.evidence)
    marked = replace(built, outcome=Outcome("failure", 0.0, "mark", evidence))
    assert [one.text for one in reflect(marked, made).improvements] == [
        "Judged a failure by a person, yet pytest passed",
    ]


def test_a_test_that_failed_at_the_very_end_is_told_once(steps, episode):
    made = steps(("Edit", A), ("Bash", "pytest -q", "E   KeyError: 'a'\n1 failed in 0.1s", "error"))
    built = episode(made)[1]
    assert [one.source for one in built.outcome.evidence] == ["test", "tail"]
    evidence = (Evidence("mark", "success", "a person marked it"), *built.outcome.evidence)
    marked = replace(built, outcome=Outcome("success", 1.0, "mark", evidence))
    told = [one.text for one in reflect(marked, made).improvements if "yet pytest failed" in one.text]
    assert told == ["Judged a success by a person, yet pytest failed: KeyError: <name>"]


def test_what_was_made_is_a_success(said):
    found = said(
        "successes",
        ("Write", f"{ROOT}/a_test.go"),
        ("Bash", "go test ./a -cover", "ok  \ta\t0.1s\tcoverage: 81.2% of statements"),
        ("Bash", "git commit -m 'test: a'", "[main 1a2b3c4] test: a"),
        ("Bash", "gh pr create --fill", "https://github.com/o/n/pull/3"),
    )
    assert found == [
        "Opened https://github.com/o/n/pull/3 (step 4).",
        "Committed 1a2b3c4 “test: a” (step 3).",
        "After the last edit `go test` went well (step 2).",
        "Tests were written in a_test.go (step 1).",
        "Test coverage stands at 81.2 % (step 2).",
    ]


def test_no_failure_in_many_steps(said):
    reads = [("Read", f"{ROOT}/{n}.go") for n in range(3)]
    passed = ("Bash", "pytest -q", "3 passed in 0.1s")
    assert "No call failed in 5 steps (steps 1–5)." in said("successes", *reads, ("Edit", A), passed)
    failed = ("Read", A, "Error: File does not exist.", "error")
    assert not any("No call" in one for one in said("successes", *reads, failed, ("Edit", A), passed))


def pattern(kind, key, **fields):
    numbers = {
        "uses": 9,
        "judged": 8,
        "successes": 7,
        "failures": 1,
        "partial": 0,
        "episodes": 9,
        "sessions": 9,
    }
    times = {"first_used": 0, "last_used": 0, "learned_at": 0}
    return Pattern("p-" + "-".join(key), kind, " → ".join(key), key, **numbers, **times, **fields)


def test_a_known_recovery_helped_or_did_not(said):
    known = pattern("error_recovery", ("class", "edit refused", "read", "edit"))
    uses = [(known, Use(known.kind, known.key, result, 0, 1, 2)) for result in ("success", "failure")]
    name = "“class → edit refused → read → edit”"
    helped = f"The known recovery {name} helped, as in 7 of 8 judged uses (steps 1–2)."
    assert said("successes", ("Read", A), ("Read", A), known=uses) == [helped]
    assert said("improvements", ("Read", A), ("Read", A), known=uses) == [
        helped.replace("helped, as", "did not help this time; it did")
    ]


@pytest.mark.parametrize(
    ("verdict", "result", "kind", "proof"),
    [
        ("unproven", "success", "insights", ""),
        ("unproven", "failure", "insights", ""),
        ("helps", "success", "successes", " and it is proven to help"),
        ("harms", "failure", "improvements", " and it is proven to harm"),
        ("harms", "success", "insights", " and it is proven to harm"),
    ],
)
def test_a_known_routine_is_no_cause_without_a_verdict(said, verdict, result, kind, proof):
    known = pattern("tool_sequence", ("edit *.go", "lint"), verdict=verdict)
    uses = [(known, Use(known.kind, known.key, result, 0, 1, 2))]
    text = f"The known routine “edit *.go → lint” occurred; 7 of 8 judged uses ended well{proof} (steps 1–2)."
    assert said(kind, ("Read", A), ("Read", A), known=uses) == [text]


def test_the_commands_of_a_project_are_told_by_their_runs(said):
    known = pattern("heuristic", ("app", "test", "pytest"))
    uses = [(known, Use(known.kind, known.key, "failure", 0, 1, 1))]
    assert said("improvements", ("Read", A), known=uses) == []
