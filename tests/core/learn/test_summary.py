import pytest

from tacit.core.learn.reflection import reflect
from tacit.core.learn.summary import first_sentence, summarise

A = "/home/dev/app/a.go"
LINT = "Exit code 1\na.go:1:1: exported func F should have comment (revive)\n1 issues:"


@pytest.mark.parametrize(
    ("prompt", "sentence"),
    [
        ("fix the parser. It is broken.", "fix the parser."),
        ("fix the parser, e.g. the head. Now.", "fix the parser, e.g. the head."),
        ("update go to 1.25.6 please", "update go to 1.25.6 please"),
        ("Low Severity\n\nThe error is wrapped twice.", "The error is wrapped twice."),
        ("Do this plan:\n\n# Fix main.go\nMore", "Do this plan: Fix main.go"),
        ("there is some feedback to address:", "there is some feedback to address"),
        ("• running goreleaser\n  error=\n  │ failed to load the file", "failed to load the file"),
        ("use [REDACTED:github:0123abcd] here", "use [REDACTED:github] here"),
        ("go", "go"),
        ("", ""),
        ("word " * 100, ("word " * 40).strip() + "…"),
    ],
)
def test_the_first_sentence_of_a_prompt(prompt, sentence):
    assert first_sentence(prompt) == sentence


def test_a_summary_is_the_task_the_outcome_and_the_two_strongest_remarks(steps, episode):
    made = steps(
        ("Edit", A, "<tool_use_error>String to replace not found in file.</tool_use_error>", "error"),
        ("Read", A),
        ("Edit", A),
        ("Bash", "golangci-lint run", LINT, "error"),
        ("Edit", A),
        ("Bash", "golangci-lint run", "0 issues."),
    )
    built = episode(made, prompt="add a comment to F. Thanks")[1]
    assert summarise(built, reflect(built, made)).text == (
        "add a comment to F. Success: golangci-lint run passed."
        " `golangci-lint run` failed on “exported func F should have comment (revive)”"
        " and passed after an edit of a.go (steps 4–6)."
        " An edit of a.go was refused with “String to replace not found in file.” and accepted after the file"
        " was read (steps 1–3)."
    )


def test_what_the_outcome_says_is_not_said_again(steps, episode):
    made = steps(("Edit", A), ("Bash", "pytest -q", "3 passed in 0.1s"))
    built = episode(made)[1]
    assert summarise(built, reflect(built, made)).text == (
        "please fix the parser. Success: pytest passed. Changed a.go (step 1)."
    )


def test_where_nobody_knows_it_says_so(steps, episode):
    built = episode(steps(("Read", A)), prompt="what is this?")[1]
    text = summarise(built, reflect(built, steps(("Read", A)))).text
    assert text == "what is this? Unknown: nothing tells how it ended."
