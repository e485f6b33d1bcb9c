"""Figures as the tools print them."""

import pytest

from tacit.core.learn.measures import coverage_of, lint_warnings_of
from tacit.core.model import Figure

PYTEST = "Name  Stmts  Miss  Cover\n-----\na.py     10     2    80%\nTOTAL    10     2    80%\n3 passed"
BRANCHES = "TOTAL        120     12     30      4    87.5%"
JEST = (
    "----------|---------|----------|---------|---------|---\n"
    "File      | % Stmts | % Branch | % Funcs | % Lines | Uncovered\n"
    "All files |   91.66 |       50 |     100 |   90.90 |\n"
    " a.ts     |   91.66 |       50 |     100 |   90.90 | 4"
)
SUMMARY = "Statements   : 81.25% ( 13/16 )\nBranches     : 50% ( 1/2 )\nLines        : 80% ( 12/15 )"
LLVM = "TOTAL     100   20  80.00%   10   1  90.00%   50   5  91.50%   0   0   -"
ONE = "ok  \texample.com/a\t0.1s\tcoverage: 81.2% of statements"
TWO = f"{ONE}\nok  \texample.com/b\t0.1s\tcoverage: 11.0% of statements"


@pytest.mark.parametrize(
    ("command", "output", "value"),
    [
        ("pytest --cov", PYTEST, 80.0),
        ("pytest --cov --cov-branch", BRANCHES, 87.5),
        ("pytest --cov", "Required test coverage of 80% reached. Total coverage: 93.45%", 93.45),
        ("coverage report", PYTEST, 80.0),
        ("go test ./a -cover", ONE, 81.2),
        ("go test ./... -cover", TWO, None),
        ("go tool cover -func=c.out", "a.go:3:\tF\t100.0%\ntotal:\t(statements)\t81.2%", 81.2),
        ("npx jest --coverage", JEST, 91.66),
        ("npx jest --coverage", "\x1b[32mAll files\x1b[0m |   70 |  50 | 100 |  90 |", 70.0),
        ("npx nyc report", SUMMARY, 81.25),
        ("cargo tarpaulin", "|| Tested/Total Lines:\n85.71% coverage, 6/7 lines covered", 85.71),
        ("cargo llvm-cov", LLVM, 91.5),
        ("pytest -q", "3 passed in 0.1s", None),
        ("pytest -q", "TOTAL  10  2  999%", None),
    ],
)
def test_coverage_as_runners_print_it(steps, command, output, value):
    found = coverage_of(steps(("Bash", command, output)))
    assert found == (None if value is None else Figure(value, 1))


@pytest.mark.parametrize(
    ("command", "output", "value"),
    [
        ("golangci-lint run", "0 issues.", 0),
        ("golangci-lint run", "a.go:1:1: bad (revive)\n3 issues:\n* revive: 3", 3),
        ("mise run lint", "[lint] $ golangci-lint run ./...\n0 issues.", 0),
        ("ruff check .", "All checks passed!", 0),
        ("ruff check .", "a.py:1:1: F401\nFound 1 error.\n[*] 1 fixable", 1),
        ("ruff check --fix", "Found 5 errors (2 fixed, 3 remaining).", 3),
        ("npx eslint .", "\n✖ 5 problems (2 errors, 3 warnings)\n", 5),
        ("npx eslint .", "", None),
        (
            "cargo clippy",
            'warning: `a` (lib) generated 2 warnings\nwarning: `b` (bin "b") generated 1 warning',
            3,
        ),
        ("cargo clippy", "    Finished `dev` profile in 0.1s", None),
    ],
)
def test_warnings_as_linters_print_them(steps, command, output, value):
    found = lint_warnings_of(steps(("Bash", command, output)))
    assert found == (None if value is None else Figure(value, 1))


def test_the_last_one_wins_and_a_silent_run_changes_nothing(steps):
    made = steps(
        ("Bash", "pytest --cov", PYTEST),
        ("Bash", "pytest --cov", BRANCHES, "error"),
        ("Bash", "pytest -q", "3 passed"),
        ("Bash", "ruff check .", "Found 2 errors.", "error"),
        ("Bash", "ruff check .", "All checks passed!"),
    )
    assert coverage_of(made) == Figure(87.5, 2)
    assert lint_warnings_of(made) == Figure(0, 5)


@pytest.mark.parametrize(
    "call",
    [
        ("Bash", "cat coverage.txt", PYTEST),
        ("Bash", "pytest -q; cat coverage.txt", PYTEST),
        ("Bash", "git diff && pytest", PYTEST),
        ("Read", "/home/dev/app/coverage.txt", PYTEST),
        ("Bash", "pytest --cov", PYTEST, "rejected"),
        ("Bash", "pytest --cov", PYTEST, "ok", {"left": True}),
        ("Bash", "pytest --cov", PYTEST, "ok", {"agent": "sub", "parent": 1}),
    ],
)
def test_what_was_only_read_or_did_not_run_is_no_figure(steps, call):
    assert coverage_of(steps(call)) is None
