"""Fourteen episodes read by a person, and every pattern that person found in them.

A label is ``kind: part | part @ first-last``. They were written by the rules of ``docs/learning.md``
before the first run. Recoveries are labelled by class alone; the exact line goes with it.
"""

from __future__ import annotations

from typing import NamedTuple

from tacit.core.patterns_file import Declared

DECLARED = (Declared("mend at once", ("* failed", "edit *")),)


class Labelled(NamedTuple):
    """An episode as the helpers of the tests take it, and its labels."""

    name: str
    fields: dict[str, object]
    calls: tuple[tuple, ...]
    labels: str


def read(path: str, *rest: object) -> tuple:
    return ("Read", f"/home/dev/app/{path}", *rest)


def edit(path: str, *rest: object) -> tuple:
    return ("Edit", f"/home/dev/app/{path}", *rest)


def write(path: str, *rest: object) -> tuple:
    return ("Write", f"/home/dev/app/{path}", *rest)


def bash(command: str, *rest: object) -> tuple:
    return ("Bash", command, *rest)


UNREAD = "File has not been read yet. Read it first before writing to it."
GIVEN = {"label": "success"}

EPISODES = (
    Labelled(
        "an edit is refused, read, done; the test decides",
        {"prompt": "fix the parser"},
        (
            edit("src/parser.py", UNREAD, "error"),
            read("src/parser.py"),
            edit("src/parser.py"),
            bash("pytest -q", "3 passed in 0.10s"),
        ),
        """
        tool_sequence: edit *.py failed | read *.py @ 1-2
        tool_sequence: read *.py | edit *.py @ 2-3
        tool_sequence: edit *.py failed | read *.py | edit *.py @ 1-3
        tool_sequence: edit *.py failed | edit *.py @ 1-3
        decision_point: edit failed | read @ 1-2
        context: app | python | debugging | edit → explore @ 1-2
        error_recovery: class | edit refused | read | edit @ 1-3
        heuristic: app | test | pytest @ 4-4
        """,
    ),
    Labelled(
        "a commit decides",
        {"prompt": "add a flag to the command"},
        (
            ("Grep", "flags"),
            edit("main.go"),
            bash("git add -A && git commit -m 'Add a flag && run pytest'", "[main 1a2b3c4] Add a flag"),
        ),
        """
        tool_sequence: search | edit *.go @ 1-2
        context: app | go | code_generation | explore → edit @ 1-2
        """,
    ),
    Labelled(
        "a label from outside; the tests are an open part of it",
        {"prompt": "fix the failing case", **GIVEN},
        (
            read("src/lib.rs"),
            edit("src/lib.rs"),
            bash("cargo test", "assertion failed\ntest result: FAILED. 1 passed; 1 failed", "error"),
            edit("src/lib.rs"),
            bash("cargo test", "test result: ok. 2 passed"),
        ),
        """
        tool_sequence: read *.rs | edit *.rs @ 1-2
        tool_sequence: edit *.rs | cargo test failed @ 2-3
        tool_sequence: cargo test failed | edit *.rs @ 3-4
        tool_sequence: edit *.rs | cargo test @ 4-5
        tool_sequence: read *.rs | cargo test failed @ 1-3
        tool_sequence: cargo test failed | cargo test @ 3-5
        tool_sequence: read *.rs | edit *.rs | cargo test failed @ 1-3
        tool_sequence: edit *.rs | cargo test failed | edit *.rs @ 2-4
        tool_sequence: cargo test failed | edit *.rs | cargo test @ 3-5
        tool_sequence: read *.rs | cargo test failed | edit *.rs @ 1-4
        tool_sequence: edit *.rs | cargo test failed | cargo test @ 2-5
        tool_sequence: read *.rs | edit *.rs | cargo test failed | edit *.rs @ 1-4
        tool_sequence: edit *.rs | cargo test failed | edit *.rs | cargo test @ 2-5
        tool_sequence: read *.rs | cargo test failed | edit *.rs | cargo test @ 1-5
        tool_sequence: read *.rs | edit *.rs | cargo test failed | cargo test @ 1-5
        tool_sequence: read *.rs | edit *.rs | cargo test failed | edit *.rs | cargo test @ 1-5
        decision_point: cargo test failed | edit @ 3-4
        context: app | rust | debugging | explore → edit → test @ 1-3
        custom: mend at once @ 3-4
        error_recovery: class | test failed | edit | test @ 3-5
        heuristic: app | test | cargo test @ 3-3
        heuristic: app | test | cargo test @ 5-5
        """,
    ),
    Labelled(
        "two files are renamed in; the person is content",
        {"prompt": "rename Foo to Bar", "next_prompt": "Perfect, thanks."},
        (edit("pkg/a.go"), edit("pkg/b.go"), bash("gofmt -w .")),
        """
        tool_sequence: edit *.go | gofmt @ 1-3
        context: app | go | refactoring | edit → format @ 1-3
        file_group: app | pkg/a.go | pkg/b.go @ 1-2
        heuristic: app | format | gofmt @ 3-3
        """,
    ),
    Labelled(
        "the person rejects the first edit: all of it is what the outcome rests on",
        {"prompt": "fix the types"},
        (read("src/x.ts"), edit("src/x.ts", "", "rejected")),
        "",
    ),
    Labelled(
        "a heredoc and a quoted text are no commands",
        {"prompt": "note what to run", **GIVEN},
        (
            bash("cat > notes.md <<'EOF'\ngit push\npytest\nEOF"),
            bash('echo "run pytest && ruff check"'),
            bash("git status"),
        ),
        """
        tool_sequence: cat > | echo @ 1-2
        tool_sequence: echo | git status @ 2-3
        tool_sequence: cat > | echo | git status @ 1-3
        tool_sequence: cat > | git status @ 1-3
        """,
    ),
    Labelled(
        "a pipe hides how the test ended",
        {"prompt": "fix the loader", "label": "failure"},
        (edit("a.py"), bash("pytest -q | tail -3"), read("a.py")),
        """
        tool_sequence: edit *.py | pytest @ 1-2
        tool_sequence: pytest | read *.py @ 2-3
        tool_sequence: edit *.py | pytest | read *.py @ 1-3
        tool_sequence: edit *.py | read *.py @ 1-3
        context: app | python | debugging | edit → test → explore @ 1-3
        heuristic: app | test | pytest @ 2-2
        """,
    ),
    Labelled(
        "a read was sent off before the type check had answered",
        {"prompt": "fix the types", **GIVEN},
        (
            bash("mypy .", "a.py:1: error: Incompatible types", "error", {"seconds": 2.0}),
            read("a.py"),
            edit("a.py"),
        ),
        """
        tool_sequence: mypy failed | read *.py @ 1-2
        tool_sequence: read *.py | edit *.py @ 2-3
        tool_sequence: mypy failed | read *.py | edit *.py @ 1-3
        tool_sequence: mypy failed | edit *.py @ 1-3
        context: app | python | debugging | check → explore → edit @ 1-3
        error_recovery: class | build failed | edit | check @ 1-3
        heuristic: app | check | mypy @ 1-1
        """,
    ),
    Labelled(
        "a push is refused",
        {"prompt": "push it", **GIVEN},
        (
            bash("git push", "error: failed to push some refs to 'origin'", "error"),
            bash("git pull --rebase"),
            bash("git push"),
        ),
        """
        tool_sequence: git push failed | git pull @ 1-2
        tool_sequence: git pull | git push @ 2-3
        tool_sequence: git push failed | git pull | git push @ 1-3
        tool_sequence: git push failed | git push @ 1-3
        decision_point: git push failed | git pull @ 1-2
        """,
    ),
    Labelled(
        "a compound fails at its first part, then passes whole",
        {"prompt": "fix the imports"},
        (
            edit("m.py"),
            bash("ruff check . && pytest -q", "F401 `os` imported but unused\nFound 2 errors.", "error"),
            edit("m.py"),
            bash("ruff check . && pytest -q", "All checks passed!\n3 passed in 0.10s"),
        ),
        """
        tool_sequence: edit *.py | ruff check failed @ 1-2
        tool_sequence: ruff check failed | edit *.py @ 2-3
        tool_sequence: edit *.py | ruff check failed | edit *.py @ 1-3
        decision_point: ruff check failed | edit @ 2-3
        context: app | python | debugging | edit → lint @ 1-2
        custom: mend at once @ 2-3
        error_recovery: class | lint failed | edit | lint @ 2-4
        heuristic: app | lint | ruff check @ 2-2
        heuristic: app | lint | ruff check @ 4-4
        heuristic: app | test | pytest @ 4-4
        """,
    ),
    Labelled(
        "a sub-agent works on its own, and one edit was taken back",
        {"prompt": "add the cache", **GIVEN},
        (
            ("Task", "look around"),
            read("a.go", "", "ok", {"agent": "x", "parent": 1}),
            bash("go test ./...", "ok  \tapp\t0.1s", "ok", {"agent": "x", "parent": 1}),
            edit("a.go", "", "ok", {"left": True}),
            edit("b.go"),
        ),
        """
        tool_sequence: agent | edit *.go @ 1-5
        context: app | go | code_generation | explore → edit @ 1-5
        heuristic: app | test | go test @ 3-3
        """,
    ),
    Labelled(
        "plans and questions are no deeds",
        {"prompt": "write unit tests for the client"},
        (
            ("TodoWrite", "x"),
            read("src/c.ts"),
            ("AskUserQuestion", "x"),
            edit("src/c.ts"),
            write("src/d.ts"),
            bash("npm test", "Tests: 3 passed"),
        ),
        """
        tool_sequence: read *.ts | edit *.ts @ 2-4
        tool_sequence: edit *.ts | write *.ts @ 4-5
        tool_sequence: read *.ts | edit *.ts | write *.ts @ 2-5
        tool_sequence: read *.ts | write *.ts @ 2-5
        context: app | typescript | testing | explore → edit @ 2-4
        file_group: app | src/c.ts | src/d.ts @ 4-5
        heuristic: app | test | npm test @ 6-6
        """,
    ),
    Labelled(
        "the same test fails twice, and that is all there is",
        {"prompt": "fix the rounding"},
        (
            edit("z.py"),
            bash("pytest -q", "FAILED tests/test_z.py::test_a\n1 failed in 0.10s", "error"),
            bash("pytest -q", "FAILED tests/test_z.py::test_a\n1 failed in 0.10s", "error"),
        ),
        """
        heuristic: app | test | pytest @ 2-2
        heuristic: app | test | pytest @ 3-3
        """,
    ),
    Labelled(
        "a file is not there and another one is found",
        {"prompt": "where is the old loader?"},
        (read("old.py", "File does not exist.", "error"), ("Grep", "old"), read("src/new.py")),
        """
        tool_sequence: read *.py failed | search @ 1-2
        tool_sequence: search | read *.py @ 2-3
        tool_sequence: read *.py failed | search | read *.py @ 1-3
        tool_sequence: read *.py failed | read *.py @ 1-3
        decision_point: read failed | search @ 1-2
        error_recovery: class | file missing | search | read @ 1-2
        """,
    ),
)
