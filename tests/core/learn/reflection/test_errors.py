"""What failed, what got past it, and what failed again."""

ROOT = "/home/dev/app"
A, B = f"{ROOT}/a.go", f"{ROOT}/b.go"
UNREAD = "<tool_use_error>File has not been read yet. Read it first before writing to it.</tool_use_error>"
NOT_FOUND = "<tool_use_error>String to replace not found in file.</tool_use_error>"
REVIVE = "“exported func F should have comment (revive)”"
GONE = "“String to replace not found in file.”"
LINT = "Exit code 1\na.go:1:1: exported func F should have comment (revive)\n1 issues:"


def test_a_run_that_turned_names_its_error_and_what_was_done(said):
    found = said(
        "successes",
        ("Edit", A),
        ("Bash", "golangci-lint run", LINT, "error"),
        ("Edit", B),
        ("Edit", A),
        ("Bash", "golangci-lint run", "0 issues."),
    )
    assert found[0] == (
        f"`golangci-lint run` failed on {REVIVE} and passed after 2 edits of b.go and a.go (steps 2–5)."
    )
    assert found[1] == "After the last edit `golangci-lint run` went well (step 5)."


def test_a_run_that_passes_when_run_again_says_so(said):
    failed = ("Bash", "pytest -q", "Exit code 1\nFAILED a.py::b - TimeoutError", "error")
    found = said("successes", failed, ("Bash", "pytest -q", "3 passed in 0.1s"))
    assert found[0].startswith("`pytest` failed on")
    assert found[0].endswith("and passed when run again at step 2 (steps 1–2).")


def test_a_run_that_stays_red_is_an_improvement(said):
    found = said("improvements", ("Edit", A), ("Bash", "golangci-lint run", LINT, "error"))
    assert found[0] == (
        f"`golangci-lint run` failed on {REVIVE} and was not seen to pass afterwards (step 2)."
    )


def test_an_edit_refused_once_is_told_with_its_cure(said):
    calls = (("Edit", A, NOT_FOUND, "error"), ("Read", A), ("Edit", A))
    assert said("successes", *calls) == [
        f"An edit of a.go was refused with {GONE} and accepted after the file was read (steps 1–3)."
    ]
    assert not any("refused" in one for one in said("improvements", *calls))


def test_an_edit_that_was_never_made_is_an_improvement(said):
    calls = (("Edit", A, NOT_FOUND, "error"), ("Read", B))
    expected = f"An edit of a.go was refused with {GONE} and not tried again (step 1)."
    assert said("improvements", *calls) == [expected]


def test_the_same_refusal_again_and_again_is_said_once_with_its_end(said):
    calls = (
        ("Edit", A, NOT_FOUND, "error"),
        ("Read", A),
        ("Edit", A, NOT_FOUND, "error"),
        ("Write", A),
    )
    assert said("improvements", *calls)[0] == (
        f"2 edits of a.go were refused alike, with {GONE}; reading it in between did not help,"
        " writing the whole file did (steps 1–4)."
    )
    assert not any("refused" in one for one in said("successes", *calls))


def test_refusals_of_several_files_that_all_went_through(said):
    calls = (
        ("Edit", A, UNREAD, "error"),
        ("Edit", B, UNREAD, "error"),
        ("Read", A),
        ("Read", B),
        ("Edit", A),
        ("Edit", B),
    )
    assert said("improvements", *calls)[0].startswith(
        "2 edits of a.go and b.go were refused alike, with “File has not"
    )
    assert "; each was accepted later (steps 1–2)." in said("improvements", *calls)[0]


def test_a_file_read_on_a_guess(said):
    missing = ("Read", A, "Error: File does not exist.", "error")
    assert said("improvements", missing, ("Grep", ROOT)) == [
        "a.go was read on a guess; it does not exist, and a search came only afterwards (steps 1–2)."
    ]


def test_a_command_that_ended_badly_is_no_judgement(said):
    found = said(
        "insights",
        ("Bash", "./tool aaaa", "Exit code 1\nError: unknown command aaaa", "error"),
        ("Bash", "ls"),
    )
    assert found == ["`tool` ended with “Error: unknown command aaaa” (step 1)."]
