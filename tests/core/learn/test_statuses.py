import pytest

from tacit.core.learn.commands import parse
from tacit.core.learn.statuses import settle

MISE = "Exit code 1\n[fmt] $ gofmt -w .\n[lint] $ golangci-lint run\n[lint] ERROR task failed\n1 issues:"


@pytest.mark.parametrize(
    ("command", "status", "output", "expected"),
    [
        ("make test", "ok", "", ["ok"]),
        ("make test", "error", "Exit code 2", ["failed"]),
        ("a && b && c", "ok", "", ["ok", "ok", "ok"]),
        ("mise run fmt && mise run lint", "error", MISE, ["ok", "failed"]),
        ("mise run lint && mise run test", "error", MISE, ["failed", "skipped"]),
        ("a && b && c", "error", "Exit code 1\noops", ["unknown", "unknown", "unknown"]),
        ("cat x && make", "error", "Exit code 1\ncat: x: No such file", ["failed", "skipped"]),
        ("git add . && git commit -m x", "error", "Exit code 128\nfatal: no", ["failed", "skipped"]),
        (
            "nope && make",
            "error",
            "Exit code 127\n/bin/bash: line 1: nope: command not found",
            ["failed", "skipped"],
        ),
        ("go test ./... && git push", "error", "Exit code 1\nok  \ta/b\t0.1s\nx", ["ok", "failed"]),
        ("pytest && npm run build", "error", "=== 1 failed, 2 passed in 1s ===", ["failed", "skipped"]),
        ("go build ./... && golangci-lint run", "error", "a.go:1:2: x (revive)\n1 issues:", ["ok", "failed"]),
        ("pytest | tail -3", "ok", "3 passed in 0.1s", ["ok"]),
        ("pytest | tail -3", "ok", "1 failed, 3 passed in 0.1s", ["failed"]),
        ("pytest | tail -3", "ok", "nothing to see", ["unknown"]),
        ("go test ./... | head -2", "ok", "ok  \ta\t0.1s\nok  \tb\t0.1s", ["unknown"]),
        ("mise run fmt && mise run lint 2>&1 | tail -20", "ok", "0 issues.", ["ok", "ok"]),
        ("git log | head", "ok", "FAIL\n3 passed", ["unknown"]),
        ("pytest; ls", "ok", "x", ["unknown", "ok"]),
        ("pytest; ls", "error", "Exit code 1", ["unknown", "failed"]),
        ("a || b", "ok", "", ["unknown", "unknown"]),
        ("a || b", "error", "Exit code 1", ["failed", "failed"]),
        ("a || b && c", "ok", "", ["unknown", "unknown", "ok"]),
        ("a && b || true", "ok", "", ["unknown", "unknown", "unknown"]),
        ("pytest -q; pytest -x", "ok", "3 passed", ["unknown", "ok"]),
        ("make test &", "ok", "", ["unknown"]),
        ("! grep x f", "ok", "", ["unknown"]),
        ("if true; then make test; fi", "ok", "", ["unknown", "unknown"]),
        ('make test; echo "exit: $?"', "ok", "x\nexit: 2", ["failed", "ok"]),
        ('make test; echo "exit: $?"', "ok", "x\nexit: 0", ["ok", "ok"]),
        ("make test | tail; echo ${PIPESTATUS[0]}", "ok", "x\n1", ["failed", "ok"]),
        ("a && b", "rejected", "", ["skipped", "skipped"]),
        ("a && b", "cancelled", "", ["skipped", "skipped"]),
        ("a && b", "interrupted", "", ["unknown", "unknown"]),
        ("a && b", "unfinished", "", ["unknown", "unknown"]),
        (
            "set -e\nmake lint\nmake test",
            "error",
            "make: *** [Makefile:3: lint] Error 1",
            ["failed", "skipped"],
        ),
    ],
)
def test_parts_end_as_the_transcript_shows(command, status, output, expected):
    assert settle(parse(command), status, output) == expected


def test_a_hook_that_refuses_a_commit_is_named_by_its_output():
    output = "ruff check......Passed\nruff format.....Failed\n- hook id: ruff-format\n- exit code: 1"
    assert settle(parse("git add -A && git commit -m x"), "error", output) == ["ok", "failed"]
